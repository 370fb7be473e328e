import { access } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/run.mjs';
import { headingsOf, linksOf } from './markdown.js';
import { LANGUAGES, markdownPages, type Page } from './pages.js';

const pages = await markdownPages();

test.each(pages)('every link of $path leads somewhere', async (page) => {
  const dead = await Promise.all(
    linksOf(page.text).map(async (link) => ((await leadsSomewhere(page, link)) ? [] : [link])),
  );
  expect(dead.flat()).toEqual([]);
});

test.each(LANGUAGES)('$readme leads to every page for users, and of the root', ({ readme, folder }) => {
  const files = linksIn(readme).map(fileOf);
  // CONTRIBUTING.md is for those who have the repository, which shows it by itself.
  const atRoot = pages.map(({ path }) => path).filter((path) => !path.includes('/'));
  const wanted = atRoot.filter((path) => path !== readme && path !== 'CONTRIBUTING.md');
  const own = pages.map(({ path }) => path).filter((path) => path.startsWith(`${folder}/`));
  expect(own.length).toBeGreaterThan(10);
  expect(files).toEqual(expect.arrayContaining([...wanted, ...own]));
});

test.each(LANGUAGES)(
  'each page of $folder leads to the index, the page before and the page after',
  ({ folder }) => {
    const index = linksIn(`${folder}/README.md`).filter((link) => !link.startsWith('..'));
    const own = pages.map(({ path }) => path).filter((path) => path.startsWith(`${folder}/`));
    expect(['README.md', ...index].map((page) => `${folder}/${page}`).sort()).toEqual(own);
    index.forEach((page, at) => {
      const neighbours = ['README.md', index[at - 1], index[at + 1]].filter((it) => it !== undefined);
      expect(linksIn(`${folder}/${page}`).slice(0, neighbours.length), page).toEqual(neighbours);
    });
  },
);

test.each(LANGUAGES)('no page of $folder sends its reader into another language', ({ readme, folder }) => {
  const others = LANGUAGES.filter((it) => it.folder !== folder);
  const own = pages.filter(({ path }) => path.startsWith(`${folder}/`)).map(({ path }) => path);
  const links = [readme, ...own].flatMap(linksIn);
  expect(links.filter((link) => others.some((it) => link.includes(`${it.language}/`)))).toEqual([]);
});

test('a dead link is found', async () => {
  const page = {
    path: 'docs/page.md',
    text: '# A [b](../README.md#install) [c](gone.md) [d](#nowhere) ![e](#a-b-c-d-e)',
  };
  const found = await Promise.all(linksOf(page.text).map((link) => leadsSomewhere(page, link)));
  expect(found).toEqual([true, false, false, true]);
});

function linksIn(path: string): string[] {
  return linksOf(pages.find((page) => page.path === path)?.text ?? '');
}

async function leadsSomewhere(page: Page, link: string): Promise<boolean> {
  // What is elsewhere cannot be asked from here.
  if (/^https?:/.test(link)) return URL.canParse(link);
  const file = fileOf(link);
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  const exists = await access(join(root, path)).then(
    () => true,
    () => false,
  );
  const anchor = link.slice(file.length + 1);
  if (file !== '' && (!exists || anchor === '')) return exists;
  const target = file === '' ? page : pages.find((other) => other.path === path);
  return target !== undefined && anchorsOf(target).includes(decodeURIComponent(anchor));
}

function fileOf(link: string): string {
  return link.replace(/#.*/, '');
}

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function anchorsOf({ text }: Page): string[] {
  return headingsOf(text).map((heading) =>
    heading
      .replace(/^#+ /, '')
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}
