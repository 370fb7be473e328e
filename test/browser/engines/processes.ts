import { readdir, readFile } from 'node:fs/promises';
import { waitFor } from './wait-for.js';

/** What a page takes up for a moment so that its process stands out: no other grows by so much meanwhile. */
const BALLAST_BYTES = 160 * 1024 * 1024;
const TRIES = 5;
/** The kernel counts memory in these. */
const PAGE_BYTES = 4096;

type Process = { readonly pid: number; readonly parent: number; readonly bytes: number };

/**
 * The process that a page runs in. No protocol tells it, so the page takes up memory, and the process is the one that
 * grew among those of the browser whose command line says that they are for pages.
 */
export async function processOf(
  browser: number,
  isForPages: RegExp,
  evaluate: (expression: string) => Promise<unknown>,
): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const before = new Map((await pagesOf(browser, isForPages)).map(({ pid, bytes }) => [pid, bytes]));
    await evaluate(`void (window.ballast = new Uint8Array(${BALLAST_BYTES}).fill(1))`);
    const after = await pagesOf(browser, isForPages);
    await evaluate('void delete window.ballast');
    const grown = after.filter(({ pid, bytes }) => bytes - (before.get(pid) ?? bytes) > BALLAST_BYTES / 2);
    const [found, another] = grown;
    if (found && !another) return found.pid;
  }
  throw new Error('expected one process to grow with its page');
}

export async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await waitFor(`process ${pid} to end`, async () => (await stateOf(pid)) === undefined);
}

/** Stops a process where it is, as a machine that swaps or a debugger does. */
export async function halt(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await waitFor(`process ${pid} to stand still`, async () => (await stateOf(pid)) === 'T');
}

export function goOn(pid: number): void {
  process.kill(pid, 'SIGCONT');
}

async function pagesOf(browser: number, isForPages: RegExp): Promise<Process[]> {
  const all = await Promise.all(
    (await descendants(browser)).map(async (found) => {
      const commandLine = await readFile(`/proc/${found.pid}/cmdline`, 'utf8').catch(() => '');
      return isForPages.test(commandLine) ? found : undefined;
    }),
  );
  return all.filter((found) => found !== undefined);
}

async function descendants(root: number): Promise<Process[]> {
  const all = await everyProcess();
  const found = new Set([root]);
  // A child may be listed before its parent.
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid));
}

async function everyProcess(): Promise<Process[]> {
  const names = await readdir('/proc');
  const all = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name))),
  );
  return all.filter((found) => found !== undefined);
}

async function statOf(pid: number): Promise<Process | undefined> {
  const fields = await fieldsOf(pid);
  return fields && { pid, parent: Number(fields[1]), bytes: Number(fields[21]) * PAGE_BYTES };
}

/** One letter; undefined when it is gone, or waits as a zombie to be reaped. */
async function stateOf(pid: number): Promise<string | undefined> {
  const [state] = (await fieldsOf(pid)) ?? [];
  return state === 'Z' || state === 'X' ? undefined : state;
}

/** What `/proc/<pid>/stat` says from the state on (proc(5)): the name before it may hold anything. */
async function fieldsOf(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}
