import { systemClock } from '../../session/platform/clock.js';
import { nameOf } from '../../session/platform/name-of.js';
import type { Awaitable } from '../../session/platform/awaitable.js';
import type { TokenStore } from '../../sharing/token-store.js';
import type { StoreSuiteExtra, StoreSuitePlace, StoreSuiteTokens } from './contract.js';
import { expectThat, fail } from './expect.js';
import type { SuiteRecord } from './records.js';

/** One handle on the place, asked in time: what it does not answer or refuses fails the case in words. */
export type Peer = {
  readonly store: TokenStore<StoreSuiteTokens>;
  read(): Promise<SuiteRecord | null>;
  swap(expected: SuiteRecord | null, next: SuiteRecord): Promise<boolean>;
  /** Without a deadline and without words, since a case may want it to wait or to reject. */
  exclusive<R>(fence: number, task: () => Promise<R>, signal?: AbortSignal): Promise<R>;
  /** Hears of changes alone. */
  subscribe(listener: () => void): () => void;
};

type OpenPlace = { peer(): Promise<Peer>; close(): Promise<void> };

/** What a case plays in: a place of its own. */
export type Scene = {
  peer(): Promise<Peer>;
  /** Several of them. */
  peers(count: number): Promise<Peer[]>;
  /** Another place. */
  makePlace(): Promise<OpenPlace>;
  /** @throws when `promise` does not settle in time */
  inTime<Value>(what: string, promise: Promise<Value>): Promise<Value>;
  readonly patienceMs: number;
};

export type SceneCase = { readonly name: string; play(scene: Scene): Promise<void> };

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void systemClock.setTimer(resolve, ms));
}

/** Makes a place, plays the case in it, and closes whatever was made, whatever came of the case. */
export async function inScene(
  make: () => Awaitable<StoreSuitePlace>,
  patienceMs: number,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const open = new Set<OpenPlace>();
  try {
    const { peer } = await makePlace();
    await play({ peer, peers, makePlace, inTime, patienceMs });

    async function peers(count: number): Promise<Peer[]> {
      const opened: Peer[] = [];
      for (let index = 0; index < count; index++) opened.push(await peer());
      return opened;
    }
  } catch (error) {
    // Closing may fail, too, for the same reason. The error of the case says more.
    await Promise.allSettled([...open].map((place) => place.close()));
    throw error;
  }
  for (const place of open) await place.close();

  async function makePlace(): Promise<OpenPlace> {
    const made = await answerOf('make()', make);
    const place: OpenPlace = {
      peer: async () => peerOf(await answerOf('open()', () => made.open())),
      close() {
        open.delete(place);
        return answerOf('close()', () => made.close?.());
      },
    };
    open.add(place);
    return place;
  }

  function peerOf(store: TokenStore<StoreSuiteTokens>): Peer {
    return {
      store,
      read: () => answerOf('read()', () => store.read()),
      swap: (expected, next) => answerOf('compareAndSet()', () => store.compareAndSet(expected, next)),
      async exclusive(fence, task, signal = new AbortController().signal) {
        if (!store.exclusive) return fail('a store with `exclusive`', 'one without');
        return store.exclusive(fence, task, { signal });
      },
      subscribe(listener) {
        if (!store.subscribe) return fail('a store with `subscribe`', 'one without');
        // What a store tells of its own problems is no change.
        return store.subscribe((problem) => {
          if (problem === undefined) listener();
        });
      },
    };
  }

  /** An error of the store may hold a token. So the message says its name alone, and the error is the cause. */
  async function answerOf<Value>(what: string, operate: () => Awaitable<Value>): Promise<Value> {
    const answer = (async () => operate())().catch((cause: unknown) => {
      throw new Error(`expected ${what} to answer, got ${nameOf(cause)}`, { cause });
    });
    return inTime(`${what} to answer`, answer);
  }

  function inTime<Value>(what: string, promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const late = new Error(`expected ${what}, got nothing for ${patienceMs} ms`);
      const cancel = systemClock.setTimer(() => reject(late), patienceMs);
      void promise.then(resolve, reject).finally(cancel);
    });
  }
}

/** Says by name whether the store has what it may do without, and holds it to what was said of it. */
export function checkOffer(extra: StoreSuiteExtra, isOffered: boolean): SceneCase {
  return {
    name: `${extra}: ${isOffered ? 'offered' : 'not offered'}`,
    async play({ peer }) {
      const { store } = await peer();
      const kind = typeof store[extra];
      if (isOffered) {
        expectThat(kind === 'function', `a store with \`${extra}\`, or \`without: ['${extra}']\``, kind);
      } else {
        expectThat(kind === 'undefined', `no \`${extra}\`, as \`without\` says`, kind);
      }
    },
  };
}
