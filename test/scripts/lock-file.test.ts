import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/run.mjs';

type Package = { version?: string; resolved?: string; optionalDependencies?: Record<string, string> };

const lock: { packages: Record<string, Package> } = JSON.parse(
  await readFile(join(root, 'package-lock.json'), 'utf8'),
);

test('the lock file names the builds for every platform, or `npm ci` would refuse it elsewhere', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no registry, so that it installs from whichever one is set up', () => {
  const addresses = Object.values(lock.packages).map(({ resolved = '' }) => resolved);
  expect(addresses.filter((address) => address.includes('://'))).toEqual([]);
});
