/**
 * The one way to run a program in TypeScript here: sets up, builds what is outdated, and has tsx load it and whatever it
 * imports, as it is.
 *
 *   node scripts/typescript.mjs bench/main.ts --only guard-overhead
 *
 * A program that starts another process of its own hands it `--import tsx`.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfOutdated } from './build.mjs';
import { setUp, stop } from './setup.mjs';

const [, , file] = process.argv;
if (file === undefined) stop('Which program? node scripts/typescript.mjs <file.ts> [options]');

await setUp();
await buildIfOutdated();
const { register } = await import('tsx/esm/api');
register();
const program = resolve(file);
// The program reads its options as if Node had been started with it.
process.argv.splice(1, 2, program);
await import(pathToFileURL(program).href);
