import { describe, expect, it } from 'vitest';
import { isHoldfastError } from '../../src/errors.js';
import type { RefreshReason } from '../../src/session/state/state.js';
import { claimed } from '../../src/session/state/record.js';
import { graveOf as grave, renewed, signedIn, type SessionRecord } from '../../src/session/state/record.js';
import { admit, askFor, staleFrom, type Ask } from '../../src/session/state/admit.js';
import { endReasonOf, initialState, statusOf, type SessionState } from '../../src/session/state/state.js';
import {
  signedOut,
  learned,
  renewalAt,
  renewalBegun,
  renewalFailed,
} from '../../src/session/state/transitions.js';

const NOW = 1_000;
const validity = { expiresAt: 10_000, mayServeUntil: 10_000, usableUntil: 9_000, ageingAt: 8_000 };
const first = signedIn<string>(null, 'a', NOW, 0);
const learn = (state: SessionState<string>, record: SessionRecord<string> | null): SessionState<string> =>
  learned(state, record, record && validity);
const loading = initialState<string>();
const signedInState = learn(loading, first);
const failedState = renewalFailed(signedInState, { kind: 'offline' }, -Infinity, 5_000);

const during = (reason: RefreshReason): SessionState<string> =>
  renewalBegun(signedInState, { id: 1, reason, calledAt: NOW, unproven: undefined });

describe('a renewal', () => {
  it('is not brought back by news of it that come when it is over', () => {
    expect(renewalAt(signedInState, { calledAt: NOW })).toBe(signedInState);
    expect(renewalAt(during('expired'), { calledAt: 5 }).renewal).toMatchObject({ id: 1, calledAt: 5 });
  });
});

describe('learning a record', () => {
  it('ends the loading, with tokens or without', () => {
    expect(statusOf(loading)).toBe('loading');
    expect(statusOf(signedInState)).toBe('signed-in');
    expect(signedInState).toMatchObject({ record: first, validity });
    expect(learn(loading, null)).toMatchObject({ record: null, endedBy: undefined });
    expect(statusOf(learn(loading, null))).toBe('signed-out');
    expect(learn(loading, grave(first, 'server'))).toMatchObject({ endedBy: 'server' });
  });

  it('signs out where somebody emptied the store', () => {
    expect(learn(signedInState, null)).toMatchObject({ record: null, endedBy: 'signed-out' });
  });

  it('keeps the very tokens that were handed out when only a claim is new', () => {
    const tokens = { accessToken: 'a' };
    const record = signedIn(null, tokens, NOW, 0);
    const state = learned(initialState<typeof tokens>(), record, validity);
    const read = { ...claimed(record, NOW, 5, false), tokens: { ...tokens } };
    const next = learned(state, read, validity);
    expect(next.record?.tokens).toBe(tokens);
    expect(next.record?.fence).toBe(1);
  });

  it('keeps the first reason of an end, and finds one where the record has none', () => {
    const out = signedOut(signedInState, first, 'server', undefined);
    expect(out).toMatchObject({ record: { tokens: null, generation: first.generation } });
    expect(learn(out, grave(first, 'signed-out')).endedBy).toBe('server');
    const { endedBy: _, ...nameless } = grave(first, 'server');
    expect(learn(signedInState, nameless).endedBy).toBe('signed-out');
    expect(endReasonOf(learn(loading, nameless))).toBe('signed-out');
  });

  it('forgets the failure and the end of the tokens before', () => {
    expect(failedState).toMatchObject({ failures: 1, failure: { kind: 'offline' } });
    expect(learn(failedState, renewed(first, 'b', NOW))).toMatchObject({ failures: 1, failure: null });
    expect(learn(signedOut(signedInState, first, 'server', undefined), first)).toMatchObject({
      endedBy: undefined,
    });
  });
});

