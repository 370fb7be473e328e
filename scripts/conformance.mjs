/** `npm run conformance`: sets up, builds, bundles `conformance/` and runs it; `conformance/run.ts` has the options. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfOutdated } from './build.mjs';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

const sources = join(root, 'conformance');

/**
 * Bundles the runner, the cases and the subjects; packages stay outside, to be found from `conformance/`.
 * @param {string} name of the folder
 * @param {string} [src] takes Holdfast from these sources, not from the package
 * @returns {Promise<string>} the folder
 */
export async function bundle(name, src) {
  const modules = join(sources, '.cache', name);
  await rm(modules, { recursive: true, force: true });
  const { build } = await import('esbuild');
  await build({
    entryPoints: [
      join(sources, 'run.ts'),
      join(sources, 'run-mutants.ts'),
      join(sources, 'runner/child.ts'),
      join(sources, 'server/host.ts'),
      ...(await modulesIn('cases')),
      ...(await modulesIn('subjects')),
    ],
    outbase: sources,
    outdir: modules,
    bundle: true,
    splitting: true,
    packages: 'external',
    plugins: src === undefined ? [] : [holdfastFrom(src)],
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
  return modules;
}

/**
 * @param {string} src
 * @returns {import('esbuild').Plugin}
 */
function holdfastFrom(src) {
  const files = new Map([
    ['holdfast', 'index.ts'],
    ['holdfast/axios', 'clients/axios.ts'],
    ['holdfast/fetch', 'clients/fetch.ts'],
    ['holdfast/testing', 'testing/index.ts'],
  ]);
  return {
    name: 'holdfast-from',
    setup({ onResolve }) {
      onResolve({ filter: /^holdfast(\/|$)/ }, ({ path }) => ({ path: join(src, files.get(path) ?? path) }));
    },
  };
}

/** @param {string} folder */
async function modulesIn(folder) {
  const files = await readdir(join(sources, folder));
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(sources, folder, file));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await setUp();
  await buildIfOutdated();
  const args = process.argv.slice(2);
  const modules = await bundle('published');
  process.exitCode = args.includes('--mutants') ? await runMutants(modules, args) : await run(modules, args);
}

/**
 * @param {string} modules
 * @param {string[]} args
 * @returns {Promise<number>}
 */
async function run(modules, args) {
  const { main } = await import(join(modules, 'run.js'));
  return await main(args, { sources, modules });
}

/**
 * @param {string} modules
 * @param {string[]} args `--only words`: the faults whose description contains them
 * @returns {Promise<number>}
 */
async function runMutants(modules, args) {
  const { values } = parseArgs({ args, options: { mutants: { type: 'boolean' }, only: { type: 'string' } } });
  const { mainMutants } = await import(join(modules, 'run-mutants.js'));
  const copy = join(sources, '.cache', 'broken-src');
  return await mainMutants({
    sources,
    src: join(root, 'src'),
    copy,
    jobs: 4,
    only: values.only,
    bundle: () => bundle('broken', copy),
  });
}
