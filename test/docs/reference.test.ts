import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/run.mjs';
import { namesIn, tablesOf, type Table } from './markdown.js';
import { LANGUAGES, pagesIn } from './pages.js';
import {
  alternativesOf,
  entries,
  literalsIn,
  literalsOf,
  membersIn,
  membersOf,
  valuesOf,
  type Member,
} from './public-types.js';

/** What the types say is held against what the pages say, in each language. */
describe.each(LANGUAGES)('the pages in $folder', async (language) => {
  const pages = await pagesIn(language);
  const textOf = (name: string): string =>
    pages.find(({ path }) => path === `${language.folder}/${name}.md`)?.text ?? '';
  const table = (page: string, index: number): Table => tablesOf(textOf(page))[index] ?? [];

  it.each<[what: string, page: string, index: number, members: readonly Member[]]>([
    ['option of a session', 'options', 0, membersOf('holdfast', 'SessionOptions')],
    ['option of a client', 'options', 1, membersOf('holdfast/fetch', 'GuardFetchOptions')],
    ['option of one request', 'options', 2, membersOf('holdfast/axios', 'RequestSessionOptions')],
    ['option of `guard()`', 'clients', 0, membersOf('holdfast', 'GuardOptions')],
    ['member of a session', 'session', 0, membersOf('holdfast', 'Session')],
    ['field of a snapshot', 'session', 1, membersOf('holdfast', 'SessionSnapshot')],
    ['setting of the auth server', 'testing', 0, membersOf('holdfast/testing', 'AuthServerSettings')],
  ])('list every %s and nothing else, with its default', (_what, page, index, members) => {
    const rows = table(page, index);
    expect(rows.flatMap(namesIn).sort()).toEqual(members.map(({ name }) => name).sort());
    const untold = members.flatMap(({ name, default: said }) => {
      const told = rows.find((row) => namesIn(row).includes(name))?.[1] ?? '';
      return defaultsIn(said)
        .filter((literal) => !told.includes(literal))
        .map((literal) => `${name}: ${literal}`);
    });
    expect(untold).toEqual([]);
  });

  it('list every event with its fields', () => {
    const events = alternativesOf('holdfast', 'SessionEvent').map((members) => ({
      type: literalsIn((members.find(({ name }) => name === 'type') as Member).type).join(),
      fields: fieldsOf(members, ['type', 'at']),
    }));
    const listed = [...table('events', 0), ...table('events', 1)].map((row) => ({
      type: namesIn(row).join(),
      fields: codeIn(row[1]),
    }));
    expect(byType(listed)).toEqual(byType(events));
  });

  it('list every code of an error with what comes along', () => {
    const codes = membersOf('holdfast', 'HoldfastErrorDetails').map(({ name, type }) => ({
      type: name,
      fields: fieldsOf(membersIn(type), []),
    }));
    const listed = table('errors', 0).map((row) => ({ type: namesIn(row).join(), fields: codeIn(row[1]) }));
    expect(byType(listed)).toEqual(byType(codes));
  });

  it.each<[type: string, page: string, index: number]>([
    ['EndReason', 'errors', 1],
    ['RefreshFailureKind', 'errors', 2],
    ['FailureClass', 'failed-refresh', 0],
  ])('list every %s', (type, page, index) => {
    expect(table(page, index).flatMap(namesIn).sort()).toEqual(literalsOf('holdfast', type).sort());
  });

  it.each<[type: string, page: string, entry: 'holdfast' | 'holdfast/testing']>([
    ['RefreshReason', 'options', 'holdfast'],
    ['RefreshFault', 'testing', 'holdfast/testing'],
    ['StoreSuiteExtra', 'testing', 'holdfast/testing'],
  ])('name every %s', (type, page, entry) => {
    const missing = literalsOf(entry, type).filter((name) => !textOf(page).includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });

  it.each(entries)('name everything that %s exports', (entry) => {
    const read = pages.map(({ text }) => text).join();
    expect(valuesOf(entry).filter((name) => !new RegExp(`\\b${name}\\b`).test(read))).toEqual([]);
  });

  it('tell the sizes that stand beside those of the peers', async () => {
    const { rows } = JSON.parse(await readFile(join(root, 'bench/peers.json'), 'utf8')) as {
      rows: { subject: string; gzippedBytes?: number }[];
    };
    const bytesOf = (subject: string): string | undefined =>
      rows.find((row) => row.subject === subject)?.gzippedBytes?.toLocaleString('en');
    const [axios, fetch] = table('cost', 1).map((row) => row[1]);
    expect([axios, fetch]).toEqual([bytesOf('holdfast-axios'), bytesOf('holdfast-fetch')]);
  });
});

it('a default that its doc comment tells is read', () => {
  const defaults = membersOf('holdfast', 'SessionOptions').map((option) => [
    option.name,
    defaultsIn(option.default),
  ]);
  expect(Object.fromEntries(defaults)).toMatchObject({
    leewayMs: ['10_000'],
    fruitlessRefreshes: ['5', '30_000'],
    holdWhileRefreshing: [`'when-unusable'`],
  });
});

/** What of a `@default` reads the same in every language: numbers, and names in quotes. */
function defaultsIn(said: string): string[] {
  return said.match(/\d[\d_]*|'[\w-]+'/g) ?? [];
}

function fieldsOf(members: readonly Member[], without: readonly string[]): string[] {
  const told = members.filter(({ name }) => !without.includes(name));
  return told.map(({ name, isOptional }) => name + (isOptional ? '?' : '')).sort();
}

function codeIn(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code).sort();
}

/** Once each, whatever their order. */
function byType<Row extends { readonly type: string }>(rows: readonly Row[]): Record<string, Row> {
  return Object.fromEntries(rows.map((row) => [row.type, row]));
}
