import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOlder } from './outdated.mjs';
import { root, run, tool } from './run.mjs';
import { setUp, stop } from './setup.mjs';

/** One for each module system: ESM into `dist/esm`, CommonJS into `dist/cjs`. */
const PROJECTS = ['tsconfig.build.json', 'tsconfig.build.cjs.json'];

/** What a build is made from. */
const SOURCES = ['src', 'tsconfig.json', ...PROJECTS, 'package-lock.json'];

/** Makes its folder CommonJS, types included. Bundlers ask the nearest one about side effects. */
const CJS_MANIFEST = 'dist/cjs/package.json';

/** Compiles `src/` into `dist/`, from nothing, so that no file of an earlier build is left to be packed. */
export async function build() {
  await rm(join(root, 'dist'), { recursive: true, force: true });
  const ended = await Promise.all(PROJECTS.map((project) => run(tool('typescript/bin/tsc', '-p', project))));
  const code = Math.max(...ended.map((one) => one.code));
  // The last of all: where it lies, the build is whole. A `.cjs` of every file would do as well, but not in bundlers
  // that take an ending they do not know for an asset.
  if (code === 0) await writeJson(CJS_MANIFEST, { type: 'commonjs', sideEffects: false });
  return { code, output: ended.map(({ output }) => output).join('') };
}

/** Builds unless `dist/` is newer than everything it is made from. */
export async function buildIfOutdated() {
  if (!(await isOlder(CJS_MANIFEST, SOURCES))) return;
  console.error('Building holdfast …');
  const { code, output } = await build();
  if (code !== 0) stop(output);
}

/**
 * @param {string} file from the root
 * @param {object} content
 */
export async function writeJson(file, content) {
  await writeFile(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await setUp();
  const { code, output } = await build();
  process.stdout.write(output);
  process.exitCode = code;
}
