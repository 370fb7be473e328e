/** `npm run conformance`: sets up, builds, bundles `conformance/` and runs it; `conformance/run.ts` has the options. */
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfOutdated } from './build.mjs';
import { root } from './run.mjs';
import { bundle, bundlePages, modulesIn, sources } from './conformance-bundle.mjs';
import { writePeerTables } from './peer-table.mjs';
import { setUp } from './setup.mjs';

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await setUp();
  await buildIfOutdated();
  const args = process.argv.slice(2);
  if (args.includes('--mutants')) process.exitCode = await runMutants(args);
  else if (args.includes('--tabs')) process.exitCode = await runTabs();
  else process.exitCode = await run(args);
}

/**
 * @param {string[]} args
 * @returns {Promise<number>}
 */
async function run(args) {
  const files = await filesIn(args);
  const modules = await bundle('published', { files });
  const { main } = await import(join(modules, 'run.js'));
  const code = await main(args, { sources, modules, files });
  // A part of it writes nothing.
  if (!args.some((arg) => /^--(subject|case)\b/.test(arg))) await writePeerTables();
  return code;
}

/**
 * The subjects that `--subject` names by the path of a file, and the names they get: that of `my-request.subject.ts` is
 * `my-request`.
 * @param {string[]} args
 * @returns {Promise<Map<string, string>>}
 */
async function filesIn(args) {
  const { subject } = parseArgs({ args, strict: false, options: { subject: { type: 'string' } } }).values;
  const files = String(subject ?? '').split(',').filter((name) => /\.m?[jt]s$/.test(name)); // prettier-ignore
  const ours = (await modulesIn('subjects')).map((path) => basename(path));
  const named = files.map(
    (file) => /** @type {const} */ ([file, basename(file).replace(/(\.subject)?\.m?[jt]s$/, '')]),
  );
  const taken = named.find(([, name]) => ours.includes(name));
  if (taken) {
    const [file, name] = taken;
    throw new TypeError(`expected a file with a name of its own, got ${file}: there is a subject ${name}`);
  }
  return new Map(named);
}

/** @returns {Promise<number>} */
async function runTabs() {
  const modules = await bundle('tabs', { also: { 'run-tabs': join(sources, 'run-tabs.ts') } });
  const { mainTabs } = await import(join(modules, 'run-tabs.js'));
  return await mainTabs(sources, await bundlePages());
}

/**
 * @param {string[]} args `--only words`: the faults whose description contains them
 * @returns {Promise<number>}
 */
async function runMutants(args) {
  const { values } = parseArgs({ args, options: { mutants: { type: 'boolean' }, only: { type: 'string' } } });
  const modules = await bundle('published');
  const { mainMutants } = await import(join(modules, 'run-mutants.js'));
  const copy = join(sources, '.cache', `broken-src-${process.pid}`);
  return await mainMutants({
    sources,
    src: join(root, 'src'),
    copy,
    jobs: 4,
    only: values.only,
    bundle: () => bundle('broken', { src: copy }),
  });
}
