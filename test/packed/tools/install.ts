import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { root } from '../../../scripts/run.mjs';
import { mustRun } from '../pack.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with every tool, and the package from its tarball. */
    tools: string;
  }
}

/** Kept from run to run, and out of the sources: nobody else's tool is to find what is installed here. */
const FOLDER = join(root, '.cache/tools');
/** The names and versions of the tools. */
const KIT = join(import.meta.dirname, 'kit');
const LOCK = 'package-lock.json';

/** Installs the tools unless they are there already, and what pack.ts packed beside them. */
export async function setup(project: TestProject): Promise<void> {
  if (!(await isInstalled())) {
    console.error('Installing the tools (npm ci) …');
    await rm(FOLDER, { recursive: true, force: true });
    await cp(KIT, FOLDER, { recursive: true });
    // No tool needs the script of its install: their binaries are packages of their own.
    await mustRun('npm', 'ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund');
  }
  const { alone } = project.getProvidedContext().packed;
  const installed = join(FOLDER, 'node_modules/holdfast');
  await rm(installed, { recursive: true, force: true });
  await cp(join(alone, 'node_modules/holdfast'), installed, { recursive: true });
  project.provide('tools', FOLDER);
}

/** npm writes its own lock file into `node_modules` at the very end: an install that broke off counts as none. */
async function isInstalled(): Promise<boolean> {
  const [wanted, present] = await Promise.all(
    [KIT, FOLDER].map((place) => readFile(join(place, LOCK), 'utf8').catch(() => '')),
  );
  const whole = await readFile(join(FOLDER, 'node_modules/.package-lock.json')).then(
    () => true,
    () => false,
  );
  return whole && wanted === present;
}