describe('admitting a request', () => {
  const ask = (own: Partial<Ask<string>> = {}): Ask<string> => ({
    ...askFor<string>(loading),
    ...own,
  });
  const at = (state: SessionState<string>, now: number, holdAlways = false) =>
    admit(state, ask(), now, holdAlways);
  const errorOf = (state: SessionState<string>, own: Partial<Ask<string>>, now = NOW): unknown => {
    const admission = admit(state, ask(own), now, false);
    return admission.type === 'reject' ? admission.error : admission;
  };

  it('waits while nobody knows who is signed in', () => {
    expect(at(loading, NOW)).toEqual({ type: 'wait' });
    expect(at({ ...signedInState, signingIn: true }, NOW)).toEqual({ type: 'wait' });
  });

  it('goes, ages and expires to the millisecond', () => {
    expect(at(signedInState, 7_999)).toEqual({ type: 'send', record: first });
    expect(at(signedInState, 8_000)).toEqual({ type: 'send', record: first, due: 'ageing' });
    expect(at(signedInState, 8_999)).toEqual({ type: 'send', record: first, due: 'ageing' });
    expect(at(signedInState, 9_000)).toEqual({ type: 'wait', due: 'expired' });
  });

  it('lets who waited for new tokens go with them to their end, and nobody else', () => {
    const waited = (waitsFor: string | null) => admit(signedInState, ask({ waitsFor }), 9_500, false);
    expect(waited('older')).toMatchObject({ record: first });
    // It waited for the same tokens, or for the first read of the store.
    expect(waited('a')).toEqual({ type: 'wait', due: 'expired' });
    expect(waited(null)).toEqual({ type: 'wait', due: 'expired' });
    expect(admit(signedInState, ask({ waitsFor: 'older' }), 10_000, false)).toEqual({
      type: 'wait',
      due: 'expired',
    });
  });

  it('waits for a refresh of rejected tokens, and for every refresh where that is asked for', () => {
    const ageing = during('ageing');
    expect(at(ageing, 8_500)).toEqual({ type: 'send', record: first });
    expect(at(ageing, NOW, true)).toEqual({ type: 'wait' });
    expect(at(during('rejected'), NOW)).toEqual({ type: 'wait' });
  });

  it('ends what began under another sign-in', () => {
    expect(errorOf(signedInState, { epoch: 7 })).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    const out = signedOut(signedInState, first, 'server', undefined);
    expect(errorOf(out, { epoch: first.epoch })).toMatchObject({ code: 'session-ended', reason: 'server' });
    expect(at(out, NOW)).toEqual({ type: 'send', record: null });
  });

  it('shares a failure with what waited for it, or came soon after, and with nothing else', () => {
    const outdated = { outdated: 'a', epoch: first.epoch };
    expect(errorOf(failedState, outdated, NOW)).toMatchObject({ code: 'refresh-failed', kind: 'offline' });
    expect(admit(failedState, ask(outdated), 5_000, false)).toEqual({ type: 'wait', due: 'rejected' });
    expect(errorOf(failedState, { ...outdated, waitsFor: 'a' }, 5_000)).toMatchObject({ kind: 'offline' });
    expect(admit(failedState, ask({ ...outdated, failures: 1 }), NOW, false)).toEqual({
      type: 'wait',
      due: 'rejected',
    });
    expect(admit(failedState, ask({ waitsFor: 'a' }), 9_999, false)).toEqual({ type: 'send', record: first });
    expect(isHoldfastError(errorOf(failedState, { waitsFor: 'a' }, 10_000), 'refresh-failed')).toBe(true);
  });
});

describe('the moment from which a request is looked at', () => {
  it('is the beginning of the ageing, or none where every request is', () => {
    expect(staleFrom(signedInState, false)).toBe(8_000);
    expect(staleFrom(loading, false)).toBe(-Infinity);
    expect(staleFrom({ ...signedInState, signingIn: true }, false)).toBe(-Infinity);
  });

  it('is the end of the tokens while a refresh is under way that holds nobody', () => {
    const ageing = during('ageing');
    expect(staleFrom(ageing, false)).toBe(9_000);
    expect(staleFrom(ageing, true)).toBe(-Infinity);
    expect(staleFrom(during('rejected'), false)).toBe(-Infinity);
  });

  it('waits for the rest after a failure, but not beyond the end of the tokens', () => {
    expect(staleFrom({ ...signedInState, restUntil: 8_500 }, false)).toBe(8_500);
    expect(staleFrom({ ...signedInState, restUntil: 20_000 }, false)).toBe(9_000);
  });
});
