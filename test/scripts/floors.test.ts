import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PURE } from '../../scripts/lint/floors.mjs';
import { root, run, tool } from '../../scripts/run.mjs';

/** A copy of the sources under the same lint configuration, to plant files in. */
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'holdfast-floors-'));
  for (const path of ['src', 'scripts', '.oxlintrc.json', 'tsconfig.json']) {
    await cp(join(root, path), join(copy, path), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
});

afterAll(async () => {
  await rm(copy, { recursive: true, force: true });
});

type Plant = { readonly files: Readonly<Record<string, string>>; told(broken: string[]): void };

/** What is to be linted next. */
const waiting: Plant[] = [];
let count = 0;
let linting = Promise.resolve();

/**
 * Plants a file in the copy, with others beside it, and says which rules they broke, each with its message. Starting the
 * lint is what takes long: all that tests plant at the same time is linted at once, under names of its own.
 */
function brokenBy(
  file: string,
  code: string,
  beside: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  count += 1;
  const own = (text: string): string => text.replaceAll('planted', `planted${count}`);
  const files = Object.fromEntries(
    Object.entries({ ...beside, [file]: code }).map(([path, text]) => [own(path), own(text)]),
  );
  return new Promise((told, fail) => {
    waiting.push({ files, told });
    linting = linting.then(lintWaiting);
    linting.catch(fail);
  });
}

async function lintWaiting(): Promise<void> {
  const batch: Plant[] = [];
  const taken: Record<string, string> = {};
  // Those with a name that is not their own wait for their turn.
  for (const plant of waiting.splice(0)) {
    const isFree = Object.keys(plant.files).every((path) => !(path in taken));
    (isFree ? batch : waiting).push(plant);
    if (isFree) Object.assign(taken, plant.files);
  }
  if (batch.length === 0) return;
  for (const [path, code] of Object.entries(taken)) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), `${code}\n`);
  }
  const options = ['--format', 'json', '--type-aware'];
  const { output } = await run(tool('oxlint/bin/oxlint', ...options, ...Object.keys(taken)), { cwd: copy });
  const report: { diagnostics: { code: string; message: string; filename: string }[] } = JSON.parse(output);
  for (const path of Object.keys(taken)) {
    await rm(join(copy, path));
    // Some are planted in the place of a file that is there.
    if (existsSync(join(root, path))) await cp(join(root, path), join(copy, path));
  }
  for (const { files, told } of batch) {
    const found = report.diagnostics.filter(({ filename }) => filename in files);
    told(found.map(({ code, message }) => `${code} ${message}`));
  }
}

/** Any message of this rule. */
const of = (rule: string): unknown => expect.arrayContaining([expect.stringContaining(rule)]);

test('the sources as they are break no rule', async () => {
  const { code, output } = await run(tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', 'src'), {
    cwd: copy,
  });
  expect(output).toContain('Found 0 warnings and 0 errors.');
  expect(code).toBe(0);
});

