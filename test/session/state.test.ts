import { describe, expect, it } from 'vitest';
import { claimed, ended, renewed, signedIn, type SessionRecord } from '../../src/session/record.js';
import {
  admit,
  askFor,
  endReasonOf,
  initialState,
  staleFrom,
  transition,
  type SessionAction,
  type SessionState,
} from '../../src/session/state.js';

const NOW = 1_000;
const validity = { expiresAt: 10_000, usableUntil: 9_000, ageingAt: 8_000 };
const first = signedIn<string>(null, 'a', NOW);
const learned = (record: SessionRecord<string> | null, current = true): SessionAction<string> => ({
  type: 'learned',
  record,
  validity: record && validity,
  current,
});
const after = (...actions: SessionAction<string>[]): SessionState<string> =>
  actions.reduce<SessionState<string>>(transition, initialState());
const signedInState = after(learned(first));

describe('learning a record', () => {
  it('ends the loading, with tokens or without', () => {
    expect(initialState()).toMatchObject({ status: 'loading', record: null });
    expect(signedInState).toMatchObject({ status: 'signed-in', record: first, validity });
    expect(after(learned(null))).toMatchObject({ status: 'signed-out', record: null, endedBy: undefined });
    expect(after(learned(ended(first, 'server')))).toMatchObject({ status: 'signed-out', endedBy: 'server' });
  });

  it('ignores an older one, unless it was read after all that was written here', () => {
    const newer = after(learned(renewed(first, 'b', NOW)));
    expect(transition(newer, learned(first, false))).toBe(newer);
    expect(transition(newer, learned(first, true)).record).toBe(first);
  });

  it('ignores an emptied store, unless it was read after all that was written here', () => {
    expect(transition(signedInState, learned(null, false))).toBe(signedInState);
    expect(transition(signedInState, learned(null))).toMatchObject({
      status: 'signed-out',
      endedBy: 'signed-out',
    });
    const out = after(learned(null));
    expect(transition(out, learned(null))).toBe(out);
  });

  it('keeps the very tokens that were handed out when only a claim is new', () => {
    const tokens = { accessToken: 'a' };
    const record = signedIn(null, tokens, NOW);
    const state = transition(initialState<typeof tokens>(), {
      type: 'learned',
      record,
      validity,
      current: true,
    });
    const read = { ...claimed(record, NOW, 5, false), tokens: { ...tokens } };
    const next = transition(state, { type: 'learned', record: read, validity, current: true });
    expect(next.record?.tokens).toBe(tokens);
    expect(next.record?.fence).toBe(1);
  });

  it('never revives what ended here, also when it was renewed elsewhere meanwhile', () => {
    const out = transition(signedInState, { type: 'ended', reason: 'signed-out' });
    expect(out).toMatchObject({ status: 'signed-out', record: { tokens: null } });
    expect(transition(out, learned(renewed(first, 'b', NOW)))).toBe(out);
    expect(transition(out, learned(signedIn(first, 'c', NOW)))).toMatchObject({ status: 'signed-in' });
  });

  it('keeps the first reason of an end, and finds one where the record has none', () => {
    const out = transition(signedInState, { type: 'ended', reason: 'server' });
    expect(transition(out, learned(ended(first, 'signed-out'))).endedBy).toBe('server');
    const { endedBy: _, ...nameless } = ended(first, 'server');
    expect(transition(signedInState, learned(nameless)).endedBy).toBe('signed-out');
    expect(endReasonOf(after(learned(nameless)))).toBe('signed-out');
  });

  it('forgets the failure of the tokens before', () => {
    const failed = transition(signedInState, { type: 'refresh-settled', failure: { kind: 'offline' } });
    expect(failed).toMatchObject({ failures: 1, failure: { kind: 'offline', generation: first.generation } });
    expect(transition(failed, learned(renewed(first, 'b', NOW)))).toMatchObject({
      failures: 1,
      failure: null,
    });
  });

  it('ends before anything was read', () => {
    expect(after({ type: 'ended', reason: 'signed-out' })).toMatchObject({
      status: 'signed-out',
      record: null,
    });
  });
});

