import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from '../../../scripts/run.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the example was built. */
    adminFolder: string;
  }
}

/** Builds the example from its sources, once for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mkdir(join(root, '.cache'), { recursive: true });
  // Within the project: the server imports what is installed there.
  const folder = await mkdtemp(join(root, '.cache/admin-'));
  await Promise.all([
    build('--outDir', join(folder, 'client')),
    build('--ssr', 'server/main.ts', '--outDir', join(folder, 'server')),
  ]);
  project.provide('adminFolder', folder);
  return () => rm(folder, { recursive: true, force: true });
}

async function build(...options: string[]): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const line = [vite, 'build', '--emptyOutDir', '--logLevel', 'warn', ...options];
  const building = spawn(process.execPath, line, {
    cwd: join(root, 'examples/admin'),
    // The tests run with NODE_ENV=test, for which Vue would be built with its warnings.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(building, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`vite build ${options.join(' ')} ended with ${code}`);
}
