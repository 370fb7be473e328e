import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { root, run, tool } from '../../scripts/run.mjs';
import manifest from '../../package.json' with { type: 'json' };

/** Where the package is installed from its tarball, with nothing else beside it. */
let folder: string;
let tarball: string;

/** What a person would import: every entry of `exports` that is code. */
const entries = Object.keys(manifest.exports)
  .filter((entry) => entry !== './package.json')
  .map((entry) => entry.replace('.', manifest.name));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-packed-'));
  await mustRun('npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder);
  tarball = join(folder, `${manifest.name}-${manifest.version}.tgz`);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await mustRun('npm', 'install', '--prefix', folder, '--offline', '--ignore-scripts', tarball);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function mustRun(...command: [string, ...string[]]): Promise<void> {
  const { code, output } = await run(command);
  if (code !== 0) throw new Error(`${command.join(' ')} failed:\n${output}`);
}

test('publint finds nothing to say', async () => {
  const { code, output } = await run(tool('publint/src/cli.js', 'run', tarball, '--strict'));
  expect(output).toContain('All good!');
  expect(code, output).toBe(0);
});

test('the types resolve for every entry, as ESM', async () => {
  const attw = '@arethetypeswrong/cli/dist/index.js';
  const { code, output } = await run(tool(attw, tarball, '--profile', 'esm-only', '--no-emoji'));
  for (const entry of entries) expect(output).toContain(`"${entry}"`);
  expect(code, output).toBe(0);
});

test.each(entries)('%s is imported without any other package', async (entry) => {
  const { code, output } = await run(
    ['node', '--input-type=module', '--eval', `console.log(Object.keys(await import('${entry}')).length)`],
    { cwd: folder },
  );
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^[1-9]\d*\n$/) });
});

test('nothing is packed but the build, its sources and the papers', async () => {
  const { output } = await run(['tar', '--list', '--file', tarball]);
  const places = new Set(output.split('\n').map((path) => path.split('/')[1]));
  places.delete(undefined);
  expect(
    [...places].filter((place) => !/^(dist|src|package\.json|LICENSE|.*\.md)$/.test(place ?? '')),
  ).toEqual([]);
});

describe.each([
  ['NodeNext', { module: 'NodeNext', moduleResolution: 'NodeNext' }],
  ['Bundler', { module: 'ESNext', moduleResolution: 'Bundler' }],
])('a strict program compiles against it, resolved as %s', (_name, resolution) => {
  /** Library files are checked too: a type that leans on a package the user lacks is our mistake. */
  const strict = {
    ...{ target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], types: [] },
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
  };

  async function compile(file: string): Promise<string> {
    await cp(join(import.meta.dirname, 'consumers', file), join(folder, file));
    const project = join(folder, 'tsconfig.json');
    const compilerOptions = { ...strict, ...resolution };
    await writeFile(project, JSON.stringify({ compilerOptions, files: [file] }));
    return (await run(tool('typescript/bin/tsc', '--project', project))).output;
  }

  test('without axios beside it', async () => {
    expect(await compile('plain.ts')).toBe('');
  });

  test('with axios beside it', async () => {
    const link = join(folder, 'node_modules', 'axios');
    await symlink(join(root, 'node_modules', 'axios'), link, 'junction');
    onTestFinished(() => rm(link));
    expect(await compile('axios.ts')).toBe('');
  });
});