describe.concurrent('an import up the floors is refused', () => {
  test.each([
    ['src/errors.ts', './session/planted.js'],
    ['src/errors.ts', './policy/planted.js'],
    ['src/session/planted.ts', '../policy/planted.js'],
    ['src/session/planted.ts', '../clients/planted.js'],
    ['src/session/planted.ts', '../stores/planted.js'],
    ['src/session/planted.ts', '../session/../index.js'],
    ['src/policy/planted.ts', '../clients/planted.js'],
    ['src/clients/planted.ts', '../index.js'],
    ['src/clients/planted.ts', '../stores/planted.js'],
    ['src/clients/planted.ts', './sibling.js'],
    ['src/clients/planted.ts', './sibling/part.js'],
    ['src/clients/planted/part.ts', '../sibling.js'],
    ['src/stores/planted.ts', '../clients/planted.js'],
    ['src/stores/planted.ts', './sibling.js'],
    ['src/stores/common/planted.ts', '../sibling.js'],
    ['src/stores/common/planted.ts', '../sibling/part.js'],
    ['src/stores/common/planted.ts', '../../clients/common/planted.js'],
    ['src/clients/planted.ts', '../stores/common/planted.js'],
    ['src/session/planted.ts', '../sharing/planted.js'],
    ['src/policy/planted.ts', '../sharing/planted.js'],
    ['src/policy/planted.ts', '../session/request/guard.js'],
    ['src/policy/planted.ts', '../session/planted.js'],
    ['src/session/tokens/tokens.ts', '../state/record.js'],
    ['src/session/state/planted.ts', '../core/planted.js'],
    ['src/session/core/planted.ts', '../request/planted.js'],
    ['src/session/renewal/planted.ts', '../session.js'],
    ['src/sharing/planted.ts', '../policy/planted.js'],
    ['src/sharing/planted.ts', '../stores/planted.js'],
    ['src/testing/planted.ts', '../stores/planted.js'],
    ['src/index.ts', './clients/planted.js'],
    ['src/planted/planted.ts', '../errors.js'],
    ['src/clients/planted.ts', '../../scripts/planted.js'],
  ])('from %s to %s', async (file, specifier) => {
    expect(await brokenBy(file, `export { planted } from '${specifier}';`)).toEqual(of('holdfast(floors)'));
  });

  test.each([
    [
      'src/session/planted.ts',
      `import { planted } from '../policy/planted.js';\nexport const used = planted;`,
    ],
    ['src/session/planted.ts', `export * from '../policy/planted.js';`],
    ['src/session/planted.ts', `export const used = import('../policy/planted.js');`],
    ['src/session/planted.ts', `export type { Planted } from '../policy/planted.js';`],
    ['src/session/planted.ts', `export type Used = import('../policy/planted.js').Planted;`],
    ['src/session/planted.ts', `import '../policy/planted.js';`],
    ['src/clients/planted.ts', `export { default } from 'axios';`],
    ['src/clients/planted.ts', `import axios from 'axios';\nexport const used = axios;`],
    [
      'src/clients/planted.ts',
      `import { type AxiosInstance } from 'axios';\nexport type Used = AxiosInstance;`,
    ],
    ['src/stores/planted.ts', `import type { Stats } from 'node:fs';\nexport type Used = Stats;`],
  ])('in whatever form: %s: %s', async (file, code) => {
    expect(await brokenBy(file, code)).toEqual(of('holdfast(floors)'));
  });
});

test.concurrent.each([
  ['src/session/planted.ts', `export { planted } from './state/record.js';`],
  ['src/session/planted.ts', `export { HoldfastError } from '../errors.js';`],
  [
    'src/policy/planted.ts',
    `import type { Planted } from '../session/planted.js';\nexport type Used = Planted;`,
  ],
  ['src/policy/planted.ts', `export type { Planted } from '../session/request/guard.js';`],
  ['src/policy/planted.ts', `export { planted } from './judge.js';`],
  ['src/sharing/planted.ts', `export { planted } from '../session/planted.js';`],
  ['src/stores/planted.ts', `export { planted } from '../sharing/planted.js';`],
  ['src/clients/planted.ts', `export { planted } from '../session/planted.js';`],
  ['src/clients/planted.ts', `export { planted } from './planted/part.js';`],
  ['src/clients/planted/part.ts', `export { planted } from './other-part.js';`],
  ['src/stores/planted.ts', `export { planted } from './common/planted.js';`],
  ['src/stores/planted/part.ts', `export { planted } from '../common/planted.js';`],
  ['src/stores/common/planted.ts', `export { planted } from './other.js';`],
  [
    'src/clients/planted.ts',
    `import type { AxiosInstance } from 'axios';\nexport type Used = AxiosInstance;`,
  ],
  ['src/testing/planted.ts', `export { planted } from './manual-clock.js';`],
  ['src/index.ts', `export { planted } from './policy/planted.js';`],
])('an import on or down the floors is allowed: %s: %s', async (file, code) => {
  expect(await brokenBy(file, code)).not.toEqual(of('holdfast(floors)'));
});

const PLATFORM = [
  'window',
  'document',
  'navigator',
  'indexedDB',
  'localStorage',
  'sessionStorage',
  'crypto',
  'EventTarget',
  'BroadcastChannel',
  'fetch',
  'Date',
  'performance',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'AbortController',
];

