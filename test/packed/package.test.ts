import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { expect, inject, test } from 'vitest';
import { root, run, tool } from '../../scripts/run.mjs';
import manifest from '../../package.json' with { type: 'json' };
import { entries } from './entries.js';

const { tarball, alone } = inject('packed');
const installed = join(alone, 'node_modules', manifest.name);

test('publint finds nothing to say, but that `browser` could be a condition', async () => {
  const { buffer } = await readFile(tarball).then((bytes) => Uint8Array.from(bytes));
  const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
  // Bundlers from before `exports` know the field, and axios leaves out its own http adapter by it: the two go together.
  expect(messages.map(({ code }) => code)).toEqual(['USE_EXPORTS_OR_IMPORTS_BROWSER']);
});

test('the types of every entry resolve in every way there is, to those of the code that is loaded', async () => {
  const attw = tool('@arethetypeswrong/cli/dist/index.js', tarball, '--format', 'json');
  const { code, output } = await run(attw);
  const { analysis, problems } = JSON.parse(output);
  for (const { entry } of entries) {
    expect(Object.keys(analysis.entrypoints[entry].resolutions), entry).toEqual([
      'node10',
      'node16-cjs',
      'node16-esm',
      'bundler',
    ]);
  }
  expect({ code, problems }).toEqual({ code: 0, problems: {} });
});

test('who does not know `exports` finds the same CommonJS code and types', async () => {
  const [{ target: main }, ...others] = entries as [(typeof entries)[0], ...typeof entries];
  expect({ default: manifest.main, types: manifest.types }).toEqual(main.require);
  expect(manifest.typesVersions['*']).toEqual(
    Object.fromEntries(others.map(({ entry, target }) => [entry.slice(2), [target.require.types]])),
  );
  for (const { entry, target } of others) {
    const folder = join(installed, entry);
    const { main: found } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    expect(resolve(folder, found), entry).toBe(resolve(installed, target.require.default));
  }
});

test('nothing is packed but the build, its sources, the entries and the papers', async () => {
  const folders = entries.slice(1).map(({ entry }) => entry.slice(2));
  const papers = ['package.json', 'LICENSE', 'README.md', 'README.zh-CN.md', 'CHANGELOG.md'];
  expect((await readdir(installed)).sort()).toEqual(['dist', 'src', ...folders, ...papers].sort());
});

test('the folders of the entries are gone from the checkout after packing', async () => {
  const left = await readdir(root);
  expect(entries.slice(1).filter(({ entry }) => left.includes(entry.slice(2)))).toEqual([]);
});

test('every map leads to a source that is packed', async () => {
  const files = await readdir(join(installed, 'dist'), { recursive: true });
  const maps = files.filter((file) => file.endsWith('.map')).map((file) => join(installed, 'dist', file));
  const lost = await Promise.all(
    maps.map(async (map) => {
      const { sources } = JSON.parse(await readFile(map, 'utf8')) as { sources: string[] };
      const read = sources.map((source) => readFile(resolve(dirname(map), source)));
      return await Promise.all(read).then(
        () => [],
        () => [map],
      );
    }),
  );
  expect(maps.length).toBeGreaterThan(0);
  expect(lost.flat()).toEqual([]);
});

test('a bundle for browsers leaves out what only Node needs', async () => {
  const insides = await Promise.all(
    (['browser', 'node'] as const).map(async (platform) => {
      const { metafile } = await build({
        stdin: {
          contents: `import '${manifest.name}/axios'; export * from '${manifest.name}/axios';`,
          resolveDir: alone,
        },
        external: ['axios'],
        bundle: true,
        write: false,
        format: 'esm',
        metafile: true,
        platform,
      });
      const files = Object.keys(metafile.inputs).map((file) => /\/axios\/(\w+)\/[\w-]+\.js$/.exec(file)?.[1]);
      return files.filter((folder) => folder !== undefined);
    }),
  );
  expect(insides).toEqual([
    ['page', 'page'],
    ['node', 'node'],
  ]);
});
