/** What Holdfast adds to an app: bundled by esbuild as the app's bundler would, minified, and gzipped. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './run.mjs';
import { table } from './table.mjs';

/** A kilobyte is 1,000 bytes. The budgets are promises made in the README. */
const BUDGETS = [
  {
    name: 'session + guardAxios',
    code: `export { createSession } from 'holdfast'; export { guardAxios } from 'holdfast/axios';`,
    budget: 4000,
  },
  {
    name: 'session + guardFetch',
    code: `export { createSession } from 'holdfast'; export { guardFetch } from 'holdfast/fetch';`,
    budget: 4000,
  },
  {
    name: 'session + guardFetch + webStore',
    code: `export { createSession } from 'holdfast'; export { guardFetch } from 'holdfast/fetch';
           export { webStore } from 'holdfast/web';`,
    budget: 5500,
  },
];

/** @param {string} code */
async function measure(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root },
    external: ['axios'],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error('esbuild made no bundle');
  return { minified: bundle.contents.length, gzipped: gzipSync(bundle.contents, { level: 9 }).length };
}

const rows = await Promise.all(
  BUDGETS.map(async ({ name, code, budget }) => ({ name, budget, ...(await measure(code)) })),
);
console.log(
  table(
    ['bundle', 'minified', 'gzipped', 'budget', ''],
    rows.map(({ name, minified, gzipped, budget }) => [
      name,
      minified,
      gzipped,
      budget,
      gzipped <= budget ? 'fits' : `${gzipped - budget} bytes over`,
    ]),
  ),
);
process.exitCode = rows.every(({ gzipped, budget }) => gzipped <= budget) ? 0 : 1;