describe('admitting a request', () => {
  const ask = (outdated?: number, epoch?: number, failures = 0) => askFor(epoch, failures, outdated);
  const at = (state: SessionState<string>, now: number, holdAlways = false) =>
    admit(state, ask(), now, holdAlways);

  it('waits while nobody knows who is signed in', () => {
    expect(at(initialState(), NOW)).toEqual({ type: 'wait', reason: null });
    expect(at(transition(signedInState, { type: 'sign-in-began' }), NOW)).toEqual({
      type: 'wait',
      reason: null,
    });
  });

  it('goes, ages and expires to the millisecond', () => {
    expect(at(signedInState, 7_999)).toEqual({ type: 'go', record: first, ahead: false });
    expect(at(signedInState, 8_000)).toEqual({ type: 'go', record: first, ahead: true });
    expect(at(signedInState, 8_999)).toEqual({ type: 'go', record: first, ahead: true });
    expect(at(signedInState, 9_000)).toEqual({ type: 'wait', reason: 'expired' });
  });

  it('waits for a refresh of rejected tokens, and for every refresh where that is asked for', () => {
    const ageing = transition(signedInState, { type: 'refresh-began', reason: 'ageing' });
    expect(at(ageing, NOW)).toMatchObject({ type: 'go' });
    expect(at(ageing, NOW, true)).toEqual({ type: 'wait', reason: 'ageing' });
    const rejected = transition(signedInState, { type: 'refresh-began', reason: 'rejected' });
    expect(at(rejected, NOW)).toEqual({ type: 'wait', reason: 'rejected' });
  });

  it('ends what began under another sign-in', () => {
    expect(admit(signedInState, ask(undefined, 7), NOW, false)).toEqual({
      type: 'ended',
      reason: 'replaced',
    });
    const out = transition(signedInState, { type: 'ended', reason: 'server' });
    expect(admit(out, ask(undefined, first.epoch), NOW, false)).toEqual({ type: 'ended', reason: 'server' });
    expect(admit(out, ask(), NOW, false)).toEqual({ type: 'go', record: null, ahead: false });
  });

  it('shares a failure with what began before it, and with nothing else', () => {
    const failed = transition(signedInState, { type: 'refresh-settled', failure: { kind: 'offline' } });
    const rejected = (failures: number) =>
      admit(failed, ask(first.generation, first.epoch, failures), NOW, false);
    expect(rejected(0)).toMatchObject({ type: 'failed', failure: { kind: 'offline' } });
    expect(rejected(1)).toEqual({ type: 'wait', reason: 'rejected' });
    expect(at(failed, 9_999)).toMatchObject({ type: 'go', ahead: false });
    expect(at(failed, 10_000)).toMatchObject({ type: 'failed' });
  });
});

describe('the moment from which a request is looked at', () => {
  it('is the beginning of the ageing, or none where every request is', () => {
    expect(staleFrom(signedInState, false)).toBe(8_000);
    expect(staleFrom(initialState(), false)).toBe(-Infinity);
    expect(staleFrom(transition(signedInState, { type: 'sign-in-began' }), false)).toBe(-Infinity);
  });

  it('is the end of the tokens while a refresh is under way that holds nobody', () => {
    const began = (reason: 'ageing' | 'rejected') => transition(signedInState, { type: 'refresh-began', reason });
    expect(staleFrom(began('ageing'), false)).toBe(9_000);
    expect(staleFrom(began('ageing'), true)).toBe(-Infinity);
    expect(staleFrom(began('rejected'), false)).toBe(-Infinity);
  });

  it('waits for the rest after a failure, but not beyond the end of the tokens', () => {
    const rested = (restUntil: number) => transition(signedInState, { type: 'refresh-settled', restUntil });
    expect(staleFrom(rested(8_500), false)).toBe(8_500);
    expect(staleFrom(rested(20_000), false)).toBe(9_000);
  });
}); // prettier-ignore
