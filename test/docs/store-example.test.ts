import ts from 'typescript';
import { expect, test } from 'vitest';
import * as holdfast from '../../src/index.js';
import { storeSuite, type StoreSuiteTokens } from '../../src/testing/index.js';
import { examplesOf } from './examples.js';
import { LANGUAGES, pagesIn } from './pages.js';

type Database = {
  get(key: string): Promise<string | null>;
  swap(key: string, expected: string | null, next: string): Promise<boolean>;
};
type Example = {
  databaseStore(database: Database, key: string): holdfast.TokenStore<StoreSuiteTokens>;
};

test.each(LANGUAGES)(
  'the store that $folder/stores.md shows passes the suite for stores',
  async (language) => {
    const page = (await pagesIn(language)).find(({ path }) => path.endsWith('/stores.md'));
    const shown = page && examplesOf(page).find(({ code }) => code.includes('function databaseStore'));
    const { databaseStore } = run(shown?.code ?? '');
    const cases = storeSuite({
      make() {
        const database = createDatabase();
        return { open: () => databaseStore(database, 'session') };
      },
      without: ['exclusive', 'subscribe'],
    });

    expect(cases.length).toBeGreaterThan(10);
    for (const { run: play } of cases) await play();
  },
);

function createDatabase(): Database {
  const rows = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(rows.get(key) ?? null),
    swap(key, expected, next) {
      const isSame = (rows.get(key) ?? null) === expected;
      if (isSame) rows.set(key, next);
      return Promise.resolve(isSame);
    },
  };
}

/** What an example exports that imports nothing but the package itself. */
function run(code: string): Example {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  // The example is a page of this repository.
  // eslint-disable-next-line typescript/no-implied-eval
  new Function('require', 'exports', outputText)(() => holdfast, exported);
  return exported as Example;
}
