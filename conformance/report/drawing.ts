import type { Results } from './results.js';

/** The matrix as an SVG that is readable on light and on dark pages. */
export function drawingOf({ subjects, cases }: Results): string {
  return `<svg xmlns="http://www.w3.org/2000/svg"><title>${subjects.length} × ${cases.length}</title></svg>\n`;
}
