import { describe, expect, it } from 'vitest';
import { isSessionRecord } from '../../src/sharing/is-session-record.js';
import { claimed } from '../../src/session/state/record.js';
import {
  graveOf as ended,
  lost,
  givenBack,
  renewed,
  sameTokens,
  sameVersion,
  signedIn,
  type SessionRecord,
} from '../../src/session/state/record.js';

const NOW = 1_000;
const first = signedIn<string>(null, 'a', NOW, 0);
const claim = claimed(first, 2_000, 45_000, true);

describe('records', () => {
  it('begin a sign-in with time and chance as generation and epoch, so that no two share one', () => {
    expect(first).toEqual({
      tokens: 'a',
      generation: NOW * 1000,
      epoch: NOW * 1000,
      requestedAt: NOW,
      fence: 0,
      claim: null,
    });
    expect(signedIn(null, 'b', 1_500, 0.25)).toMatchObject({ generation: 1_500_250, epoch: 1_500_250 });
    const late = signedIn(null, 'c', Date.UTC(2249, 0, 1), 0.999);
    expect(Number.isSafeInteger(late.generation)).toBe(true);
  });

  it('count on from what stood there, also where the clock was set back', () => {
    expect(signedIn(claim, 'b', NOW, 0)).toMatchObject({
      generation: NOW * 1000 + 1,
      epoch: NOW * 1000 + 1,
      fence: 1,
      claim: null,
    });
    expect(signedIn(claim, 'b', 5, 0.5)).toMatchObject({ generation: NOW * 1000 + 1 });
  });

  it('are claimed under the next fence', () => {
    expect(claim).toEqual({
      ...first,
      fence: 1,
      claim: { fence: 1, claimedAt: 2_000, until: 47_000, locked: true },
    });
  });

  it('are renewed as the next generation of the same epoch', () => {
    expect(renewed({ ...claim, lostAt: 1, retryAt: 2 }, 'b', 2_000)).toEqual({
      tokens: 'b',
      generation: NOW * 1000 + 1,
      epoch: NOW * 1000,
      requestedAt: 2_000,
      fence: 1,
      claim: null,
    });
  });

  it('end without tokens, and keep the counters', () => {
    expect(ended(claim, 'signed-out')).toEqual({
      tokens: null,
      generation: NOW * 1000 + 1,
      epoch: NOW * 1000,
      requestedAt: NOW,
      fence: 1,
      claim: null,
      endedBy: 'signed-out',
    });
  });

  it('are given back under a new fence, with the moment of the next try or without an earlier one', () => {
    expect(givenBack(claim, 9)).toEqual({ ...claim, fence: 2, claim: null, retryAt: 9 });
    expect(givenBack({ ...claim, retryAt: 9 })).toEqual({ ...claim, fence: 2, claim: null });
  });

  it('are lost under the fence of the claim, since the earliest loss', () => {
    expect(lost(claim, 2_000)).toEqual({ ...claim, claim: null, lostAt: 2_000 });
    expect(lost({ ...claim, lostAt: 5 }, 2_000)).toMatchObject({ lostAt: 5 });
  });

  it('have the version of their generation and fence', () => {
    expect(sameVersion(null, null)).toBe(true);
    expect(sameVersion(null, first)).toBe(false);
    expect(sameVersion(first, null)).toBe(false);
    expect(sameVersion(first, { ...first, tokens: 'b' })).toBe(true);
    expect(sameVersion(first, claim)).toBe(false);
    expect(sameVersion(claim, renewed(claim, 'b', NOW))).toBe(false);
  });

  it('hold the same tokens while only the claim changes, and by when they came where two tabs count the same', () => {
    expect(sameTokens(first, lost(claim, 2_000))).toBe(true);
    expect(sameTokens(null, null)).toBe(true);
    expect(sameTokens(first, null)).toBe(false);
    expect(sameTokens(renewed(claim, 'b', 2_000), renewed(claim, 'c', 2_500))).toBe(false);
    expect(sameTokens(first, { ...first, epoch: 1 })).toBe(false);
  });
});

describe('isSessionRecord', () => {
  const whole: SessionRecord<string> = { ...claim, lostAt: 1, retryAt: 2 };

  it('knows a record, also one that was written and read back', () => {
    for (const record of [first, claim, ended(first, 'server'), whole]) {
      expect(isSessionRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
    }
  });

  it.each([null, undefined, 'a', 5, [], {}])('rejects %j, which has no counters', (value) => {
    expect(isSessionRecord(value)).toBe(false);
  });

  it.each([
    { ...first, tokens: undefined },
    { ...first, generation: '1' },
    { ...first, generation: 1.5 },
    { ...first, epoch: NaN },
    { ...first, fence: null },
    { ...first, requestedAt: Infinity },
    { ...first, claim: undefined },
    { ...first, claim: 'x' },
    { ...first, claim: { fence: 1, claimedAt: 1 } },
    { ...first, lostAt: 'yesterday' },
    { ...first, retryAt: NaN },
  ])('rejects %j', (value) => {
    expect(isSessionRecord(value)).toBe(false);
  });
});
