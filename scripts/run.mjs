import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Tools see a pipe; what they print ends where this process prints. */
const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };

/**
 * A command to run from the root: a program and its arguments. `node` is this very Node.
 * @typedef {readonly [program: string, ...args: string[]]} Command
 */

/**
 * Runs a command to its end and gathers what it printed.
 * @param {Command} command
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, show?: boolean }} [options]
 *   `show`: print as it comes, to standard error, rather than gather
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run([program, ...args], { cwd = root, env = {}, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program === 'node' ? process.execPath : program, args, {
      cwd,
      env: { ...colours, ...process.env, ...env },
      stdio: ['ignore', show ? 2 : 'pipe', show ? 2 : 'pipe'],
      // npm and npx are batch files on Windows, which only a shell can start.
      shell: process.platform === 'win32' && program !== 'node',
    });
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 127, output: `${program}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * A command line tool of a dependency, as this Node runs it: no shell, and no `npx` that might download.
 * @param {string} file inside `node_modules/`
 * @param {string[]} args
 * @returns {Command}
 */
export function tool(file, ...args) {
  return ['node', join(root, 'node_modules', file), ...args];
}
