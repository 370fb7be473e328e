import { readdir, readFile } from 'node:fs/promises';
import { waitFor } from './wait-for.js';

/** How long a page is kept busy so that its process stands out, in milliseconds. */
const BUSY_MS = 200;
/** The kernel counts processor time in these. */
const TICKS_PER_SECOND = 100;

type Process = { readonly pid: number; readonly parent: number; readonly ticks: number };

/**
 * The process that a page runs in. No protocol tells it, so the page is kept busy, and the process is the one that was
 * among those of the browser whose command line says that they are for pages.
 */
export async function processOf(
  browser: number,
  isForPages: RegExp,
  keepBusy: (expression: string) => Promise<unknown>,
): Promise<number> {
  const before = new Map((await pagesOf(browser, isForPages)).map(({ pid, ticks }) => [pid, ticks]));
  await keepBusy(`(() => { for (const end = Date.now() + ${BUSY_MS}; Date.now() < end; ); })()`);
  const after = await pagesOf(browser, isForPages);
  const worked = after.map(({ pid, ticks }) => ({ pid, ticks: ticks - (before.get(pid) ?? 0) }));
  const [busiest, second] = worked.sort((a, b) => b.ticks - a.ticks);
  const least = (BUSY_MS / 1000) * TICKS_PER_SECOND * 0.4;
  if (!busiest || busiest.ticks < least || busiest.ticks < (second?.ticks ?? 0) * 1.5) {
    return processOf(browser, isForPages, keepBusy);
  }
  return busiest.pid;
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
  return fields && { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
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
