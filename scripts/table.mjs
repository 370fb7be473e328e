/** @typedef {readonly (string | number)[]} Row */

/**
 * Lays rows out in columns: words to the left, numbers to the right.
 * @param {readonly string[]} head
 * @param {readonly Row[]} rows
 */
export function table(head, rows) {
  const columns = head.map((title, index) => {
    const cells = [title, ...rows.map((row) => row[index] ?? '')];
    return {
      width: Math.max(...cells.map((cell) => String(cell).length)),
      isNumeric: cells.some((cell) => typeof cell === 'number'),
    };
  });
  /** @param {Row} row */
  const line = (row) => {
    const cells = columns.map(({ width, isNumeric }, index) => {
      const text = String(row[index] ?? '');
      return isNumeric ? text.padStart(width) : text.padEnd(width);
    });
    return cells.join('  ').trimEnd();
  };
  const rule = columns.map(({ width }) => '─'.repeat(width)).join('  ');
  return [line(head), rule, ...rows.map(line)].join('\n');
}
