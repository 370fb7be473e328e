import { describe, expect, it } from 'vitest';
import {
  ageOf,
  skewShownBy,
  validityOf,
  type FreshnessOptions,
  type Validity,
} from '../../src/session/state/freshness.js';
import type { SessionRecord } from '../../src/session/state/record.js';

type Tokens = { expiresAt: number | undefined };

/** What a request at `now` makes of it. */
function freshnessAt(validity: Validity, now: number): 'fresh' | 'ageing' | 'expired' {
  if (now >= validity.usableUntil) return 'expired';
  return now >= validity.ageingAt ? 'ageing' : 'fresh';
}

const options: FreshnessOptions<Tokens> = {
  expiresAt: ({ expiresAt }) => expiresAt,
  leewayMs: 10_000,
  refreshAheadMs: undefined,
};

function record(
  expiresAt: number | undefined,
  more: Partial<SessionRecord<Tokens>> = {},
): SessionRecord<Tokens> {
  return { tokens: { expiresAt }, generation: 1, epoch: 1, requestedAt: 0, fence: 0, claim: null, ...more };
}

function jwt(issuedAtMs: number): string {
  return `e30.${Buffer.from(JSON.stringify({ iat: issuedAtMs / 1000 })).toString('base64url')}.signature`;
}

const UNKNOWN = { expiresAt: Infinity, mayServeUntil: Infinity, usableUntil: Infinity, ageingAt: Infinity };

describe('validityOf', () => {
  it('takes the leeway off, and a fifth of the lifetime before that for refreshing ahead', () => {
    expect(validityOf(record(100_000), options, 0.5)).toEqual({
      expiresAt: 100_000,
      mayServeUntil: 100_000,
      usableUntil: 90_000,
      ageingAt: 70_000,
    });
  });

  it('lets tokens whose age is a guess be tried for ever where new ones are not to be had', () => {
    const { mayServeUntil, usableUntil } = validityOf(record(100_000, { isGuess: true }), options, 0.5);
    expect([mayServeUntil, usableUntil]).toEqual([Infinity, 90_000]);
  });

  it('spreads refreshing ahead by ten per cent either way', () => {
    expect(validityOf(record(100_000), options, 0).ageingAt).toBe(72_000);
    expect(validityOf(record(100_000), options, 1).ageingAt).toBe(68_000);
  });

  it('refreshes at most five minutes ahead by default', () => {
    expect(validityOf(record(86_400_000), options, 0.5).ageingAt).toBe(86_400_000 - 10_000 - 300_000);
  });

  it('never takes more than a quarter of the lifetime as leeway (leeway-over-lifetime)', () => {
    const { usableUntil, ageingAt } = validityOf(record(5_000), options, 0.5);
    expect(usableUntil).toBe(3_750);
    expect(ageingAt).toBe(2_750);
  });

  it('never refreshes ahead in the first half of the life', () => {
    expect(validityOf(record(100_000), { ...options, refreshAheadMs: 1e9 }, 0.5).ageingAt).toBe(45_000);
  });

  it('refreshes nothing ahead when that is turned off', () => {
    const { usableUntil, ageingAt } = validityOf(record(100_000), { ...options, refreshAheadMs: 0 }, 0.5);
    expect(ageingAt).toBe(usableUntil);
  });

  it.each([undefined, NaN, Infinity, null])('knows nothing when expiresAt says %s', (expiresAt) => {
    expect(validityOf(record(expiresAt as never), options, 0.5)).toEqual(UNKNOWN);
  });

  it('knows nothing of a record without tokens', () => {
    expect(validityOf(record(1, { tokens: null }), options, 0.5)).toEqual(UNKNOWN);
  });

  it('takes tokens of a sign-in at their word when they have expired', () => {
    expect(freshnessAt(validityOf(record(500, { requestedAt: 1_000 }), options, 0.5), 1_000)).toBe('expired');
  });

  it('trusts no clock by which refreshed tokens are dead on arrival (clock-skew)', () => {
    expect(validityOf(record(500, { requestedAt: 1_000, generation: 2 }), options, 0.5)).toEqual(UNKNOWN);
  });
});

describe('restored-token', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const issued = (agoMs: number): string => jwt(NOW - agoMs);
  const HOUR_MS = 3_600_000;

  it.each([
    ['issued an hour ago', HOUR_MS, 0, HOUR_MS],
    ['issued just now', 0, 0, 0],
    ['issued half a minute ago, as a slow login may be', 30_000, 0, 0],
    ['issued in the future', -HOUR_MS, 0, 0],
    ['new, by a clock that is known to be ahead', 2 * HOUR_MS, 2 * HOUR_MS, 0],
    ['old, by a clock that is known to be ahead', 3 * HOUR_MS, 2 * HOUR_MS, HOUR_MS],
    ['old, by a clock that is known to be behind', -HOUR_MS, -2 * HOUR_MS, HOUR_MS],
    ['from before the clock was set back', 0, 2 * HOUR_MS, 0],
  ])('%s', (_, agoMs, skewMs, oldMs) => {
    expect(ageOf({ accessToken: issued(agoMs) }, NOW, skewMs)).toEqual({
      requestedAt: NOW - oldMs,
      ...(oldMs > 0 && { isGuess: true }),
    });
  });

  it.each(['opaque', { accessToken: 'opaque' }, { mine: issued(HOUR_MS) }])('is not told of %j', (tokens) => {
    expect(ageOf(tokens, NOW, HOUR_MS)).toEqual({ requestedAt: NOW });
  });

  it.each([
    ['a clock that is ahead', NOW - 2 * HOUR_MS, 2 * HOUR_MS],
    ['a clock that is behind', NOW + 2 * HOUR_MS, -2 * HOUR_MS],
    ['a clock that is right', NOW, 0],
    ['a clock that is right, and a slow refresh', NOW + 29_000, 0],
  ])('a refresh shows %s', (_, issuedAt, skewMs) => {
    const refreshed = {
      tokens: jwt(issuedAt),
      generation: 2,
      epoch: 1,
      requestedAt: NOW,
      fence: 0,
      claim: null,
    };
    expect(skewShownBy(refreshed, null)).toBe(skewMs);
    expect(skewShownBy(refreshed, { ...refreshed, tokens: jwt(1) })).toBe(skewMs);
    // Nothing is shown by a sign-in, by the same token once more, or by an opaque one.
    expect(skewShownBy({ ...refreshed, epoch: 2 }, undefined)).toBeUndefined();
    expect(skewShownBy(refreshed, refreshed)).toBeUndefined();
    expect(skewShownBy({ ...refreshed, tokens: 'opaque' }, undefined)).toBeUndefined();
  });
});

describe('expiry-boundary', () => {
  const validity = { expiresAt: 100, mayServeUntil: 100, usableUntil: 90, ageingAt: 70 };

  it.each([
    [69, 'fresh'],
    [70, 'ageing'],
    [89, 'ageing'],
    [90, 'expired'],
  ])('at %i ms tokens are %s', (now, freshness) => {
    expect(freshnessAt(validity, now)).toBe(freshness);
  });
});
