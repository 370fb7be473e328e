import { locksHere } from '../common/claim-locks.js';

/** Who has the tokens of a write. A Web Lock is let go when its page is gone, however it went. */
export type Holders = {
  /** Shows that this page has them, until the undo it resolves to; resolves once others can see it. */
  join(write: string): Promise<() => void>;
  /** Whether a page that lives has them; undefined where nobody can tell. */
  anybody(write: string): Promise<boolean | undefined>;
};

export function createHolders(name: string, locks: LockManager | undefined = locksHere()): Holders {
  const lockOf = (write: string): string => `${name}!${write}`;
  return {
    join: (write) =>
      new Promise((resolve) => {
        const cannot = (): void => resolve(() => {});
        if (!locks) return cannot();
        const hold = (): Promise<void> => new Promise((letGo) => resolve(letGo));
        locks.request(lockOf(write), { mode: 'shared' }, hold).catch(cannot);
      }),
    async anybody(write) {
      try {
        const { held, pending = [] } = (await locks?.query()) ?? {};
        return held && [...held, ...pending].some(({ name: lock }) => lock === lockOf(write));
      } catch {
        return undefined;
      }
    },
  };
}
