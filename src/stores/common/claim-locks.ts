import type { TokenStore } from '../../sharing/token-store.js';

/** The Web Locks of this page or worker, where there are any: on secure origins only. */
export function locksHere(): LockManager | undefined {
  return (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
}

/** `exclusive` of a store by Web Locks; nothing where there are none. */
export function claimLocks<T>(name: string): Pick<TokenStore<T>, 'exclusive'> {
  const locks = locksHere();
  if (!locks) return {};
  return {
    // A frozen tab never lets its lock go. It is named by its claim, so it holds up this one claim and no other.
    exclusive: <R>(fence: number, task: () => Promise<R>, options: { signal: AbortSignal }): Promise<R> =>
      locks.request<Promise<R>>(`${name}#${fence}`, options, task),
  };
}
