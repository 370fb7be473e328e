/** `npm run conformance`: sets up, builds, bundles `conformance/` and runs it; `conformance/run.ts` has the options. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfOutdated } from './build.mjs';
import { root } from './run.mjs';
import { setUp } from './setup.mjs';

const sources = join(root, 'conformance');

/**
 * Bundles the runner, the cases and the subjects; packages stay outside, to be found from `conformance/`.
 * @param {{ name?: string, holdfast?: Record<string, string> }} [options] `holdfast`: files to take in the place of the package's
 * @returns {Promise<string>} the folder
 */
export async function bundle({ name = 'published', holdfast = {} } = {}) {
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
  return modules;
}

/** @param {string} folder */
async function modulesIn(folder) {
  const files = await readdir(join(sources, folder));
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(sources, folder, file));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await setUp();
  await buildIfOutdated();
  const modules = await bundle();
  const { main } = await import(join(modules, 'run.js'));
  process.exitCode = await main(process.argv.slice(2), { sources, modules });
}
