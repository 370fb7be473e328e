import { locksHere } from '../common/claim-locks.js';
import type { Undo } from '../common/undo.js';

/**
 * Whether anybody has the tokens of a write: every page and worker that has them shares a Web Lock, which is let go when
 * its page is gone, however it went.
 */
export type TokenLocks = {
  /** Shows that this page has them, until the undo it resolves to; resolves once others can see it. */
  share(write: string): Promise<Undo>;
  /** Whether a page that lives has them; undefined where nobody can tell. */
  isShared(write: string): Promise<boolean | undefined>;
};

export function tokenLocks(name: string, locks: LockManager | undefined = locksHere()): TokenLocks {
  const lockOf = (write: string): string => `${name}!${write}`;
  return {
    share: (write) =>
      new Promise((resolve) => {
        const cannot = (): void => resolve(() => {});
        if (!locks) return cannot();
        const hold = (): Promise<void> => new Promise((letGo) => resolve(letGo));
        locks.request(lockOf(write), { mode: 'shared' }, hold).catch(cannot);
      }),
    async isShared(write) {
      try {
        const { held, pending = [] } = (await locks?.query()) ?? {};
        return held && [...held, ...pending].some(({ name: lock }) => lock === lockOf(write));
      } catch {
        return undefined;
      }
    },
  };
}
