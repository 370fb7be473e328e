import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { expect, inject, test } from 'vitest';
import { root, run, tool } from '../../scripts/run.mjs';
import manifest from '../../package.json' with { type: 'json' };
import { linksOf } from '../docs/markdown.js';
import { entries } from './entries.js';

const { tarball, alone } = inject('packed');
const installed = join(alone, 'node_modules', manifest.name);

/** Beside `docs/`: ARCHITECTURE.md and the results are the repository's, and lead on into it. */
const PAPERS = ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'SECURITY.md'];

test('publint finds nothing to say', async () => {
  const { code, output } = await run(tool('publint/src/cli.js', 'run', tarball, '--strict'));
  expect(output).toContain('All good!');
  expect(code, output).toBe(0);
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
  const papers = ['package.json', 'LICENSE', 'ARCHITECTURE.md', 'bench', 'conformance', 'docs', ...PAPERS];
  expect((await readdir(installed)).sort()).toEqual(['dist', 'src', ...folders, ...papers].sort());
  // What the peers' table is made from, and nothing else of where it comes from.
  expect(await readdir(join(installed, 'bench'))).toEqual(['PEERS.md']);
  expect(await readdir(join(installed, 'conformance'))).toEqual(['RESULTS.md']);
});

test('every link and picture in what users read leads to something that is packed', async () => {
  const docs = await readdir(join(installed, 'docs'), { recursive: true });
  const pages = [...PAPERS, ...docs.filter((file) => file.endsWith('.md')).map((file) => join('docs', file))];
  const dead = await Promise.all(
    pages.map(async (page) => {
      const links = linksOf(await readFile(join(installed, page), 'utf8'));
      const files = links.filter((link) => !/^(https?:|#)/.test(link)).map((link) => link.replace(/#.*/, ''));
      const lost = files.filter((file) => !existsSync(join(installed, dirname(page), file)));
      return lost.map((file) => `${page}: ${file}`);
    }),
  );
  expect(pages.length).toBeGreaterThan(20);
  expect(dead.flat()).toEqual([]);
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

/** Which files of the package a bundle holds that was made under these conditions. */
async function bundled(entry: string, conditions: string[]): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: `export * from '${manifest.name}/${entry}'`, resolveDir: alone },
    external: ['axios'],
    bundle: true,
    write: false,
    format: 'esm',
    metafile: true,
    platform: 'neutral',
    conditions,
  });
  return Object.keys(metafile.inputs).map((file) => file.replace(/^.*\/dist\/esm\//, ''));
}

test.each([
  ['axios', ['clients/axios/node/http.js', 'clients/axios/node/redirects.js']],
  ['fetch', ['clients/fetch/redirects.js']],
])('a bundle of %s for browsers, and no other, leaves out what they do not need', async (entry, files) => {
  const others = [
    [],
    ['node'],
    ['workerd', 'worker', 'browser'],
    ['node', 'browser'],
    ['edge-light', 'browser'],
    ['deno'],
    ['bun'],
  ];
  for (const conditions of others)
    expect(await bundled(entry, conditions), String(conditions)).toEqual(expect.arrayContaining(files));
  const inBrowsers = await bundled(entry, ['browser']);
  expect(inBrowsers).toContain(`clients/${entry}/browser.js`);
  expect(files.filter((file) => inBrowsers.includes(file))).toEqual([]);
});

test('what browsers have exports the same', async () => {
  const conditional = entries.filter(({ target }) => 'browser' in target.import);
  expect(conditional.map(({ entry }) => entry)).toEqual(['./axios', './fetch']);
  for (const { target } of conditional) {
    const { browser, default: everywhere } = target.import as { browser: string; default: string };
    const [page, all] = await Promise.all(
      [browser, everywhere].map((file): Promise<object> => import(join(installed, file))),
    );
    expect(Object.keys(page ?? {})).toEqual(Object.keys(all ?? {}));
  }
});
