import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faults, properties, spares } from '../../model/runs.mjs';
import { root } from '../../scripts/run.mjs';

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

/** What the comments of the model name, as `renewal.ts: renew, holdBack`: file by file, each name once. */
function namesIn(model: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [comment] of model.matchAll(/\/\*[^]*?\*\//g)) {
    for (const [, file = '', names = ''] of comment.matchAll(/([a-z-]+\.ts): ([A-Za-z]+(?:, [A-Za-z]+)*)/g)) {
      const known = found.get(file) ?? new Set();
      found.set(file, known);
      for (const name of names.split(', ')) known.add(name);
    }
  }
  return found;
}

/** Declared as a function, or as a member. */
const declares = (source: string, name: string): boolean =>
  new RegExp(`function ${name}\\b|^ +${name}(?:\\(|: )`, 'm').test(source);

const model = await read('model/renewal.pml');
const named = [...namesIn(model)].flatMap(([file, names]) => [...names].map((name) => ({ file, name })));

test.each(named)('the model stands for $name of $file, which exists', async ({ file, name }) => {
  expect(declares(await read(`src/session/${file}`), name)).toBe(true);
});

test('a name that does not exist is noticed', async () => {
  expect(namesIn('/* renewal.ts: renew, holdForth */')).toEqual(
    new Map([['renewal.ts', new Set(['renew', 'holdForth'])]]),
  );
  expect(declares(await read('src/session/renewal.ts'), 'holdForth')).toBe(false);
});

test('every function of the renewal is in the model', async () => {
  const functions = [...(await read('src/session/renewal.ts')).matchAll(/function (\w+)/g)].map(
    ([, name]) => name,
  );
  const steps = named.filter(({ file }) => file === 'renewal.ts').map(({ name }) => name);
  expect(new Set(steps)).toEqual(new Set(functions));
});

test('every property and every planted fault is one of the model', () => {
  // What is not looked at goes with a fault that something else is to notice.
  const planted = new Set(model.match(/\b(?:FAULT|UNSEEN)_\w+/g));
  const used = [...faults.flatMap(({ flag }) => flag.split(' ')), ...spares.flatMap(({ flags }) => flags)];
  expect(new Set(used)).toEqual(planted);
  const watched = new Set([...model.matchAll(/\bmust\((\w+),/g)].map(([, name]) => name));
  // `must` itself is defined with a placeholder, and a circle needs no assertion.
  watched.delete('property');
  watched.add('no_endless_loop');
  expect(new Set(Object.keys(properties))).toEqual(watched);
});
