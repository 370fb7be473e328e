import type { Clock } from '../../session/platform/clock.js';
import { undoAll, type Undo } from '../common/undo.js';
import type { Mail, Write } from './mail.js';
import type { TokenLocks } from './token-locks.js';

/** What this tab asks its siblings: for the tokens of a write. Each question goes by the name of its write. */
export type Questions = {
  /** Resolves with the answer, or once it is late. Asked again then, it resolves at once. */
  ask(write: Write, name: string): Promise<void>;
  /** The answer has come, late or not, or is wanted no more. Returns whether it was late. */
  close(name: string): boolean;
  closeAllBut(name: string): void;
};

/** How long siblings are waited for where nobody can tell whether there are any. */
const SILENT_MS = 200;
/** How long where one lives that has the tokens, but is busy or frozen: to take it for gone costs a login. */
const BUSY_MS = 1_000;

type Question = {
  readonly over: Promise<void>;
  isLate: boolean;
  /** Ends the wait, and lets the mail be closed: until then it is open, since an answer that is late counts, too. */
  readonly end: Undo;
};

export function createQuestions<T>(mail: Mail<T>, locks: TokenLocks, clock: Clock): Questions {
  const questions = new Map<string, Question>();

  function begin(name: string): Question {
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const over = wait(name, stopped, stop).then(() => void (question.isLate = true));
    const question: Question = { over, isLate: false, end: undoAll(stop, mail.open()) };
    questions.set(name, question);
    return question;
  }

  async function wait(name: string, stopped: Promise<void>, stop: () => void): Promise<void> {
    const lives = await Promise.race([stopped, locks.isShared(name)]);
    if (lives === false || !questions.has(name)) return;
    const cancel = clock.setTimer(stop, lives ? BUSY_MS : SILENT_MS);
    await stopped;
    cancel();
  }

  function close(name: string): boolean {
    const question = questions.get(name);
    if (!question) return false;
    questions.delete(name);
    question.end();
    return question.isLate;
  }

  return {
    async ask(write, name) {
      const { over } = questions.get(name) ?? begin(name);
      mail.ask(write);
      await over;
    },
    close,
    closeAllBut(standing) {
      for (const name of questions.keys()) if (name !== standing) close(name);
    },
  };
}
