import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root, run } from '../../scripts/run.mjs';
import manifest from '../../package.json' with { type: 'json' };

declare module 'vitest' {
  interface ProvidedContext {
    packed: Packed;
  }
}

/** Folders that programs may be put into: what they import is looked for upwards from there. */
type Packed = {
  tarball: string;
  /** With the package installed from its tarball, and nothing else. */
  alone: string;
  /** With axios beside it. */
  besideAxios: string;
};

/** Packs once for all tests, as `npm publish` would. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-packed-'));
  await mustRun('npm', 'pack', '--silent', '--pack-destination', folder);
  const tarball = join(folder, `${manifest.name}-${manifest.version}.tgz`);

  const alone = join(folder, 'alone');
  const besideAxios = join(folder, 'beside-axios');
  await mustRun('npm', 'install', '--prefix', alone, '--offline', '--ignore-scripts', tarball);
  await cp(alone, besideAxios, { recursive: true });
  await symlink(join(root, 'node_modules/axios'), join(besideAxios, 'node_modules/axios'), 'junction');
  // Whether a program is ESM or CommonJS is for its own ending to say.
  for (const place of [alone, besideAxios]) await writeFile(join(place, 'package.json'), '{}');

  project.provide('packed', { tarball, alone, besideAxios });
  return () => rm(folder, { recursive: true, force: true });
}

/** Runs a command that the tests cannot do without. */
export async function mustRun(...command: [string, ...string[]]): Promise<void> {
  const { code, output } = await run(command);
  if (code !== 0) throw new Error(`${command.join(' ')} failed:\n${output}`);
}
