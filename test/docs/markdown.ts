/** A block of code, in whatever language. */
const FENCE = /^```.*?^```$/gms;

/** A table of a page: what stands in its cells, without the head. */
export type Table = readonly (readonly string[])[];

export function tablesOf(text: string): Table[] {
  const blocks = text.replaceAll(FENCE, '').match(/(?:^\|.*\|\n)+/gm) ?? [];
  return blocks.map((block) => block.trim().split('\n').slice(2).map(cellsOf));
}

/** What a row is about: the first word of each piece of code in its first cell. */
export function namesIn(row: readonly string[]): string[] {
  return [...(row[0] ?? '').matchAll(/`(?:\.{3})?([\w-]+)/g)].map(([, name = '']) => name);
}

export function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
}

export function headingsOf(text: string): string[] {
  return withoutCode(text).match(/^#+ .+$/gm) ?? [];
}

export function fencesOf(text: string): string[] {
  return [...text.matchAll(FENCE)].map(([fence]) => fence);
}

/**
 * How long a page is to read, in words. All counts but blocks of code, what HTML hides, and where links lead: headings,
 * tables and the texts of pictures too. A word has a letter or a digit in it. Chinese has no spaces; three characters of
 * it are counted as two words.
 */
export function wordsIn(text: string): number {
  const read = text
    .replaceAll(FENCE, '')
    .replaceAll(/<!--.*?-->|<[^>]+>/gs, '')
    .replaceAll(/\]\([^)]*\)/g, ']');
  const characters = read.match(/\p{Script=Han}/gu) ?? [];
  const others = read
    .replaceAll(/\p{Script=Han}/gu, ' ')
    .split(/[\s\p{P}]*\s[\s\p{P}]*|[，。；：、（）“”]+/u);
  return (characters.length * 2) / 3 + others.filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** Without blocks of code, and with nothing in a piece of code that could be taken for a link. */
function withoutCode(text: string): string {
  return text.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()#]/g, ''));
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}
