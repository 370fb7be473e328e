import { rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run.mjs';

/** The folder of the conformance suite. */
export const sources = join(root, 'conformance');

/** @type {Set<string>} */
const folders = new Set();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const ENTRIES = ['run', 'run-mutants', 'runner/child', 'server/host', 'mutants/spoiled'];

/**
 * Bundles the runner, the cases and the subjects; packages stay outside, to be found from `conformance/`. The folder is
 * this process's own, and goes with it: another run may be under way.
 * @param {string} name of the folder
 * @param {object} [options]
 * @param {string} [options.src] takes Holdfast from these sources, not from the package
 * @param {Record<string, string>} [options.also] further modules: what they are called there, and their files
 * @param {ReadonlyMap<string, string>} [options.files] subjects that lie elsewhere, and their names
 * @returns {Promise<string>} the folder
 */
export async function bundle(name, { src, also = {}, files = new Map() } = {}) {
  const modules = join(sources, '.cache', `${name}-${process.pid}`);
  await rm(modules, { recursive: true, force: true });
  folders.add(modules);
  const { build } = await import('esbuild');
  await build({
    entryPoints: {
      ...Object.fromEntries(
        [...ENTRIES, ...(await modulesIn('cases')), ...(await modulesIn('subjects'))].map((path) => [
          path,
          join(sources, `${path}.ts`),
        ]),
      ),
      ...also,
    },
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
  await build({
    entryPoints: [...files].map(([file, subject]) => ({ in: resolve(file), out: `subjects/${subject}` })),
    outdir: modules,
    bundle: true,
    plugins: [packagesOfTheirOwn],
    conditions: [],
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
 * @param {string} src
 * @returns {import('esbuild').Plugin}
 */
function holdfastFrom(src) {
  const files = new Map([
    ['holdfast', 'index.ts'],
    ['holdfast/axios', 'clients/axios.ts'],
    ['holdfast/fetch', 'clients/fetch.ts'],
    ['holdfast/web', 'stores/web.ts'],
    ['holdfast/testing', 'testing/index.ts'],
  ]);
  return {
    name: 'holdfast-from',
    setup({ onResolve }) {
      onResolve({ filter: /^holdfast(\/|$)/ }, ({ path }) => ({ path: join(src, files.get(path) ?? path) }));
    },
  };
}

/**
 * The pages of `tabs/pages`, each as one script.
 * @returns {Promise<Map<string, string>>} by subject
 */
export async function bundlePages() {
  const { build } = await import('esbuild');
  /** @type {Map<string, string>} */
  const scripts = new Map();
  for (const path of await modulesIn('tabs/pages')) {
    const { outputFiles } = await build({
      entryPoints: [join(sources, `${path}.ts`)],
      bundle: true,
      write: false,
      platform: 'browser',
      target: 'es2022',
      format: 'esm',
      logLevel: 'error',
    });
    scripts.set(basename(path), outputFiles[0]?.text.replaceAll('</script', '<\\/script') ?? '');
  }
  return scripts;
}

/**
 * What is in a folder of the suite: `cases/hangs`, and so on.
 * @param {string} folder
 */
export async function modulesIn(folder) {
  const files = await readdir(join(sources, folder));
  return files.filter((file) => file.endsWith('.ts')).map((file) => `${folder}/${basename(file, '.ts')}`);
}
