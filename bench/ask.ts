import { fork } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../scripts/run.mjs';
import type { Answer } from './support/answer.js';

/**
 * Has one bench file answer in a process of its own, with a heap and compiled code of its own. Holdfast is the build that
 * is published; the bench file itself is loaded by tsx, which measured the same, to the noise, as a bundle of both.
 */
export async function ask(name: string): Promise<Answer> {
  const child = fork(join(root, 'bench/child.ts'), [name], {
    cwd: root,
    execArgv: ['--import', 'tsx', '--expose-gc'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  return await new Promise((resolve, reject) => {
    child.on('message', (answer) => {
      resolve(answer as Answer);
      child.kill();
    });
    child.on('exit', (code) => reject(new Error(`${name} ended with code ${code} and no answer`)));
  });
}
