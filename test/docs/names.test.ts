import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/run.mjs';
import { readTree, spansIn, unknownIn, wordsIn } from './names.js';

const EVERYTHING = ['src', 'test', 'conformance', 'bench', 'model', 'scripts', 'examples', 'package.json'];

/** What each page speaks of. ARCHITECTURE is about the engine, where no test lends it a word. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'ARCHITECTURE.md': ['src', 'model'],
  'CONTRIBUTING.md': EVERYTHING,
  'bench/README.md': EVERYTHING,
  'conformance/README.md': EVERYTHING,
  'docs/README.md': EVERYTHING,
  'examples/README.md': EVERYTHING,
  'model/README.md': EVERYTHING,
  'scripts/README.md': EVERYTHING,
  'test/README.md': EVERYTHING,
};

/** What stands in backticks and is no name of ours, each with its reason. */
const NO_NAMES = new Map([
  ['import type', 'TypeScript'],
  ['interface', 'TypeScript'],
  ['exports', 'a field of package.json'],
  ['module', 'a field of package.json that we go without'],
  ['.cjs', 'an ending that we go without'],
  ['dist/', 'made by the build'],
  ['dist/esm', 'made by the build'],
  ['dist/cjs', 'made by the build'],
  ['localStorage', 'of the platform; the engine may not name it'],
  ['createX', 'stands for any name'],
  ['guardX', 'stands for any name'],
  ['xStore', 'stands for any name'],
  ['replays a late rejection without a second refresh', 'the name of a test'],
  ['Re-read the store when somebody wrote during the first read', 'the subject of a commit'],
  ['assertion violated (no_revival||…', 'printed by Spin'],
]);

test.each(Object.entries(PAGES))('every name in %s exists', async (page, folders) => {
  const tree = await readTree(folders);
  const unknown = spansIn(await readFile(join(root, page), 'utf8'))
    .filter((span) => !NO_NAMES.has(span))
    .flatMap((span) => unknownIn(span, tree));
  expect(unknown).toEqual([]);
});

test('what is listed as no name stands on a page, and would be taken for one', async () => {
  const tree = await readTree(['src', 'model']);
  const pages = await Promise.all(Object.keys(PAGES).map((page) => readFile(join(root, page), 'utf8')));
  const spans = new Set(pages.flatMap(spansIn));
  const idle = [...NO_NAMES.keys()].filter((span) => !spans.has(span) || unknownIn(span, tree).length === 0);
  expect(idle).toEqual([]);
});

test.each([
  ['renewHoldfast()', ['renewHoldfast']],
  ['claim.notLocked', ['notLocked']],
  ['refreshAheadSeconds: 5', ['refreshAheadSeconds']],
  ['session.guard(send, wishes)', ['wishes']],
  ['session/no-such-file.ts', ['session/no-such-file.ts']],
  ['no-such-file.ts', ['no-such-file.ts']],
  ['src/nowhere/', ['src/nowhere/']],
  ['test/nowhere', ['test/nowhere']],
  ['.nowhere.test.ts', ['.nowhere.test.ts']],
  ['holdfast/nowhere', ['holdfast/nowhere']],
  ['npm run nowhere', ['nowhere']],
  ['npm run bench -- --nowhere', ['--nowhere']],
  ['node scripts/nowhere.mjs', ['scripts/nowhere.mjs']],
])('a name that does not exist is noticed: %s', async (span, expected) => {
  const page = `Before it, \`${span}\`, and after it.\n\n\`\`\`ts\nfenced();\n\`\`\`\n`;
  const tree = await readTree(['src', 'scripts', 'bench']);
  expect(spansIn(page).flatMap((each) => unknownIn(each, tree))).toEqual(expected);
});

test('the commands of a block for a shell are looked up as well', async () => {
  const page = '```sh\nnpm run bench -- --only x # what things cost\nnode scripts/nowhere.mjs\n```\n';
  const tree = await readTree(['bench']);
  expect(spansIn(page)).toEqual(['npm run bench -- --only x', 'node scripts/nowhere.mjs']);
  expect(spansIn(page).flatMap((each) => unknownIn(each, tree))).toEqual(['scripts/nowhere.mjs']);
});

test('what only a comment or a sentence speaks of does not exist', () => {
  const code = `/** As holdForth() does. */\nconst kept = { code: 'refresh-lost' };\nthrow new Error('expected a thing');`;
  expect(wordsIn(code)).toEqual(['kept', 'code', 'refresh', 'lost', 'Error']);
});

test.each([
  'createSession()',
  'claim.locked',
  'session.guard(send, options)',
  'guard.ts',
  'session/platform/clock.ts',
  'src/session',
  'policy/',
  '.tabs.test.ts',
  'holdfast/axios',
  'Retry-After',
  'npm run bench -- --only guard-overhead',
])('a name that exists is known: %s', async (span) => {
  expect(unknownIn(span, await readTree(['src', 'bench', 'scripts']))).toEqual([]);
});
