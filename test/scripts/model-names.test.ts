import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faults, properties, spares } from '../../model/runs.mjs';
import { root } from '../../scripts/run.mjs';

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

/** The files of the renewal: each of their functions is a step of the model, or stands here with the reason why not. */
const RENEWAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sharing/shared-renewal.ts': {},
  'session/renewal/renewal-job.ts': { createRenewalJobs: 'hands the others what they work with' },
  'session/renewal/renewal.ts': { createRenewals: 'hands the others what they work with' },
};

/** What the comments of the model name, as `sharing/shared-renewal.ts: awaitHolder, letGo`: file by file, each name once. */
function namesIn(model: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [comment] of model.matchAll(/\/\*[^]*?\*\//g)) {
    for (const [, file = '', names = ''] of comment.matchAll(
      /([a-z/-]+\.ts): ([A-Za-z]+(?:, [A-Za-z]+)*)/g,
    )) {
      const known = found.get(file) ?? new Set();
      found.set(file, known);
      for (const name of names.split(', ')) known.add(name);
    }
  }
  return found;
}

/** Declared as a function, by name or as a constant, or as a member. */
const declares = (source: string, name: string): boolean =>
  new RegExp(`function ${name}\\b|^ +const ${name} = |^ +${name}(?:[(<]|: )`, 'm').test(source);

/** Every function with a name, those within others too. */
const functionsIn = (source: string): string[] =>
  [...source.matchAll(/function (\w+)|const (\w+) = (?:async )?\([^)]*\)(?:: [^=]+)? =>/g)].map(
    ([, declared, held]) => declared ?? held ?? '',
  );

const model = await read('model/renewal.pml');
const steps = namesIn(model);
const named = [...steps].flatMap(([file, names]) => [...names].map((name) => ({ file, name })));

test.each(named)('the model stands for $name of $file, which exists', async ({ file, name }) => {
  expect(declares(await read(`src/${file}`), name)).toBe(true);
});

test('a name that does not exist is noticed', async () => {
  expect(namesIn('/* sharing/shared-renewal.ts: renewShared, holdForth */')).toEqual(
    new Map([['sharing/shared-renewal.ts', new Set(['renewShared', 'holdForth'])]]),
  );
  expect(declares(await read('src/sharing/shared-renewal.ts'), 'holdForth')).toBe(false);
});

test.each(Object.entries(RENEWAL))(
  'every function of %s is in the model, or has a reason',
  async (file, reasons) => {
    const accounted = [...(steps.get(file) ?? []), ...Object.keys(reasons)].sort();
    expect(accounted).toEqual([...new Set(functionsIn(await read(`src/${file}`)))].sort());
  },
);

test('a function is found however it is written', () => {
  const source = `
    export async function renew<T>(job: Job<T>): Promise<T> {
      const letGo = async (isGone: boolean): Promise<void> => {};
      const run = (isLocked: boolean) => (running ??= task(isLocked));
    }`;
  expect(functionsIn(source)).toEqual(['renew', 'letGo', 'run']);
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
