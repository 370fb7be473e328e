import { vi } from 'vitest';
import { fakeLocks } from './fake-locks.js';

/** A tab with a BroadcastChannel and Web Locks of its own, that can fall asleep and be gone. */
export type FakeTab = {
  /** Runs `start` in this tab; what it begins at once belongs to the tab from then on. */
  run<Result>(start: () => Result): Result;
  /** What is posted to it meanwhile arrives when it is thawed; never where it is deaf. */
  freeze(how?: 'deaf'): void;
  thaw(): void;
  /** It hears and says no more, and its locks are free. */
  die(): void;
};

export type FakeBrowser = {
  openTab(): FakeTab;
  /** All that was posted, oldest first. */
  readonly posted: { readonly channel: string; readonly message: unknown }[];
  /** The names of the channels that are open, sorted. */
  channels(): string[];
  /** How many channels were ever made. */
  made(): number;
  /** Posts as a script of the origin could. */
  post(channel: string, message: unknown): void;
};

type Channel = { readonly name: string; readonly tab: object | null; hear(message: unknown): void };

export function fakeBrowser({ hasLocks = true } = {}): FakeBrowser {
  const locks = fakeLocks();
  const channels = new Set<Channel>();
  const posted: FakeBrowser['posted'] = [];
  let made = 0;

  function post(name: string, message: unknown, from: Channel | null): void {
    const copy: unknown = structuredClone(message);
    posted.push({ channel: name, message: copy });
    for (const channel of channels) {
      if (channel === from || channel.name !== name) continue;
      // Never before the sender has gone on.
      queueMicrotask(() => channel.hear(structuredClone(copy)));
    }
  }

  function openTab(): FakeTab {
    const self = {};
    const itsLocks = locks.tab();
    let state: 'running' | 'frozen' | 'deaf' | 'dead' = 'running';
    const parked: (() => void)[] = [];

    function BroadcastChannel(name: string) {
      const listeners: ((event: { data: unknown }) => void)[] = [];
      const channel: Channel = {
        name,
        tab: self,
        hear(data) {
          if (!channels.has(channel) || state === 'dead' || state === 'deaf') return;
          if (state === 'frozen') return void parked.push(() => channel.hear(data));
          for (const listener of listeners) listener({ data });
        },
      };
      channels.add(channel);
      made++;
      return {
        addEventListener: (_type: string, listener: (event: { data: unknown }) => void) =>
          listeners.push(listener),
        postMessage: (message: unknown) => {
          if (state !== 'dead') post(name, message, channel);
        },
        close: () => channels.delete(channel),
      };
    }

    return {
      run(start) {
        vi.stubGlobal('BroadcastChannel', BroadcastChannel);
        vi.stubGlobal('navigator', hasLocks ? { locks: itsLocks } : {});
        return start();
      },
      freeze(how) {
        state = how ?? 'frozen';
      },
      thaw() {
        state = 'running';
        for (const hear of parked.splice(0)) hear();
      },
      die() {
        state = 'dead';
        itsLocks.die();
      },
    };
  }

  return {
    openTab,
    posted,
    channels: () => [...channels].map(({ name }) => name).sort(),
    made: () => made,
    post: (channel, message) => post(channel, message, null),
  };
}
