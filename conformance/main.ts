/**
 * `npm run conformance`: bundles the suite and runs it.
 *
 *   (none)              every case with every subject; run.ts has the options
 *   --tabs              the libraries that share a session between tabs, in a real Chromium
 *   --mutants           plants every fault of mutants.ts; --only WORDS: those whose description contains them
 */
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/run.mjs';
import { writePeerTables } from '../scripts/peer-table.mjs';
import { bundle, bundlePages, modulesIn, sources } from './bundle.js';
import { mainMutants } from './run-mutants.js';
import { mainTabs } from './run-tabs.js';
import { main } from './run.js';

const args = process.argv.slice(2);
process.exitCode = await chosen()();

/** What was asked for. It resolves to the exit code. */
function chosen(): () => Promise<number> {
  if (args.includes('--mutants')) return runMutants;
  if (args.includes('--tabs')) return runTabs;
  return runCases;
}

async function runCases(): Promise<number> {
  const files = await filesNamed();
  const modules = await bundle('published', { files });
  const code = await main(args, { sources, modules, files });
  // A part of it writes nothing.
  if (!args.some((arg) => /^--(subject|case)\b/.test(arg))) await writePeerTables();
  return code;
}

/** The subjects that `--subject` names by the path of a file, and the names they get: `my-request.subject.ts` is `my-request`. */
async function filesNamed(): Promise<Map<string, string>> {
  const { values } = parseArgs({ args, strict: false, options: { subject: { type: 'string' } } });
  const named = String(values.subject ?? '')
    .split(',')
    .filter((name) => /\.m?[jt]s$/.test(name))
    .map((file) => [file, basename(file).replace(/(\.subject)?\.m?[jt]s$/, '')] as const);
  const ours = (await modulesIn('subjects')).map((path) => basename(path));
  const taken = named.find(([, name]) => ours.includes(name));
  if (taken) {
    const [file, name] = taken;
    throw new TypeError(`expected a file with a name of its own, got ${file}: there is a subject ${name}`);
  }
  return new Map(named);
}

async function runTabs(): Promise<number> {
  return await mainTabs(sources, await bundlePages());
}

async function runMutants(): Promise<number> {
  const { values } = parseArgs({ args, options: { mutants: { type: 'boolean' }, only: { type: 'string' } } });
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
