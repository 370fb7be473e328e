import { rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { root } from '../scripts/run.mjs';

/*
 * Why this is bundled, where other programs are loaded as they are: each case with each subject has a process of its own,
 * thousands of them in a run, and one that loads its TypeScript file by file takes 180 ms longer to start. A planted fault
 * needs a suite around the broken copy of Holdfast, and a page is one script.
 */

/** The folder of the conformance suite. */
export const sources = join(root, 'conformance');

const folders = new Set<string>();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const ENTRIES = ['runner/child', 'server/host', 'mutants/spoiled'];

const FOR_NODE: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'error',
};

export type Bundled = {
  /** Takes Holdfast from these sources, not from the package. */
  readonly src?: string;
  /** Further modules: what they are called there, and their files. */
  readonly also?: Readonly<Record<string, string>>;
  /** Subjects that lie elsewhere, and their names. */
  readonly files?: ReadonlyMap<string, string>;
};

/**
 * Bundles the cases, the subjects and the processes that play them, and names the folder; packages stay outside, to be
 * found from `conformance/`. The folder is this process's own, and goes with it: another run may be under way.
 */
export async function bundle(
  name: string,
  { src, also = {}, files = new Map() }: Bundled = {},
): Promise<string> {
  const modules = join(sources, '.cache', `${name}-${process.pid}`);
  await rm(modules, { recursive: true, force: true });
  folders.add(modules);
  const paths = [...ENTRIES, ...(await modulesIn('cases')), ...(await modulesIn('subjects'))];
  await build({
    ...FOR_NODE,
    entryPoints: {
      ...Object.fromEntries(paths.map((path) => [path, join(sources, `${path}.ts`)])),
      ...also,
    },
    outdir: modules,
    splitting: true,
    packages: 'external',
    plugins: src === undefined ? [] : [holdfastFrom(src)],
  });
  await build({
    ...FOR_NODE,
    entryPoints: [...files].map(([file, subject]) => ({ in: resolve(file), out: `subjects/${subject}` })),
    outdir: modules,
    plugins: [packagesOfTheirOwn],
    conditions: [],
  });
  return modules;
}

/** A subject that lies elsewhere gets its packages from there, and they are loaded as they are. */
const packagesOfTheirOwn: Plugin = {
  name: 'packages-of-their-own',
  setup({ onResolve, resolve: find }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (isBuiltin(path) || kind === 'entry-point' || pluginData === packagesOfTheirOwn) return undefined;
      const found = await find(path, { importer, resolveDir, kind, pluginData: packagesOfTheirOwn });
      const isPackage = found.path.includes(`${sep}node_modules${sep}`);
      return isPackage ? { path: pathToFileURL(found.path).href, external: true } : undefined;
    });
  },
};

function holdfastFrom(src: string): Plugin {
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

/** The pages of `tabs/pages`, each as one script, by subject. */
export async function bundlePages(): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
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

/** What is in a folder of the suite: `cases/hangs`, and so on. */
export async function modulesIn(folder: string): Promise<string[]> {
  const files = await readdir(join(sources, folder));
  return files.filter((file) => file.endsWith('.ts')).map((file) => `${folder}/${basename(file, '.ts')}`);
}
