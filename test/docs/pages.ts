import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from '../../scripts/run.mjs';

export type Page = {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
};

const PAGE_FOLDERS = ['.', 'bench', 'conformance', 'docs', 'examples', 'model', 'scripts', 'test'];

/** The pages that people read, wherever they are. */
export async function markdownPages(): Promise<Page[]> {
  const paths = await Promise.all(PAGE_FOLDERS.map((folder) => filesIn(folder, { recursive: false })));
  return read(paths.flat().filter((path) => path.endsWith('.md')));
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
