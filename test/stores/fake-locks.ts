/** As much of Web Locks as stores need: exclusive and shared, first come first served, `query`, and tabs that die. */
export type FakeLocks = {
  /** The `navigator.locks` of another tab. */
  tab(): LockManager & { die(): void };
  /** The names of all that were ever granted, in order. */
  readonly granted: string[];
};

type Request = {
  readonly name: string;
  readonly mode: LockMode;
  readonly tab: object;
  state: 'waiting' | 'held';
  enter(): void;
};

export function fakeLocks(): FakeLocks {
  let requests: Request[] = [];
  const granted: string[] = [];

  function grant(): void {
    for (const request of requests.filter(({ state }) => state === 'waiting')) {
      const ahead = requests.slice(0, requests.indexOf(request)).filter(({ name }) => name === request.name);
      const isShared = request.mode === 'shared' && ahead.every(({ mode }) => mode === 'shared');
      if (ahead.length > 0 && !isShared) continue;
      request.state = 'held';
      granted.push(request.name);
      // Never before `request()` has returned.
      queueMicrotask(request.enter);
    }
  }

  function leave(isGone: (request: Request) => boolean): void {
    requests = requests.filter((request) => !isGone(request));
    grant();
  }

  function tab(): LockManager & { die(): void } {
    const self = {};
    let isDead = false;
    function request(name: string, options: LockOptions, task: () => Promise<unknown>): Promise<unknown> {
      const { mode = 'exclusive', signal } = options;
      return new Promise((resolve, reject) => {
        if (isDead) return;
        if (signal?.aborted) throw signal.reason;
        const mine: Request = { name, mode, tab: self, state: 'waiting', enter };
        function enter(): void {
          if (isDead) return;
          signal?.removeEventListener('abort', giveUp);
          const done = (async () => task())();
          const letGo = (): void => leave((other) => other === mine);
          done.then(letGo, letGo);
          done.then(resolve, reject);
        }
        function giveUp(): void {
          if (mine.state === 'held') return;
          leave((other) => other === mine);
          reject(signal?.reason as Error);
        }
        signal?.addEventListener('abort', giveUp);
        requests.push(mine);
        grant();
      });
    }
    const listed = (state: Request['state']): LockInfo[] =>
      requests.filter((it) => it.state === state).map(({ name, mode }) => ({ name, mode }));
    return {
      request: request as LockManager['request'],
      query: () => Promise.resolve({ held: listed('held'), pending: listed('waiting') }),
      die() {
        isDead = true;
        leave((other) => other.tab === self);
      },
    };
  }

  return { tab, granted };
}
