import { systemClock, type Clock } from '../../session/platform/clock.js';
import type { Undo } from '../common/undo.js';
import type { Mail, Receiver, Write } from './mail.js';
import { createQuestions } from './questions.js';
import type { TokenLocks } from './token-locks.js';

/** The tokens that this tab has, and how it gets those that it has not. */
export type TabTokens<T> = {
  /**
   * Opens the mail, until its undo, for whoever gives or looks for tokens, or wants to have what the siblings give. It is
   * open anyway while there are tokens here that somebody may ask for.
   */
  openMail(): Undo;
  /**
   * Keeps tokens and hands them to the siblings, before the record that names their write is written: where this tab
   * dies in between, nobody looks for them, and where it dies afterwards, somebody has them. Resolves to what unpins
   * them, once it is known whether they came to stand in the record.
   */
  give(write: Write, tokens: T): Promise<() => void>;
  /** The tokens of a write that are here; undefined where they are not. */
  peek(write: Write): T | undefined;
  /** The same, and else asks the siblings; undefined where none has them. */
  find(write: Write): Promise<T | undefined>;
  /** What stands in the record: what can no longer come to stand there is forgotten, and asked for no more. */
  settle(standing: Write | null, generation: number): void;
};

export type TabTokensOptions<T> = {
  readonly mail: (receiver: Receiver<T>) => Mail<T>;
  readonly locks: TokenLocks;
  /** Tokens have come after all that were asked for, and not sent in time. */
  readonly onLate: () => void;
  readonly clock?: Clock;
};

/** Writes that do not stand in the record yet. Siblings never have so many under way: more are not from them. */
const MOST_KEPT = 8;

type Kept<T> = {
  readonly write: Write;
  readonly tokens: T;
  /** Given here, and its record is being written: not to be forgotten whatever else is read. */
  isPinned: boolean;
  letGo(): void;
};

export function createTabTokens<T>(options: TabTokensOptions<T>): TabTokens<T> {
  const { locks, onLate, clock = systemClock } = options;
  const mail = options.mail({ offered, asked });
  const questions = createQuestions(mail, locks, clock);
  const kept = new Map<string, Kept<T>>();
  let standing = { name: '', generation: -Infinity };

  async function keep(write: Write, tokens: T, isPinned: boolean): Promise<Kept<T>> {
    const name = writeName(write);
    // Siblings may ask for them as long as they are here.
    const leaveMail = mail.open();
    const sharing = locks.share(name);
    const letGo = (): void => {
      leaveMail();
      void sharing.then((unlock) => unlock());
    };
    const mine: Kept<T> = { write, tokens, isPinned, letGo };
    kept.set(name, mine);
    for (const [other, { isPinned: stays }] of kept) {
      if (kept.size > MOST_KEPT && other !== standing.name && other !== name && !stays) forget(other);
    }
    await sharing;
    return mine;
  }

  function forget(name: string): void {
    kept.get(name)?.letGo();
    kept.delete(name);
  }

  /** Whether what stands in the record rules out that these ever will. */
  function isPast(name: string, { generation }: Write): boolean {
    return name !== standing.name && generation <= standing.generation;
  }

  function forgetPast(): void {
    for (const [name, { isPinned, write }] of kept) if (!isPinned && isPast(name, write)) forget(name);
  }

  function peek(write: Write): T | undefined {
    return kept.get(writeName(write))?.tokens;
  }

  function offered(write: Write, tokens: T): void {
    const name = writeName(write);
    // The first tokens of a write count, and those of a write that the record has left behind are of no use.
    if (kept.has(name) || isPast(name, write)) return;
    void keep(write, tokens, false);
    if (questions.close(name)) onLate();
  }

  function asked(write: Write): void {
    const tokens = peek(write);
    if (tokens !== undefined) mail.offer(write, tokens);
  }

  return {
    openMail: mail.open,
    peek,
    async give(write, tokens) {
      mail.offer(write, tokens);
      const given = await keep(write, tokens, true);
      return () => {
        given.isPinned = false;
        forgetPast();
      };
    },
    async find(write) {
      const name = writeName(write);
      if (!kept.has(name)) await questions.ask(write, name);
      return peek(write);
    },
    settle(write, generation) {
      standing = { name: write ? writeName(write) : '', generation };
      questions.closeAllBut(standing.name);
      forgetPast();
    },
  };
}

function writeName({ epoch, generation, id }: Write): string {
  return `${epoch}.${generation}.${id}`;
}
