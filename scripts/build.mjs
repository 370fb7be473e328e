import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOlder } from './outdated.mjs';
import { root, run, tool } from './run.mjs';
import { setUp, stop } from './setup.mjs';

/** Compiles `src/` into `dist/`, from nothing, so that no file of an earlier build is left to be packed. */
export async function build() {
  await rm(join(root, 'dist'), { recursive: true, force: true });
  return await run(tool('typescript/bin/tsc', '-p', 'tsconfig.build.json'));
}

/** Builds unless `dist/` is newer than everything it is made from. */
export async function buildIfOutdated() {
  if (!(await isOlder('dist/index.js', ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'])))
    return;
  console.error('Building holdfast …');
  const { code, output } = await build();
  if (code !== 0) stop(output);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await setUp();
  const { code, output } = await build();
  process.stdout.write(output);
  process.exitCode = code;
}
