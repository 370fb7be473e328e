import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { run, type Command } from '../../../scripts/run.mjs';

const tools = inject('tools');
const PROGRAM = join(import.meta.dirname, 'program.mjs');

/** A tool of the kit, as this Node runs it. */
const tool = (file: string, ...args: string[]): Command => ['node', join('node_modules', file), ...args];

const script = (code: string): Command => ['node', '--eval', code];

/** webpack alone, without the package of its command line. */
const webpack = (version: 4 | 5, out: string): Command =>
  script(`require('webpack-${version}')(
    { mode: 'production', context: process.cwd(), entry: './import.js', output: { path: process.cwd(), filename: '${out}' } },
    (error, stats) => {
      if (error || stats.hasErrors()) throw error || new Error(stats.toString({ all: false, errors: true }));
    },
  )`);

/** Under its default configuration, but for what would read other programs here. */
const jest = (version: 29 | 30, environment: string): Command =>
  tool(`jest-${version}/bin/jest.js`, '--env', environment, '--rootDir', 'jest', '--ci');

beforeAll(async () => {
  const program = await readFile(PROGRAM, 'utf8');
  const { code: required } = await transform(program, { format: 'cjs', target: 'es2019' });
  await rm(join(tools, 'jest'), { recursive: true, force: true });
  await mkdir(join(tools, 'jest'));
  const jestTest = `test('it is served', async () => expect(await require('../required.js').main()).toBe('OK'));`;
  const files = {
    'imported.js': program,
    'import.js': `import { main } from './imported.js';\nmain().then(console.log);\n`,
    'imported.mjs': program,
    'import.mjs': `import { main } from './imported.mjs';\nmain().then(console.log);\n`,
    'required.js': required,
    'require.js': `require('./required.js').main().then(console.log);\n`,
    'run.ts': `import { main } from './run-imported';\nmain().then((it: string) => console.log(it));\n`,
    'run-imported.ts': `// @ts-nocheck\n${program}`,
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        module: 'CommonJS',
        moduleResolution: 'Node',
        esModuleInterop: true,
      },
    }),
    'jest/package.json': '{}',
    'jest/program.test.js': jestTest,
  };
  for (const [file, content] of Object.entries(files)) await writeFile(join(tools, file), content);
});

async function succeeds(command: Command, env: Record<string, string> = {}): Promise<string> {
  const { code, output } = await run(command, { cwd: tools, env });
  expect(code, output).toBe(0);
  return output;
}

describe('runs in', () => {
  test.each<[name: string, command: Command]>([
    ['Node, imported', ['node', 'import.mjs']],
    ['Node, required', ['node', 'require.js']],
    ['tsx, as CommonJS', tool('tsx/dist/cli.mjs', 'run.ts')],
    ['ts-node, as CommonJS', tool('ts-node/dist/bin.js', '--compiler', 'typescript-5', 'run.ts')],
  ])('%s', async (_name, command) => {
    expect(await succeeds(command)).toBe('OK\n');
  });

  test.each<[name: string, command: Command]>([
    ['jest 29, node', jest(29, 'node')],
    ['jest 29, jsdom', jest(29, '../node_modules/jest-environment-jsdom-29')],
    ['jest 30, node', jest(30, 'node')],
    ['jest 30, jsdom', jest(30, '../node_modules/jest-environment-jsdom-30')],
  ])('%s', async (_name, command) => {
    expect(await succeeds(command)).toContain('1 passed');
  });
});

describe('is bundled by', () => {
  test.each<[name: string, out: string, command: Command, env?: Record<string, string>]>([
    // It hashes with MD4, which newer OpenSSL calls legacy.
    ['webpack 4', 'webpack-4.js', webpack(4, 'webpack-4.js'), { NODE_OPTIONS: '--openssl-legacy-provider' }],
    ['webpack 5', 'webpack-5.js', webpack(5, 'webpack-5.js')],
    [
      'Parcel 2',
      'parcel/import.js',
      tool(
        'parcel/lib/bin.js',
        'build',
        'import.js',
        '--dist-dir',
        'parcel',
        '--no-cache',
        '--no-source-maps',
      ),
    ],
    [
      'rollup',
      'rollup.mjs',
      tool(
        'rollup/dist/bin/rollup',
        ...['-p', 'node-resolve={browser:true}', '-p', 'commonjs'],
        ...['-i', 'import.js', '-o', 'rollup.mjs', '--silent'],
      ),
    ],
    [
      'vite',
      'vite/vite.mjs',
      script(`import('vite').then(({ build }) => build({ configFile: false, logLevel: 'warn',
        build: { outDir: 'vite', lib: { entry: 'import.js', formats: ['es'], fileName: () => 'vite.mjs' } } }))`),
    ],
    ['esbuild', 'esbuild.js', tool('esbuild/bin/esbuild', 'import.js', '--bundle', '--outfile=esbuild.js')],
    [
      'browserify',
      'browserify.js',
      tool('browserify/bin/cmd.js', 'require.js', '--outfile', 'browserify.js'),
    ],
    ['Metro', 'metro.js', tool('metro/src/cli.js', 'build', 'require.js', '--out', 'metro.js')],
  ])('%s', async (_name, out, command, env) => {
    await rm(join(tools, out), { force: true });
    await succeeds(command, env);
    expect(await succeeds(['node', out])).toBe('OK\n');
  });
});
