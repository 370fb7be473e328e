import type { EndReason } from '../../errors.js';

/** The refresh that somebody at this scope has begun: written before anything is on the wire. */
export type RefreshClaim = {
  /** Which claim this is; also the name of its lock. */
  readonly fence: number;
  /** In milliseconds since 1970. */
  readonly claimedAt: number;
  /** The end of its lease, in milliseconds since 1970: from then on its holder counts as gone. */
  readonly until: number;
  /** Whether it was made under the lock of its fence: then that lock is free only once its holder is gone. */
  readonly locked: boolean;
};

/**
 * What a store keeps: plain data, to be written and read back whole. `generation` and `fence` together are its version:
 * a write succeeds only if the stored record still has those of the record it was made from.
 */
export type SessionRecord<T> = {
  /** What the server issued; null once signed out. */
  readonly tokens: T | null;
  /** Up at every committed change: sign-in, refresh, sign-out. Kept through a sign-out. */
  readonly generation: number;
  /** The generation at which this sign-in began. */
  readonly epoch: number;
  /**
   * When the refresh that brought the tokens was sent, or since when they live that a sign-in brought, in milliseconds
   * since 1970: lifetimes count from there.
   */
  readonly requestedAt: number;
  /** That is what the tokens say of their own age, by clocks that may be apart. */
  readonly isGuess?: true;
  /** One up at every claim, and when a claim is given back. */
  readonly fence: number;
  /** The refresh under way, or null. */
  readonly claim: RefreshClaim | null;
  /** When a refresh was sent whose answer never came: the refresh token may be spent since then. */
  readonly lostAt?: number;
  /** No refresh before this moment: the server asked for it. */
  readonly retryAt?: number;
  /** Why there are no tokens. */
  readonly endedBy?: EndReason;
  /** What the server said to that. */
  readonly note?: string;
};

/** The record that stands, or null before the first sign-in. */
export type Known<T> = SessionRecord<T> | null;

/**
 * What is to stand, given what stands; undefined leaves it. It may be asked again after it was carried out, and then has
 * to see that: a store that failed may have written all the same.
 */
export type Change<T> = (standing: Known<T>) => SessionRecord<T> | undefined;

/** Since when tokens have lived, and whether that is a guess. */
export type Age = Pick<SessionRecord<unknown>, 'requestedAt' | 'isGuess'>;

/** How many sign-ins of one millisecond can be told apart: as many as leave the number exact until the year 2250. */
const EPOCHS_PER_MS = 1000;

/**
 * A new sign-in. Its generation starts from the time and from `chance` (0 up to 1), so that no two sign-ins share an
 * epoch: neither across a store that was emptied, nor when two tabs sign in of which one could not save.
 */
export function signedIn<T>(
  before: Known<T>,
  tokens: T,
  now: number,
  chance: number,
  age: Age = { requestedAt: now },
): SessionRecord<T> {
  const started = Math.trunc((now + chance) * EPOCHS_PER_MS);
  const generation = Math.max((before?.generation ?? 0) + 1, started);
  return { tokens, generation, epoch: generation, ...age, fence: before?.fence ?? 0, claim: null };
}

/** The same sign-in with newer tokens. */
export function renewed<T>(
  record: SessionRecord<T>,
  tokens: T | null,
  requestedAt: number,
): SessionRecord<T> {
  const { generation, epoch, fence } = record;
  return { tokens, generation: generation + 1, epoch, requestedAt, fence, claim: null };
}

/** The same tokens, whose age was guessed wrong: they are new, and the server is to say otherwise. */
export function believed<T>(claim: SessionRecord<T>, now: number): SessionRecord<T> {
  const { isGuess: _, ...record } = givenBack(claim);
  return { ...record, requestedAt: now };
}

/** The same with tokens from a reply, beside a refresh token of which all that is known goes on. */
export function withReplyTokens<T>(
  record: SessionRecord<T>,
  tokens: T,
  requestedAt: number,
): SessionRecord<T> {
  return { ...record, tokens, generation: record.generation + 1, requestedAt };
}

/** What is left of a sign-in: a grave that keeps the counters, so that nothing older can come back. */
export function graveOf<T>(record: SessionRecord<T>, endedBy: EndReason, note?: string): SessionRecord<T> {
  return { ...renewed(record, null, record.requestedAt), endedBy, ...(note !== undefined && { note }) };
}

/** The record with a claim of the next fence, which lasts for `leaseMs`. What is known of an earlier loss goes on. */
export function claimed<T>(
  record: SessionRecord<T>,
  claimedAt: number,
  leaseMs: number,
  locked: boolean,
): SessionRecord<T> {
  const fence = record.fence + 1;
  return { ...record, fence, claim: { fence, claimedAt, until: claimedAt + leaseMs, locked } };
}

/**
 * A claim given back, its refresh token unspent. The fence goes up, so that somebody who still takes the claim for
 * abandoned cannot mark it as lost afterwards.
 */
export function givenBack<T>(claim: SessionRecord<T>, retryAt?: number): SessionRecord<T> {
  const { retryAt: _, ...kept } = claim;
  return { ...kept, fence: claim.fence + 1, claim: null, ...(retryAt !== undefined && { retryAt }) };
}

/**
 * A claim whose outcome nobody knows: its answer did not come, or its holder is gone. The version stays, so that a holder
 * that lives may still commit if the answer comes after all and nobody has claimed since; the next claim fences it off. The
 * earliest loss counts, since the server's grace runs from there.
 */
export function lost<T>(claim: SessionRecord<T>, since: number): SessionRecord<T> {
  return { ...claim, claim: null, lostAt: claim.lostAt ?? since };
}

export function sameVersion<T>(a: Known<T>, b: Known<T>): boolean {
  return a === b || (a?.generation === b?.generation && a?.fence === b?.fence);
}

/**
 * Whether both hold the tokens of one sign-in, refresh or sign-out. The generation alone would not do: where a store
 * failed, two tabs may count the same for different tokens.
 */
export function sameTokens<T>(a: Known<T>, b: Known<T>): boolean {
  return a?.generation === b?.generation && a?.epoch === b?.epoch && a?.requestedAt === b?.requestedAt;
}
