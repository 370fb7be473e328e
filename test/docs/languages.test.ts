import { describe, expect, it, test } from 'vitest';
import { fencesOf, headingsOf, tablesOf, wordsIn } from './markdown.js';
import { LANGUAGES, pagesIn, type Page } from './pages.js';

const MOST_WORDS = 1_500;
/** Beyond that a cell makes a tower of its row, and its text belongs beside the table. */
const LONGEST_CELL = 110;

const [english = [], chinese = []] = await Promise.all(LANGUAGES.map(pagesIn));
const pairs = english.map((page, index) => ({ path: page.path, page, other: chinese[index] as Page }));
const all = [...english, ...chinese];

test('both languages have the same pages', () => {
  const names = (pages: readonly Page[], folder: string): string[] =>
    pages.slice(1).map(({ path }) => path.replace(folder, ''));
  expect(names(chinese, 'docs/zh')).toEqual(names(english, 'docs/en'));
});

describe.each(pairs)('$path, in both languages', ({ page, other }) => {
  it('has headings of the same levels', () => {
    const levels = ({ text }: Page): number[] => headingsOf(text).map((heading) => heading.indexOf(' '));
    expect(levels(other)).toEqual(levels(page));
  });

  it('shows the same code', () => {
    const code = ({ text }: Page): string[] => fencesOf(text).map(withoutWords);
    expect(code(other)).toEqual(code(page));
  });

  it('has tables of the same shape and with the same figures', () => {
    const figures = ({ text }: Page): string[][][] =>
      tablesOf(text).map((table) => table.map((row) => row.map((cell) => digitsIn(cell).sort().join(' '))));
    expect(figures(other)).toEqual(figures(page));
  });
});

test.each(all)('$path begins with its title and a sentence that says what it is about', ({ text }) => {
  const [title, empty, about] = text.split('\n');
  expect([title?.slice(0, 2), empty]).toEqual(['# ', '']);
  expect(about).toMatch(/[\p{L}\p{N}].*[.。]$|^(\*\*|\[)/u);
});

test.each(all)('no cell of a table of $path is longer than one can take in', ({ text }) => {
  const cells = tablesOf(text).flat(2);
  expect(cells.filter((cell) => cell.replaceAll(/\]\([^)]*\)/g, ']').length > LONGEST_CELL)).toEqual([]);
});

test.each(all.filter(({ path }) => !path.includes('/')))(
  '$path is read in one go: no more than 1,500 words',
  ({ text }) => {
    expect(wordsIn(text)).toBeLessThanOrEqual(MOST_WORDS);
  },
);

test('words are counted wherever they stand, but not in code and not where links lead', () => {
  expect(wordsIn('# Two words\n\n| a | **`b.c` 1.0** | ✓ |\n\n[three small words](docs/en/a-page.md)')).toBe(
    8,
  );
  expect(wordsIn('<!-- not seen -->\n```ts\nconst code = 1;\n```\n<br>one')).toBe(1);
  expect(wordsIn('刷新 token，只刷新一次')).toBeCloseTo(1 + (7 * 2) / 3);
});

/** Comments and messages are in the reader's language. */
function withoutWords(code: string): string {
  return code
    .replaceAll(/\/\*\* .*? \*\//g, '')
    .replaceAll(/ *(\/\/|(?<=^npm .*)#).*$/gm, '')
    .replaceAll(/'[^'\n]*[^'\n\x20-\x7e][^'\n]*'|'[A-Z][^'\n]* [^'\n]*\.'/g, "'…'");
}

function digitsIn(text: string): string[] {
  return text.match(/\d+(?:[.,_]\d+)*/g) ?? [];
}
