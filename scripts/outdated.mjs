import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { root } from './run.mjs';

/** Folders that are made, not written. */
const MADE = new Set(['node_modules', 'dist']);

/**
 * Whether a made file is missing, or older than anything it is made from.
 * @param {string} made from the root, as the sources are
 * @param {string[]} sources files and folders
 */
export async function isOlder(made, sources) {
  const madeAt = await stat(resolve(root, made)).then(
    (found) => found.mtimeMs,
    () => 0,
  );
  const changedAt = await Promise.all(sources.map((source) => newest(resolve(root, source))));
  return Math.max(...changedAt) > madeAt;
}

/**
 * The latest change in a file or folder. A folder's own time counts too: it tells that a file was removed.
 * @param {string} path
 * @returns {Promise<number>}
 */
async function newest(path) {
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = (await readdir(path)).filter((name) => !MADE.has(name));
  const inside = await Promise.all(names.map((name) => newest(join(path, name))));
  return Math.max(found.mtimeMs, ...inside);
}
