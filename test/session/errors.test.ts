import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  HoldfastError,
  invalidOption,
  isHoldfastError,
  notReplayable,
  refreshFailed,
  sessionEnded,
} from '../../src/errors.js';
import { findHoldfastError } from '../../src/errors/find.js';

describe('errors', () => {
  it.each(['refresh-rejected', 'refresh-lost', 'signed-out', 'replaced', 'server'] as const)(
    'tell that a session ended: %s',
    (reason) => {
      const error = sessionEnded(reason);
      expect(error).toBeInstanceOf(HoldfastError);
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: 'HoldfastError', code: 'session-ended', reason });
      expect(error.message).toMatch(/^The session ended: /);
      expect('reply' in error).toBe(false);
    },
  );

  it.each(['offline', 'throttled', 'unavailable', 'ambiguous', 'too-many'] as const)(
    'tell that a refresh failed: %s',
    (kind) => {
      const error = refreshFailed({ kind });
      expect(error).toMatchObject({ code: 'refresh-failed', kind });
      expect(error).not.toHaveProperty('retryAt');
      expect(error.message).toMatch(/^The tokens could not be refreshed: .+\.$/);
      expect(refreshFailed({ kind, retryAt: 0 }).message).toContain('Not before 1970-01-01T00:00:00.000Z.');
    },
  );

  it('carry the reply where no logger finds it', () => {
    const reply = { status: 401 };
    for (const error of [sessionEnded('server', { reply }), notReplayable(reply)]) {
      expect(error.reply).toBe(reply);
      expect(Object.keys(error)).not.toContain('reply');
      expect(JSON.stringify(error)).not.toContain('401');
    }
  });

  it('are told apart by their code, also when they come from another realm', () => {
    const error: unknown = refreshFailed({ kind: 'offline' });
    expect(isHoldfastError(error)).toBe(true);
    expect(isHoldfastError(error, 'refresh-failed')).toBe(true);
    expect(isHoldfastError(error, 'session-ended')).toBe(false);
    // It narrows: `kind` is known to be there.
    expect(isHoldfastError(error, 'refresh-failed') && error.kind).toBe('offline');
    const foreign: unknown = runInNewContext(
      "Object.assign(new Error('over'), { name: 'HoldfastError', code: 'session-ended' })",
    );
    expect(foreign).not.toBeInstanceOf(Error);
    expect(isHoldfastError(foreign, 'session-ended')).toBe(true);
    for (const other of [null, undefined, 'HoldfastError', new Error('HoldfastError'), {}]) {
      expect(isHoldfastError(other)).toBe(false);
    }
  });

  it('describe what came by its kind alone', () => {
    const got = (value: unknown): string => invalidOption('x', 'y', value).message;
    expect(got({ a: 1 })).toBe('x: expected y, got an object.');
    expect(got(() => 1)).toBe('x: expected y, got a function.');
    expect(got(-3)).toBe('x: expected y, got -3.');
    expect(got('abc')).toBe('x: expected y, got a string.');
  });
});

describe('finding ours in what a client threw', () => {
  const ours = sessionEnded('signed-out');
  const wrapped: [string, unknown][] = [
    ['itself', ours],
    ['as a cause', new Error('failed', { cause: ours })],
    ['as a cause of a cause', new Error('failed', { cause: new Error('failed', { cause: ours }) })],
    ['as a network error (Apollo 3, urql)', Object.assign(new Error('failed'), { networkError: ours })],
    ['among the errors of an AggregateError', new AggregateError([new Error('other'), ours])],
    ['in errors[].originalError', { errors: [{ message: 'other' }, { originalError: ours }] }],
    ['as the error of a result', { error: ours }],
  ];

  it.each(wrapped)('finds it %s', (_, error) => {
    expect(findHoldfastError(error)).toBe(ours);
    expect(findHoldfastError(error, 'session-ended')?.reason).toBe('signed-out');
    expect(findHoldfastError(error, 'refresh-failed')).toBeUndefined();
  });

  it('prefers the code that is asked for to what is nearer', () => {
    const outer = Object.assign(notReplayable({ status: 401 }), { cause: ours });
    expect(findHoldfastError(outer)).toBe(outer);
    expect(findHoldfastError(outer, 'session-ended')).toBe(ours);
  });

  it('finds none in what holds none, whatever it looks like', () => {
    const circle: { cause?: unknown; errors?: unknown[] } = new Error('circle');
    circle.cause = { cause: circle, errors: [circle, [circle]] };
    const nasty = Object.defineProperty({}, 'cause', {
      get() {
        throw new Error('no');
      },
    });
    for (const other of [circle, nasty, null, undefined, 'HoldfastError', 7, [], {}]) {
      expect(findHoldfastError(other)).toBeUndefined();
    }
  });
});
