import type { Tokens } from '../../contract.js';
import { inTime } from '../../stage/patience.js';
import type { Stage } from '../../stage/stage.js';
import { deferred } from './deferred.js';

/** A login dialog that stays open until the case closes it. */
export interface LoginDialog {
  /** The wish of that name. */
  relogin(): Promise<Tokens | null>;
  /** Resolves once it was opened, or fails the case. */
  opened(): Promise<void>;
  /** How often it was opened. */
  readonly asked: number;
  /** What the user did: the tokens of a login, or null. */
  close(tokens: Tokens | null): void;
}

export function createLoginDialog(stage: Stage): LoginDialog {
  const answer = deferred<Tokens | null>();
  const opening = deferred<true>();
  let asked = 0;
  return {
    relogin() {
      asked += 1;
      opening.resolve(true);
      return answer.promise;
    },
    async opened() {
      if (!(await inTime(opening.promise))) stage.fail('no login was asked for');
    },
    get asked() {
      return asked;
    },
    close: answer.resolve,
  };
}
