import { cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { named, problemsIn } from '../compile.js';

const tools = inject('tools');
const { besideAxios } = inject('packed');

/** The compilers here are those of this folder, the older ones among them. */
const compiler = (name: string): string => join('../.cache/tools/node_modules', name);

const NODE_NEXT = { module: 'NodeNext', moduleResolution: 'NodeNext' };
/** As in projects from before `exports`. TypeScript 4.5 knows no ES2022 yet. */
const OLD = {
  ...{ target: 'ES2021', lib: ['ES2021', 'DOM', 'DOM.Iterable'] },
  ...{ module: 'CommonJS', moduleResolution: 'Node', esModuleInterop: true },
};

// 4.4 is the first that does not: it has no `import { type … }`.
test.each<[version: string, resolution: string, ending: string, options: object]>([
  ['4.5', 'node10', 'ts', OLD],
  ['4.9', 'node10', 'ts', OLD],
  ['4.9', 'NodeNext, from CommonJS', 'cts', { ...OLD, ...NODE_NEXT }],
  ['5', 'node10', 'ts', OLD],
  ['5', 'NodeNext, from ESM', 'mts', NODE_NEXT],
  ['5', 'NodeNext, from CommonJS', 'cts', NODE_NEXT],
])(
  'TypeScript %s compiles strict programs, resolved as %s',
  async (version, _resolution, ending, options) => {
    const programs = named(['plain', 'axios'], ending);
    const settings = { compiler: compiler(`typescript-${version}`), options };
    expect(await problemsIn(besideAxios, programs, settings)).toBe('');
  },
);

test.each(['1.0', '1.2', '1.6', '1.8', '1.13'])('guards an instance of axios %s', async (version) => {
  const place = await beside(`axios-${version}`);
  for (const ending of ['mts', 'cts']) {
    const settings = { compiler: 'typescript-7', options: NODE_NEXT };
    expect(await problemsIn(place, named(['axios'], ending), settings)).toBe('');
  }
});

test.each([
  ['axios-1.0', 'axios'],
  ['axios-1.2', 'axios-1.6'],
  ['axios-1.8', 'axios-1.13'],
  ['axios-1.13', 'axios'],
  ['axios', 'axios-1.8'],
  ['axios', 'axios-1.0'],
])('guards an instance of %s where the package finds %s', async (theirs, own) => {
  const place = await beside(theirs, own);
  for (const ending of ['mts', 'cts']) {
    const settings = { compiler: 'typescript-7', options: NODE_NEXT };
    expect(await problemsIn(place, named(['axios-instance'], ending), settings)).toBe('');
  }
});

/** A folder with the package and one axios, and another for the package itself where it is to have its own. */
async function beside(axios: string, own?: string): Promise<string> {
  const place = join(tools, 'beside', `${axios}-${own ?? ''}`);
  const installed = join(place, 'node_modules');
  await rm(place, { recursive: true, force: true });
  await mkdir(installed, { recursive: true });
  await cp(join(besideAxios, 'node_modules/holdfast'), join(installed, 'holdfast'), { recursive: true });
  await symlink(join(tools, 'node_modules', axios), join(installed, 'axios'), 'junction');
  if (own) {
    await mkdir(join(installed, 'holdfast/node_modules'));
    await symlink(
      join(tools, 'node_modules', own),
      join(installed, 'holdfast/node_modules/axios'),
      'junction',
    );
  }
  return place;
}
