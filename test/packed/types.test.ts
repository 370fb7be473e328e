import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { root } from '../../scripts/run.mjs';
import { named, problemsIn } from './compile.js';

const { alone, besideAxios } = inject('packed');

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
