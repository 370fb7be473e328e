import { styleText } from 'node:util';

type Paint = (text: string) => string;
type Format = Parameters<typeof styleText>[0];

/** Colours on a terminal, and plain text everywhere else (https://no-color.org). */
const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];

function paint(format: Format): Paint {
  return (text) => (coloured ? styleText(format, text) : text);
}

export const bold: Paint = paint('bold');
export const dim: Paint = paint('dim');
export const good: Paint = paint('green');
export const bad: Paint = paint('red');
export const accent: Paint = paint('cyan');
export const warm: Paint = paint('yellow');

/** Columns as wide as their widest cell: the first to the left, numbers to the right. Not coloured yet, so that widths count. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ');
  const [first = '', ...rest] = all.map(line);
  return [bold(first), dim('─'.repeat(first.length)), ...rest];
}
