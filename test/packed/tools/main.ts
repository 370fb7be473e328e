/**
 * `npm run tools`: the packed package in real jests, bundlers and compilers, which are installed for it in a folder of
 * their own (`kit`). Options go to vitest: `npm run tools -- --testNamePattern webpack`.
 */
import { run, tool } from '../../../scripts/run.mjs';

const options = process.argv.slice(2);
const { code } = await run(tool('vitest/vitest.mjs', 'run', '--project', 'tools', ...options), {
  show: true,
});
process.exitCode = code;
