import { access } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/run.mjs';
import { markdownPages, type Page } from './pages.js';

const pages = await markdownPages();

test.each(pages)('every link of $path leads somewhere', async (page) => {
  const dead = await Promise.all(
    linksOf(page).map(async (link) => ((await leadsSomewhere(page, link)) ? [] : [link])),
  );
  expect(dead.flat()).toEqual([]);
});

test('the READMEs link to every other page at the root, and to each other', () => {
  for (const readme of ['README.md', 'README.zh-CN.md']) {
    const links = new Set(
      pages
        .filter(({ path }) => path === readme)
        .flatMap(linksOf)
        .map(fileOf),
    );
    const others = pages.map(({ path }) => path).filter((path) => path !== readme && !path.includes('/'));
    expect([...links]).toEqual(expect.arrayContaining(others));
  }
});

test('a dead link is found', async () => {
  const page = {
    path: 'docs/page.md',
    text: '# A [b](../README.md#install) [c](gone.md) [d](#nowhere) ![e](#a-b-c-d-e)',
  };
  const found = await Promise.all(linksOf(page).map((link) => leadsSomewhere(page, link)));
  expect(found).toEqual([true, false, false, true]);
});

function linksOf({ text }: Page): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
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
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}

function withoutCode(text: string): string {
  return text
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()#]/g, ''));
}
