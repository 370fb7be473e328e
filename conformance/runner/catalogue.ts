import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ConformanceCase } from '../case.js';
import type { Subject } from '../contract.js';
import { FEATURES, type Feature } from '../features.js';

export type ListedCase = { readonly name: string; readonly group: string; readonly about: string };

/** The cases that `CASES.md` lists, in its order. */
export async function readCaseList(folder: string): Promise<ListedCase[]> {
  const text = await readFile(join(folder, 'CASES.md'), 'utf8');
  let group = '';
  return text.split('\n').flatMap((line) => {
    group = /^## (.+)$/.exec(line)?.[1] ?? group;
    const [, name, about = ''] = /^- `([\w-]+)` (.+)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, group, about }];
  });
}

/** Names that `CASES.md` lists and no file has, and the other way round: each is a fault of the suite. */
export async function strayNames(folder: string): Promise<string[]> {
  const listed = (await readCaseList(folder)).map(({ name }) => name);
  const files = await namesIn(join(folder, 'cases'), '.ts');
  return [
    ...listed
      .filter((name) => !files.includes(name))
      .map((name) => `${name} is listed in CASES.md and has no file`),
    ...files
      .filter((name) => !listed.includes(name))
      .map((name) => `cases/${name}.ts is not listed in CASES.md`),
  ];
}

export async function namesIn(folder: string, extension: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith(extension))
    .map((file) => basename(file, extension))
    .sort();
}

export async function loadCase(modules: string, name: string): Promise<ConformanceCase> {
  return ((await import(join(modules, 'cases', `${name}.js`))) as { conformanceCase: ConformanceCase })
    .conformanceCase;
}

/** What the name of a set-up begins with that is wrong on purpose; the rest is its name in `mutants/spoiled.ts`. */
export const SPOILED = 'spoiled:';

export async function loadSubject(modules: string, name: string): Promise<Subject> {
  if (name.startsWith(SPOILED)) {
    const module = (await import(join(modules, 'mutants/spoiled.js'))) as {
      spoiled: Record<string, Subject>;
    };
    const found = module.spoiled[name.slice(SPOILED.length)];
    if (!found) throw new TypeError(`expected a set-up in mutants/spoiled.ts, got ${name}`);
    return found;
  }
  return ((await import(join(modules, 'subjects', `${name}.js`))) as { subject: Subject }).subject;
}

/** What the case needs and the subject does not offer, in words; undefined when nothing is missing. */
export function lackOf({ needs }: ConformanceCase, features: readonly Feature[]): string | undefined {
  const missing = needs
    .map((need) => [need].flat())
    .filter((choice) => !choice.some((feature) => features.includes(feature)));
  if (missing.length === 0) return undefined;
  return missing.map((choice) => choice.map((feature) => FEATURES[feature]).join(' or ')).join('; ');
}
