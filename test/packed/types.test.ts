import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { root, run, tool } from '../../scripts/run.mjs';

const { alone, besideAxios } = inject('packed');

/** What every program here is held to. Library files are checked too: a type that leans on a package the user lacks is our mistake. */
const STRICT = {
  ...{ target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], types: [] },
  ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
};

/** No page around it: the globals are those that Node's own types know. */
const NODE_ALONE = { lib: ['ES2022'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };

const NODE_NEXT = { module: 'NodeNext', moduleResolution: 'NodeNext' };
const BUNDLER = { module: 'ESNext', moduleResolution: 'Bundler' };
const NODE_10 = { module: 'CommonJS', moduleResolution: 'Node10', ignoreDeprecations: '6.0' };

const PLAIN = ['plain'];
const BOTH = ['plain', 'axios'];

// TypeScript 7 has no `node10`, and is several times as fast.
test.each<[name: string, compiler: string, ending: string, options: object]>([
  ['node10', 'typescript', 'ts', NODE_10],
  ['Bundler', 'typescript', 'ts', BUNDLER],
  ['NodeNext, from ESM', 'typescript-7', 'mts', NODE_NEXT],
  ['NodeNext, from CommonJS', 'typescript-7', 'cts', NODE_NEXT],
  ['Bundler, by TypeScript 7', 'typescript-7', 'ts', BUNDLER],
  ['NodeNext, from ESM, under Node alone', 'typescript-7', 'mts', { ...NODE_NEXT, ...NODE_ALONE }],
  ['NodeNext, from CommonJS, under Node alone', 'typescript-7', 'cts', { ...NODE_NEXT, ...NODE_ALONE }],
])(
  'a strict program compiles against it beside axios, resolved as %s',
  async (_name, compiler, ending, options) => {
    expect(await problemsIn(besideAxios, named(BOTH, ending), { compiler, options })).toBe('');
  },
);

test.each<[name: string, compiler: string, ending: string, options: object]>([
  ['node10', 'typescript', 'ts', NODE_10],
  ['NodeNext, from ESM', 'typescript-7', 'mts', NODE_NEXT],
  ['NodeNext, from CommonJS', 'typescript-7', 'cts', NODE_NEXT],
])(
  'a strict program compiles against it without axios, resolved as %s',
  async (_name, compiler, ending, options) => {
    expect(await problemsIn(alone, named(PLAIN, ending), { compiler, options })).toBe('');
  },
);

test('a session made in a CommonJS file is guarded in an ES one', async () => {
  const files = { 'session.cts': 'session.cts', 'guards.mts': 'guards.mts' };
  expect(await problemsIn(besideAxios, files, { compiler: 'typescript-7', options: NODE_NEXT })).toBe('');
});

function named(programs: string[], ending: string): Record<string, string> {
  return Object.fromEntries(programs.map((name) => [`${name}.${ending}`, `${name}.ts`]));
}

/** What a compiler says about programs of `consumers/`, copied beside the package under the names given. */
async function problemsIn(
  place: string,
  files: Record<string, string>,
  { compiler, options }: { compiler: string; options: object },
): Promise<string> {
  await mkdir(join(place, 'programs'), { recursive: true });
  const folder = await mkdtemp(join(place, 'programs/'));
  for (const [name, file] of Object.entries(files))
    await cp(join(import.meta.dirname, 'consumers', file), join(folder, name));
  const project = { compilerOptions: { ...STRICT, ...options }, files: Object.keys(files) };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  return (await run(tool(`${compiler}/bin/tsc`, '--project', folder))).output;
}
