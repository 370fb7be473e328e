import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/run.mjs';
import { examplesOf, problemsIn, problemsInNode } from './examples.js';
import { LANGUAGES, markdownPages, pagesIn, sourcePages } from './pages.js';

test('every example in a page and in a doc comment compiles', async () => {
  const pages = [...(await markdownPages()), ...(await sourcePages())];
  // The suite's page quotes a file of its own.
  const examples = pages.filter(({ path }) => !path.startsWith('conformance/')).flatMap(examplesOf);
  const places = new Set(examples.map(({ name }) => name.replace(/:.*/, '')));

  expect([...places]).toEqual(
    expect.arrayContaining([
      'README.md',
      'README.zh-CN.md',
      'docs/en/stores.md',
      'docs/zh/stores.md',
      'src/session/session.ts',
      'src/clients/axios.ts',
    ]),
  );
  expect(problemsIn(examples)).toEqual([]);
});

test('every example compiles with the types of Node alone', async () => {
  const read = await Promise.all([...LANGUAGES.map(pagesIn), sourcePages()]);
  expect(problemsInNode(read.flat().flatMap(examplesOf))).toEqual([]);
});

test('the subject that the page of the suite shows is the file that it names', async () => {
  const page = (await markdownPages()).find(({ path }) => path === 'conformance/README.md');
  const shown = page ? examplesOf(page) : [];
  const file = await readFile(join(root, 'conformance/examples/my-request.subject.ts'), 'utf8');
  expect(shown.map(({ code }) => code)).toEqual([file]);
});

test('every @example is in a fence, without which nobody compiles it', async () => {
  const bare = (await sourcePages()).flatMap(({ path, text }) =>
    [...text.matchAll(/@example\n(?! *\* ```ts\n)/g)].map(({ index }) => `${path}:${index}`),
  );
  expect(bare).toEqual([]);
});

test('an example that does not compile is told by its place', () => {
  const text = `/**\n * @example\n * \`\`\`ts\n * import { createSession } from 'holdfast';\n * createSession({ refesh });\n * \`\`\`\n */\n`;
  const examples = examplesOf({ path: 'src/wrong.ts', text });

  expect(examples).toEqual([
    {
      name: 'src/wrong.ts:3',
      code: `import { createSession } from 'holdfast';\ncreateSession({ refesh });\n`,
    },
  ]);
  expect(problemsIn(examples).join()).toMatch(/^src\/wrong\.ts:3: .*refesh/);
});
