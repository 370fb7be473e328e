import { checkOptions, type Rule } from '../../checks.js';
import { invalidOption, type EndReason } from '../../errors.js';
import type { SessionCore } from './session-core.js';
import { ageOf } from '../state/freshness.js';
import { plainTokens } from '../tokens/plain-tokens.js';
import type { Awaitable } from '../platform/awaitable.js';
import { graveOf, signedIn, type Change, type Known, type SessionRecord } from '../state/record.js';
import type { Learn, Records } from './records.js';
import { signedInAs, type SessionState } from '../state/state.js';
import { signInBegun, signingSaved, signOutBegun } from '../state/transitions.js';

/** What may be said of the tokens of a sign-in. */
export interface SignInOptions {
  /**
   * When they were received, in milliseconds since 1970, where that was not just now: lifetimes count from there.
   * @default the `iat` of a JWT that is clearly old, or else now
   */
  receivedAt?: number | undefined;
}

/** Signing in and out, here. */
export type Signing<T> = {
  signIn(tokens: T, options?: SignInOptions): Promise<void>;
  /** `note` is what the server said to it. */
  signOut(reason?: EndReason, note?: string): Promise<void>;
  /** Signs out here, and where the record lives if what stands there `isMeant`. */
  end(
    reason: EndReason,
    note: string | undefined,
    isMeant: (standing: SessionRecord<T>) => boolean,
  ): Promise<void>;
};

const SIGN_IN_RULES: Record<keyof SignInOptions, Rule> = {
  receivedAt: ['milliseconds since 1970', (value) => typeof value === 'number' && value > -Infinity],
};
const REASONS: readonly unknown[] = ['refresh-rejected', 'refresh-lost', 'signed-out', 'replaced', 'server'];

export function createSigning<T>(
  { settings, state, log }: SessionCore<T>,
  records: Pick<Records<T>, 'write'>,
  learn: Learn<T>,
): Signing<T> {
  const { clock } = settings;
  /** Which signing was the last sign-in: what a sign-out before it was to end, it replaces as a whole. */
  let lastSignIn = 0;
  /** The epoch of the last sign-in made here, which a sign-out may have to end before it was ever in use. */
  let madeHere: number | undefined;

  /** Makes `change` where the record lives, and `begun` counts meanwhile. */
  function save(change: Change<T>, begun: SessionState<T>): Promise<void> {
    // The write comes first: a listener of the aborted refresh may sign in or out, and is to come after this.
    const saved = learnFrom(records.write(change));
    state.set(begun);
    return saved;
  }

  async function learnFrom(written: Awaitable<Known<T>>): Promise<void> {
    const standing = await written;
    state.set(signingSaved(state.current));
    const isMine = standing !== null && standing.tokens !== null && standing.epoch === madeHere;
    learn(standing, isMine ? 'here' : 'elsewhere');
  }

  async function signIn(given: T, options: SignInOptions = {}): Promise<void> {
    if (given === null || given === undefined || (given as unknown) === '') {
      throw invalidOption('signIn(tokens)', 'the tokens of a login', given);
    }
    checkOptions('signIn(tokens, options)', options, SIGN_IN_RULES);
    const tokens = plainTokens(given, 'signIn(tokens)');
    const now = clock.now();
    const { receivedAt } = options;
    const age =
      receivedAt === undefined
        ? ageOf(tokens, now, state.current.skewMs)
        : { requestedAt: Math.min(receivedAt, now) };
    const chance = clock.random?.() ?? 0;
    let mine: SessionRecord<T> | undefined;
    lastSignIn = state.current.signings + 1;
    await save((standing) => {
      // It was saved before the store failed, or somebody has signed in since.
      if (mine && standing && standing.epoch >= mine.epoch) return undefined;
      mine = signedIn(standing, tokens, now, chance, age);
      madeHere = mine.epoch;
      return mine;
    }, signInBegun(state.current));
  }

  function signOut(reason: EndReason = 'signed-out', note?: string): Promise<void> {
    const { record, failedReads } = state.current;
    const isBlind = failedReads > 0 || record === undefined;
    // A click handler passes its event.
    return end(REASONS.includes(reason) ? reason : 'signed-out', note, ({ epoch }) => {
      return isBlind || epoch === record?.epoch || epoch === madeHere;
    });
  }

  function end(
    reason: EndReason,
    note: string | undefined,
    isMeant: (standing: SessionRecord<T>) => boolean,
  ): Promise<void> {
    const before = state.current;
    const order = before.signings + 1;
    const saved = save(
      (standing) => {
        const isStanding = standing !== null && standing.tokens !== null && order > lastSignIn;
        return isStanding && isMeant(standing) ? graveOf(standing, reason, note) : undefined;
      },
      signOutBegun(before, reason, note),
    );
    // Told only now: a listener that signs in writes after this, and is not ended by it.
    if (signedInAs(before))
      log.emit({ type: 'ended', reason, by: 'here', ...(note !== undefined && { note }) });
    return saved;
  }

  return { signIn, signOut, end };
}
