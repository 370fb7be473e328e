/**
 * A folder for each entry beside the main one, which npm makes before it packs and removes afterwards: `axios/` leads
 * `require('holdfast/axios')` to the build in whatever does not know `exports` (webpack 4, Parcel, browserify, Metro).
 * Types need none: `typesVersions` leads to them.
 *
 *   node scripts/entry-folders.mjs write | remove
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildIfOutdated, writeJson } from './build.mjs';
import { root } from './run.mjs';
import manifest from '../package.json' with { type: 'json' };

const folders = Object.entries(manifest.exports).flatMap(([entry, target]) =>
  entry === '.' || typeof target === 'string' ? [] : [{ folder: entry, main: `.${target.require.default}` }],
);

const [action] = process.argv.slice(2);
if (action === 'write') await buildIfOutdated();
for (const { folder, main } of folders) {
  if (action === 'remove') await rm(join(root, folder), { recursive: true, force: true });
  else {
    await mkdir(join(root, folder), { recursive: true });
    await writeJson(join(folder, 'package.json'), { main });
  }
}
