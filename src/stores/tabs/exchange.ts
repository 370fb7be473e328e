import { systemClock, type Clock } from '../../session/clock.js';
import type { Holders } from './holders.js';
import type { Mail, Receiver, Write } from './mail.js';

/** The tokens that this tab has, and how it gets those that it has not. */
export type Exchange<T> = Receiver<T> & {
  /**
   * Keeps tokens and hands them to the siblings, before the record that names their write is written: where this tab
   * dies in between, nobody looks for them, and where it dies afterwards, somebody has them. Resolves to what lets go of
   * them, once it is known whether they came to stand in the record.
   */
  give(write: Write, tokens: T): Promise<() => void>;
  /** The tokens of a write that are here; undefined where they are not. */
  peek(write: Write): T | undefined;
  /** The same, and else asks the siblings; undefined where none has them. */
  find(write: Write): Promise<T | undefined>;
  /** What stands in the record: what can no longer come to stand there is forgotten. */
  settle(standing: Write | null, generation: number): void;
};

export type ExchangeOptions<T> = {
  readonly mail: () => Mail<T> | undefined;
  readonly holders: Holders;
  /** Tokens have come that were given up for lost. */
  readonly onLate: () => void;
  readonly clock?: Clock;
};

/** How long siblings are waited for where nobody can tell whether there are any. */
const SILENT_MS = 200;
/** How long where one lives that has them, but is busy or frozen: to take it for gone costs a login. */
const BUSY_MS = 1_000;
/** Tokens of writes that do not stand in the record yet. Whoever posts more is no sibling. */
const MOST_HELD = 8;

type Kept<T> = {
  readonly write: Write;
  readonly tokens: T;
  /** Given here, and its record is being written: not to be forgotten whatever else is read. */
  pinned: boolean;
  letGo(): void;
};

type Question = { readonly over: Promise<void>; answer(): void };

export function createExchange<T>({
  mail,
  holders,
  onLate,
  clock = systemClock,
}: ExchangeOptions<T>): Exchange<T> {
  const held = new Map<string, Kept<T>>();
  const questions = new Map<string, Question>();
  let standing = { name: '', generation: -Infinity };
  /** Nobody answered for these in time. They are asked for again, and not waited for. */
  let missed = '';

  async function keep(write: Write, tokens: T, pinned: boolean): Promise<void> {
    const name = nameOf(write);
    let isOver = false;
    let leave = (): void => {};
    const letGo = (): void => {
      isOver = true;
      leave();
    };
    held.set(name, { write, tokens, pinned, letGo });
    questions.get(name)?.answer();
    for (const [other, { pinned: isPinned }] of held) {
      if (held.size > MOST_HELD && other !== standing.name && other !== name && !isPinned) forget(other);
    }
    leave = await holders.join(name);
    if (isOver) leave();
  }

  function forget(name: string): void {
    held.get(name)?.letGo();
    held.delete(name);
  }

  /** Whether what stands in the record rules out that these ever will. */
  function isPast(name: string, { generation }: Write): boolean {
    return name !== standing.name && generation <= standing.generation;
  }

  function settle(write: Write | null, generation: number): void {
    standing = { name: write ? nameOf(write) : '', generation };
    for (const [name, kept] of held) if (!kept.pinned && isPast(name, kept.write)) forget(name);
  }

  function ask(name: string, write: Write): Promise<void> {
    mail()?.ask(write);
    if (name === missed) return Promise.resolve();
    const under = questions.get(name);
    if (under) return under.over;
    let answer = (): void => {};
    const answered = new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
    const over = awaitAnswer(name, answered).finally(() => questions.delete(name));
    questions.set(name, { over, answer });
    return over;
  }

  async function awaitAnswer(name: string, answered: Promise<undefined>): Promise<void> {
    const lives = await Promise.race([answered, holders.anybody(name)]);
    if (!held.has(name) && lives !== false) {
      let cancel = (): void => {};
      const late = new Promise<void>((resolve) => {
        cancel = clock.setTimer(resolve, lives ? BUSY_MS : SILENT_MS);
      });
      await Promise.race([answered, late]);
      cancel();
    }
    if (!held.has(name)) missed = name;
  }

  const peek = (write: Write): T | undefined => held.get(nameOf(write))?.tokens;
  return {
    settle,
    peek,
    async give(write, tokens) {
      mail()?.offer(write, tokens);
      await keep(write, tokens, true);
      const name = nameOf(write);
      return () => {
        const kept = held.get(name);
        if (kept) kept.pinned = false;
        if (isPast(name, write)) forget(name);
      };
    },
    async find(write) {
      const name = nameOf(write);
      if (!held.has(name)) await ask(name, write);
      return peek(write);
    },
    offered(write, tokens) {
      const name = nameOf(write);
      // What is here is never replaced, and nothing is taken that the record has left behind, unless it is asked for.
      if (held.has(name) || (isPast(name, write) && !questions.has(name))) return;
      void keep(write, tokens, false);
      if (name !== missed) return;
      missed = '';
      onLate();
    },
    asked(write) {
      const tokens = peek(write);
      if (tokens !== undefined) mail()?.offer(write, tokens);
    },
  };
}

function nameOf({ epoch, generation, id }: Write): string {
  return `${epoch}.${generation}.${id}`;
}
