/** `npm run conformance`: sets up, builds, bundles `conformance/` and runs it; `conformance/run.ts` has the options. */
import { readdir, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfOutdated } from './build.mjs';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

const sources = join(root, 'conformance');

/**
 * Bundles the runner, the cases and the subjects; packages stay outside, to be found from `conformance/`.
 * @param {{ name?: string, holdfast?: Record<string, string>, files?: ReadonlyMap<string, string> }} [options]
 *   `holdfast`: files to take in the place of the package's; `files`: subjects that lie elsewhere, and their names
 * @returns {Promise<string>} the folder
 */
export async function bundle({ name = 'published', holdfast = {}, files = new Map() } = {}) {
  const modules = join(sources, '.cache', name);
  await rm(modules, { recursive: true, force: true });
  const { build } = await import('esbuild');
  await build({
    entryPoints: [
      join(sources, 'run.ts'),
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
    alias: holdfast,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
  await build({
    entryPoints: [...files].map(([file, subject]) => ({ in: resolve(file), out: `subjects/${subject}` })),
    outdir: modules,
    bundle: true,
    plugins: [packagesOfTheirOwn],
    conditions: [],
    alias: holdfast,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
  return modules;
}

/**
 * A subject that lies elsewhere gets its packages from there, and they are loaded as they are.
 * @type {import('esbuild').Plugin}
 */
const packagesOfTheirOwn = {
  name: 'packages-of-their-own',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (isBuiltin(path) || kind === 'entry-point' || pluginData === packagesOfTheirOwn) return undefined;
      const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: packagesOfTheirOwn });
      const isPackage = found.path.includes(`${sep}node_modules${sep}`);
      return isPackage ? { path: pathToFileURL(found.path).href, external: true } : undefined;
    });
  },
};

/**
 * The subjects that `--subject` names by the path of a file, and the names they get: that of `my-request.subject.ts` is
 * `my-request`.
 * @param {string[]} args
 * @returns {Promise<Map<string, string>>}
 */
async function filesIn(args) {
  const { subject } = parseArgs({ args, strict: false, options: { subject: { type: 'string' } } }).values;
  const files = String(subject ?? '').split(',').filter((name) => /\.m?[jt]s$/.test(name)); // prettier-ignore
  const ours = (await modulesIn('subjects')).map((file) => basename(file, '.ts'));
  const named = files.map(
    (file) => /** @type {const} */ ([file, basename(file).replace(/(\.subject)?\.m?[jt]s$/, '')]),
  );
  const taken = named.find(([, name]) => ours.includes(name));
  if (taken)
    throw new TypeError(
      `expected a file with a name of its own, got ${taken[0]}: there is a subject ${taken[1]}`,
    );
  return new Map(named);
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
  const files = await filesIn(args);
  const modules = await bundle({ files });
  const { main } = await import(join(modules, 'run.js'));
  process.exitCode = await main(args, { sources, modules, files });
}
