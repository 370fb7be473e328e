/** What Holdfast adds to an app: bundled by esbuild as the app's bundler would, minified, and gzipped. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './run.mjs';
import { table } from './table.mjs';

/**
 * In bytes, gzipped. The budget is what no change may exceed; the aim is where it is to come down to, by having fewer
 * parts and never by golfing.
 */
const BUDGETS = [
  {
    name: 'session + guardAxios',
    code: `export { createSession } from 'holdfast'; export { guardAxios } from 'holdfast/axios';`,
    aim: 4000,
    budget: 22_300,
  },
  {
    name: 'session + guardFetch',
    code: `export { createSession } from 'holdfast'; export { guardFetch } from 'holdfast/fetch';`,
    aim: 4000,
    budget: 20_500,
  },
  {
    name: 'session + guardFetch + webStore',
    code: `export { createSession } from 'holdfast'; export { guardFetch } from 'holdfast/fetch';
           export { webStore } from 'holdfast/web';`,
    aim: 5500,
    budget: 22_300,
  },
  {
    name: 'session + guardFetch + tabsStore',
    code: `export { createSession } from 'holdfast'; export { guardFetch } from 'holdfast/fetch';
           export { tabsStore } from 'holdfast/tabs';`,
    aim: 6500,
    budget: 23_700,
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
  BUDGETS.map(async ({ code, ...row }) => ({ ...row, ...(await measure(code)) })),
);
console.log(
  table(
    ['bundle', 'minified', 'gzipped', 'aim', 'budget', ''],
    rows.map(({ name, minified, gzipped, aim, budget }) => [
      name,
      minified,
      gzipped,
      aim,
      budget,
      gzipped <= budget ? 'fits' : `${gzipped - budget} bytes over`,
    ]),
  ),
);
process.exitCode = rows.every(({ gzipped, budget }) => gzipped <= budget) ? 0 : 1;
