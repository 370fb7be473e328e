import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/session/session.js';
import { resolveOptions } from '../../src/session/core/settings.js';
import type { SessionOptions } from '../../src/session/core/options.js';
import { systemClock } from '../../src/session/platform/clock.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { Tokens } from './set-up.js';

const refresh = (tokens: Tokens): Tokens => tokens;
const make = (options: unknown) => () => createSession(options as SessionOptions<Tokens>);
const clock = systemClock;
const A_STORE = 'webStore(), tabsStore(), memoryStore() or sharedStore(yourTokenStore)';

const invalid: [option: string, expected: string, got: string, options: unknown][] = [
  ['options', 'an object', 'undefined', undefined],
  ['options', 'an object', 'null', null],
  ['options', 'an object', 'a string', 'refresh'],
  ['refresh', 'a function', 'undefined', {}],
  ['refresh', 'a function', 'a string', { refresh: 'refresh' }],
  [
    'refreshes',
    'one of refresh, store, expiresAt, subject, leewayMs',
    'another name',
    { refresh, refreshes: 1 },
  ],
  ['store', A_STORE, 'null', { refresh, store: null }],
  ['store', A_STORE, 'a function', { refresh, store: memoryStore }],
  ['store', A_STORE, 'an object', { refresh, store: { read: () => null, compareAndSet: () => true } }],
  ['expiresAt', 'a function', '5', { refresh, expiresAt: 5 }],
  ['subject', 'a function', 'an empty string', { refresh, subject: '' }],
  ['leewayMs', 'a number of at least 0', '-1', { refresh, leewayMs: -1 }],
  ['leewayMs', 'a number of at least 0', 'a string', { refresh, leewayMs: '10' }],
  ['refreshAheadMs', 'a number of at least 0', 'NaN', { refresh, refreshAheadMs: NaN }],
  ['refreshTimeoutMs', 'a number of at least 1', '0', { refresh, refreshTimeoutMs: 0 }],
  ['refreshTimeoutMs', 'a number of at least 1', 'Infinity', { refresh, refreshTimeoutMs: Infinity }],
  ['retry', 'an object', 'false', { refresh, retry: false }],
  ['retry.limit', 'a number of at least 0', '-1', { refresh, retry: { limit: -1 } }],
  ['retry.baseMs', 'a number of at least 0', 'null', { refresh, retry: { baseMs: null } }],
  ['retry.maxMs', 'a number of at least 0', 'an object', { refresh, retry: { maxMs: {} } }],
  ['retry.limits', 'one of limit, baseMs, maxMs', 'another name', { refresh, retry: { limits: 1 } }],
  ['reuseGraceMs', 'a number of at least 0, or Infinity', '-5', { refresh, reuseGraceMs: -5 }],
  [
    'holdWhileRefreshing',
    "'when-unusable' or 'always'",
    'a string',
    { refresh, holdWhileRefreshing: 'never' },
  ],
  ['fruitlessRefreshes', 'an object or false', 'true', { refresh, fruitlessRefreshes: true }],
  ['fruitlessRefreshes', 'an object or false', 'null', { refresh, fruitlessRefreshes: null }],
  [
    'fruitlessRefreshes.limit',
    'a whole number of at least 1',
    '0',
    { refresh, fruitlessRefreshes: { limit: 0 } },
  ],
  [
    'fruitlessRefreshes.windowMs',
    'a number of at least 1',
    'a bigint',
    { refresh, fruitlessRefreshes: { windowMs: 1n } },
  ],
  [
    'fruitlessRefreshes.window',
    'one of limit, windowMs',
    'another name',
    { refresh, fruitlessRefreshes: { window: 1 } },
  ],
  ['classify', 'a function', 'an object', { refresh, classify: {} }],
  ['onExpired', 'a function', 'a symbol', { refresh, onExpired: Symbol('x') }],
  ['clock', 'an object', 'a function', { refresh, clock: Date.now }],
  ['clock.now', 'a function', 'undefined', { refresh, clock: { setTimer: clock.setTimer } }],
  ['clock.setTimer', 'a function', 'undefined', { refresh, clock: { now: clock.now } }],
  ['clock.random', 'a function', '1', { refresh, clock: { ...clock, random: 1 } }],
];

describe('options', () => {
  it.each(invalid)('%s: expected %s, got %s', (option, expected, got, options) => {
    expect(make(options)).toThrow(
      expect.objectContaining({ name: 'HoldfastError', code: 'invalid-option', option }) as Error,
    );
    expect(make(options)).toThrow(`${option}: expected ${expected}`);
    expect(make(options)).toThrow(`got ${got}.`);
  });

  it('have the documented defaults', () => {
    const { expiresAt, subject, classify, refresh: own, onExpired, ...plain } = resolveOptions({ refresh });
    expect(plain).toEqual({
      leewayMs: 10_000,
      refreshAheadMs: undefined,
      refreshTimeoutMs: 30_000,
      retry: { limit: 2, baseMs: 300, maxMs: 10_000 },
      reuseGraceMs: 10_000,
      askTimeoutMs: 3_600_000,
      holdAlways: false,
      fruitlessRefreshes: { limit: 5, windowMs: 30_000 },
      clock: systemClock,
    });
    expect(onExpired).toBeUndefined();
    expect(typeof own).toBe('function');
    expect(expiresAt({ accessToken: 'a', refreshToken: 'r', expiresIn: 5 }, 1_000)).toBe(6_000);
    expect(subject({ accessToken: 'a', refreshToken: 'r' })).toBeUndefined();
    expect(classify({ status: 401 })).toEqual({ kind: 'ended' });
  });

  it('are taken over, each of them', () => {
    const settings = resolveOptions<Tokens>({
      refresh,
      leewayMs: 0,
      refreshAheadMs: 5,
      refreshTimeoutMs: 1,
      retry: { limit: 0 },
      reuseGraceMs: Infinity,
      holdWhileRefreshing: 'always',
      fruitlessRefreshes: false,
    });
    expect(settings).toMatchObject({
      leewayMs: 0,
      refreshAheadMs: 5,
      refreshTimeoutMs: 1,
      retry: { limit: 0, baseMs: 300, maxMs: 10_000 },
      reuseGraceMs: Infinity,
      holdAlways: true,
      fruitlessRefreshes: false,
    });
  });

  it('keep their `this` where they are methods of an object', async () => {
    const options = {
      url: '/refresh',
      seen: [] as string[],
      refresh(tokens: Tokens) {
        this.seen.push(this.url);
        return { ...tokens, accessToken: 'b' };
      },
      expiresAt() {
        this.seen.push(this.url);
        return undefined;
      },
    };
    const { url, seen, ...rest } = options;
    const bound = Object.assign(Object.create({ url, seen }) as typeof options, rest);
    const session = createSession<Tokens>(bound);
    await session.signIn({ accessToken: 'a', refreshToken: 'r' });
    await session.refresh();
    expect(new Set(seen)).toEqual(new Set(['/refresh']));
    expect(seen.length).toBeGreaterThan(1);
  });

  it('make a store of their own where none is given, for each session', async () => {
    const [one, other] = [createSession({ refresh }), createSession({ refresh })];
    await one.signIn({ accessToken: 'a', refreshToken: 'r' });
    expect(other.current()).toBeNull();
  });
});
