import type { Session } from 'holdfast';
import { accent, bad, dim, good, warm } from './paint.js';

/** What happens to requests, and comes by the dozen. */
type Happening = 'held' | 'released' | 'replayed' | 'answered' | 'failed';

const TOLD: Readonly<Record<Happening, (count: number) => string>> = {
  held: (count) => warm(`${count} held`),
  released: (count) => `${count} let go`,
  replayed: (count) => accent(`${count} replayed`),
  answered: (count) => good(`${count} answered, each with its own`),
  failed: (count) => `${count} told that it did not work`,
};

export interface Narrator {
  follow(session: Session<unknown>): void;
  count(happening: Happening): void;
  say(text: string): void;
  /** Says what has been counted since the last line. */
  flush(): void;
}

/** Tells a scenario line by line. What happens to many requests between two turns of the session is one line. */
export function createNarrator(print: (line: string) => void): Narrator {
  const startedAt = Date.now();
  const counted = new Map<Happening, { times: number; at: number }>();

  function line(at: number, text: string): void {
    print(`${dim(`${String(at - startedAt).padStart(8)} ms`)}  ${text}`);
  }

  function flush(): void {
    const inOrder = [...counted].sort(([, a], [, b]) => a.at - b.at);
    for (const [happening, { times, at }] of inOrder) line(at, TOLD[happening](times));
    counted.clear();
  }

  function count(happening: Happening): void {
    counted.set(happening, { times: (counted.get(happening)?.times ?? 0) + 1, at: Date.now() });
  }

  function say(text: string): void {
    flush();
    line(Date.now(), text);
  }

  return {
    flush,
    count,
    say,
    follow(session) {
      session.on('held', () => count('held'));
      session.on('released', () => count('released'));
      session.on('replayed', () => count('replayed'));
      session.on('refresh-started', ({ reason }) => say(`refresh sent ${dim(`(${reason})`)}`));
      session.on('refreshed', ({ durationMs }) => say(good(`refreshed in ${durationMs} ms`)));
      session.on('refresh-failed', ({ kind, status }) =>
        say(bad(`refresh failed: ${kind}${status === undefined ? '' : ` (${status})`}`)),
      );
      session.on('ended', ({ reason }) => say(bad(`session ended: ${reason}`)));
    },
  };
}
