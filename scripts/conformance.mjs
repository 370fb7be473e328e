/** `npm run conformance`: sets up, builds, bundles `conformance/` and runs it; `conformance/run.ts` has the options. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfOutdated } from './build.mjs';
import { root } from './run.mjs';
import { bundle, sources } from './conformance-bundle.mjs';
import { setUp } from './setup.mjs';

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
    bundle: () => bundle('broken', { src: copy }),
  });
}