test.concurrent.each(['src/session/planted.ts', 'src/sharing/planted.ts', 'src/policy/planted.ts'])(
  'the engine touches no platform: %s',
  async (file) => {
    const broken = await brokenBy(file, `export const used: unknown[] = [${PLATFORM.join(', ')}];`);
    expect(broken.sort()).toEqual(
      PLATFORM.map((name) => `eslint(no-restricted-globals) Unexpected use of '${name}'.`).sort(),
    );
  },
);

test.concurrent('only the clock reads the time and draws lots', async () => {
  const code = 'export const used: number = Math.random() * Date.now();';
  const rules = ['eslint(no-restricted-globals)', 'eslint(no-restricted-properties)'];
  const inEngine = await brokenBy('src/session/planted.ts', code);
  const inClock = await brokenBy('src/session/platform/clock.ts', code);
  for (const rule of rules) {
    expect(inEngine).toEqual(of(rule));
    expect(inClock).not.toEqual(of(rule));
  }
});

test.concurrent.each([...PURE])(
  'policy/ may take values from session/%s, which exists and takes none from the engine',
  async (name) => {
    const used = await readFile(join(root, `src/session/${name}.ts`), 'utf8');
    expect(
      await brokenBy('src/policy/planted.ts', `export { planted } from '../session/${name}.js';`),
    ).not.toEqual(of('holdfast(floors)'));
    expect(await brokenBy(`src/session/${name}.ts`, used)).not.toEqual(of('holdfast(floors)'));
  },
);

describe.concurrent.each([
  'src/session',
  'src/testing',
  'conformance/stage',
  'bench/support',
  'test/support',
])('a circle of files is refused in %s', (folder) => {
  test.each([
    ['of values', `export { x } from`, `export { x } from`],
    ['of types', `export type { X } from`, `export type { X } from`],
    ['of a value and a type', `import { x } from`, `import type { X } from`],
    ['of a type among values', `import { x } from`, `import { y, type X } from`],
  ])('%s', async (_of, there, back) => {
    const broken = await brokenBy(`${folder}/planted.ts`, `${there} './planted-too.js';`, {
      [`${folder}/planted-too.ts`]: `${back} './planted.js';`,
    });
    expect(broken).toEqual(of('import(no-cycle)'));
  });

  test('and a type is imported by a statement, where a circle is seen', async () => {
    const broken = await brokenBy(`${folder}/planted.ts`, `export type X = import('./planted-too.js').X;`);
    expect(broken).toEqual(of('typescript(consistent-type-imports)'));
  });
});

/** Put together here, so that a search for them finds nothing in this file. */
const FOCUSED = ['test', 'only'].join('.');
const LATER = ['TO', 'DO'].join('');
const FULL = ['prettier', 'ignore'].join('-');

test.concurrent.each([
  [
    'a promise left alone',
    'src/session/planted.ts',
    'Promise.resolve(1);',
    'typescript(no-floating-promises)',
  ],
  ['a default export', 'src/session/planted.ts', 'export default 1;', 'import(no-default-export)'],
  ['a print', 'src/session/planted.ts', `console.log('here');`, 'eslint(no-console)'],
  ['a page without end', 'src/session/planted.ts', 'export {};\n'.repeat(200), 'eslint(max-lines)'],
  ['a page of comments', 'src/session/planted.ts', '// And so on.\n\n'.repeat(100), 'eslint(max-lines)'],
  ['a name in capitals', 'src/session/plantedFile.ts', 'export const x = 1;', 'unicorn(filename-case)'],
  ['a focused test', 'test/planted.test.ts', `${FOCUSED}('x', () => {});`, 'vitest(no-focused-tests)'],
  ['a task left for later', 'scripts/planted.mjs', `// ${LATER}: all of it`, 'eslint(no-warning-comments)'],
  ['a line too full', 'bench/planted.ts', `export const x = 1; // ${FULL}`, 'eslint(no-warning-comments)'],
  [
    'a choice in a choice',
    'src/policy/planted.ts',
    'export const x = (a: 0 | 1, b: 0 | 1): number => (a ? (b ? 1 : 2) : 3);',
    'eslint(no-nested-ternary)',
  ],
])('%s is refused', async (_what, file, code, rule) => {
  expect(await brokenBy(file, code)).toEqual(of(rule));
});
