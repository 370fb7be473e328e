/**
 * `npm run tools`: the packed package in real jests, bundlers and compilers, which are installed for it in a folder of
 * their own (test/packed/tools/kit). Options go to vitest: `npm run tools -- --testNamePattern webpack`.
 */
import { buildIfOutdated } from './build.mjs';
import { run, tool } from './run.mjs';
import { setUp } from './setup.mjs';

await setUp();
await buildIfOutdated();
const { code } = await run(tool('vitest/vitest.mjs', 'run', '--project', 'tools', ...process.argv.slice(2)), {
  show: true,
});
process.exitCode = code;
