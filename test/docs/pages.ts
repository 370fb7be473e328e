import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from '../../scripts/run.mjs';

export type Page = {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
};

/** The languages that users read, each with its README and its folder of pages. */
export const LANGUAGES = [
  { language: 'en', readme: 'README.md', folder: 'docs/en' },
  { language: 'zh', readme: 'README.zh-CN.md', folder: 'docs/zh' },
] as const;

export type Language = (typeof LANGUAGES)[number];

const PAGE_FOLDERS = ['.', 'bench', 'conformance', 'docs', 'examples', 'model', 'scripts', 'test'];

/** The pages that people read, wherever they are. */
export async function markdownPages(): Promise<Page[]> {
  const paths = await Promise.all(
    [...PAGE_FOLDERS, ...LANGUAGES.map(({ folder }) => folder)].map((folder) =>
      filesIn(folder, { recursive: false }),
    ),
  );
  return read(paths.flat().filter((path) => path.endsWith('.md')));
}

/** What users read in one language: its README, and then its pages by name. */
export async function pagesIn({ readme, folder }: Language): Promise<Page[]> {
  const pages = await filesIn(folder, { recursive: true });
  return [...(await read([readme])), ...(await read(pages))];
}

export async function sourcePages(): Promise<Page[]> {
  const paths = await filesIn('src', { recursive: true });
  return read(paths.filter((path) => path.endsWith('.ts')));
}

async function filesIn(folder: string, options: { recursive: boolean }): Promise<string[]> {
  const entries = await readdir(join(root, folder), { ...options, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

async function read(paths: string[]): Promise<Page[]> {
  return await Promise.all(
    paths.sort().map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
}
