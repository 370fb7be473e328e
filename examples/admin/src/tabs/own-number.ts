/** Without locks numbers are drawn: from so many that two tabs hardly ever draw the same. */
const DRAWN = 2 ** 31;

/** This tab's number: the first that no other open tab has. It is free again once this one is gone, however it went. */
export async function takeNumber(): Promise<number> {
  if (!('locks' in navigator)) return Math.floor(Math.random() * DRAWN);
  let number = 0;
  while (!(await hold(number))) number += 1;
  return number;
}

/** Resolves once the tab of this number is gone. Without locks nobody can tell. */
export async function untilGone(number: number): Promise<void> {
  if (!('locks' in navigator)) return new Promise(() => {});
  await navigator.locks.request(lockOf(number), { mode: 'shared' }, () => {});
}

/** Whether it could be had. */
function hold(number: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const task = (lock: Lock | null): Promise<void> | undefined => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : undefined;
    };
    navigator.locks.request(lockOf(number), { ifAvailable: true }, task).catch(reject);
  });
}

function lockOf(number: number): string {
  return `admin.tab ${number}`;
}
