import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../../scripts/run.mjs';

/** What every program here is held to. Library files are checked too: a type that leans on a package the user lacks is our mistake. */
const STRICT = {
  ...{ target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], types: [] },
  ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
};

/** Programs of `consumers/`, each under the name that it is compiled by. */
export type Programs = Readonly<Record<string, string>>;

/** `plain` → `plain.cts`: the ending says whether it is ESM or CommonJS. */
export function named(programs: readonly string[], ending: string): Programs {
  return Object.fromEntries(programs.map((name) => [`${name}.${ending}`, `${name}.ts`]));
}

/** What a compiler says about programs that lie beside the packages of `place`. */
export async function problemsIn(
  place: string,
  programs: Programs,
  { compiler, options }: { compiler: string; options: object },
): Promise<string> {
  await mkdir(join(place, 'programs'), { recursive: true });
  const folder = await mkdtemp(join(place, 'programs/'));
  for (const [name, file] of Object.entries(programs))
    await cp(join(import.meta.dirname, 'consumers', file), join(folder, name));
  const project = { compilerOptions: { ...STRICT, ...options }, files: Object.keys(programs) };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compile = join(root, 'node_modules', compiler, 'bin/tsc');
  return (await run(['node', compile, '--project', folder])).output;
}
