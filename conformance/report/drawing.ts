import type { Verdict } from '../runner/verdict.js';
import type { CaseResult, Results, SubjectResult } from './results.js';

const WIDTH = 1_112;
const MARGIN = 20;
const NAMES_WIDTH = 222;
const SCORE_WIDTH = 76;
const HEAD_HEIGHT = 96;
const ROW_HEIGHT = 22;
const FOOT_HEIGHT = 40;
const GAP_BETWEEN_GROUPS = 8;

/**
 * The matrix as an SVG that reads on light and on dark pages: a row for each subject, a column for each case. Form and
 * colour say the same, for those who see no difference between red and green; hovering over a cell tells its case.
 */
export function drawingOf({ subjects, cases }: Results): string {
  const columns = columnsOf(cases);
  const height = MARGIN * 2 + HEAD_HEIGHT + subjects.length * ROW_HEIGHT + FOOT_HEIGHT;
  const rows = subjects.map((subject, index) =>
    rowOf(subject, cases, columns, HEAD_HEIGHT + index * ROW_HEIGHT),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="matrix" role="img" aria-label="${summaryOf(subjects)}" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    `<style>${STYLE}</style>`,
    '<rect width="100%" height="100%" rx="10" fill="var(--paper)"/>',
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    ...groupNamesOf(cases, columns),
    ...rows,
    legendAt(HEAD_HEIGHT + subjects.length * ROW_HEIGHT + 26),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

type Columns = { readonly width: number; readonly x: readonly number[] };

function columnsOf(cases: readonly CaseResult[]): Columns {
  const gaps = new Set(cases.map(({ group }) => group)).size - 1;
  const room = WIDTH - 2 * MARGIN - NAMES_WIDTH - SCORE_WIDTH - gaps * GAP_BETWEEN_GROUPS;
  const width = room / cases.length;
  let left = NAMES_WIDTH;
  const x = cases.map(({ group }, index) => {
    if (index > 0 && cases[index - 1]?.group !== group) left += GAP_BETWEEN_GROUPS;
    left += width;
    return left - width;
  });
  return { width, x };
}

/** Slanted, since the groups are narrower than their names. */
function groupNamesOf(cases: readonly CaseResult[], { x }: Columns): string[] {
  return cases.flatMap(({ group }, index) => {
    if (cases[index - 1]?.group === group) return [];
    const place = `${round(x[index] ?? 0)} ${HEAD_HEIGHT - 12}`;
    return [`<text class="group" transform="translate(${place}) rotate(-28)">${escaped(group)}</text>`];
  });
}

function rowOf(subject: SubjectResult, cases: readonly CaseResult[], columns: Columns, y: number): string {
  const { name, version, passed, failed } = subject;
  const middle = y + ROW_HEIGHT / 2 + 4;
  const cells = cases.map((each, index) => {
    const verdict = each.verdicts[name];
    const title = `${name}, ${each.name}: ${verdict ? inWords(verdict) : 'not played'}`;
    const mark = verdict ? markOf(verdict, columns.x[index] ?? 0, y, columns.width) : '';
    return `<g><title>${escaped(title)}</title>${mark}</g>`;
  });
  const ours = name.startsWith('holdfast') ? ' ours' : '';
  return [
    `<text class="name${ours}" x="0" y="${middle}">${escaped(name)}<tspan class="version"> ${version ?? ''}</tspan></text>`,
    ...cells,
    `<text class="score${ours}" x="${WIDTH - 2 * MARGIN}" y="${middle}">${passed} of ${passed + failed}</text>`,
  ].join('');
}

function markOf({ verdict }: Verdict, left: number, top: number, width: number): string {
  const size = Math.min(width, ROW_HEIGHT) - 2;
  const x = round(left + (width - size) / 2);
  const y = round(top + (ROW_HEIGHT - size) / 2);
  const middle = `cx="${round(left + width / 2)}" cy="${round(top + ROW_HEIGHT / 2)}"`;
  switch (verdict) {
    case 'pass':
      return `<rect class="pass" x="${x}" y="${y}" width="${round(size)}" height="${round(size)}" rx="2"/>`;
    case 'fail':
      return `<path class="fail" d="M${x} ${y}l${round(size)} ${round(size)}m0 ${round(-size)}l${round(-size)} ${round(size)}"/>`;
    case 'n/a':
      return `<circle class="none" ${middle} r="1.2"/>`;
  }
}

function legendAt(y: number): string {
  const entries = [
    ['pass', 'passed'],
    ['fail', 'failed'],
    ['n/a', 'not applicable: the library does not offer what the case is about'],
  ] as const;
  let x = NAMES_WIDTH;
  return entries
    .map(([verdict, words]) => {
      const at = x;
      x += 40 + words.length * 6;
      const mark = markOf({ verdict } as Verdict, at, y - ROW_HEIGHT / 2 - 4, 10);
      return `${mark}<text class="legend" x="${at + 16}" y="${y}">${words}</text>`;
    })
    .join('');
}

function inWords(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'pass':
      return 'passed';
    case 'fail':
      return verdict.seen;
    case 'n/a':
      return `not applicable (${verdict.lacks})`;
  }
}

function summaryOf(subjects: readonly SubjectResult[]): string {
  return escaped(
    subjects
      .map(({ name, passed, failed }) => `${name} passes ${passed} of ${passed + failed} cases`)
      .join(', '),
  );
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** The colours of the timeline in the example app, which are told apart by colour-blind eyes. */
const STYLE = `
.matrix { --pass: #009e73; --fail: #d55e00; --mark: #1b2733; --quiet: #66727f; --paper: #ffffff; font: 12px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  .matrix { --pass: #2fc29a; --fail: #ff8a4c; --mark: #f2f6f9; --quiet: #93a1ae; --paper: #161d24; }
}
.pass { fill: var(--pass); }
.fail { fill: none; stroke: var(--fail); stroke-width: 2; stroke-linecap: round; }
.none { fill: var(--quiet); }
.name, .score { fill: var(--mark); }
.ours { font-weight: 600; }
.version { fill: var(--quiet); font-weight: 400; font-size: 10px; }
.score { text-anchor: end; font-variant-numeric: tabular-nums; }
.group, .legend { fill: var(--quiet); }
`;
