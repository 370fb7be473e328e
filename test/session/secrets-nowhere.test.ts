import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { invalidOption, refreshFailed } from '../../src/errors.js';
import { createSession } from '../../src/session/session.js';
import type { SessionOptions } from '../../src/session/core/options.js';
import { expired, setUp, signedIn, tokensNumber, track, type Tokens } from './set-up.js';

const deep = { depth: Infinity, showHidden: false } as const;
const texts = (value: unknown): string[] => [
  JSON.stringify(value) ?? '',
  inspect(value, deep),
  String(value),
];

function expectNoSecret(value: unknown): void {
  for (const text of texts(value)) expect(text).not.toMatch(/-\d+-secret/);
}

describe('no token is found in', () => {
  it('the session, its snapshot, its history and its events', async () => {
    const world = await expired();
    const request = world.request();
    await world.rest();
    await world.refresh.answer();
    await request;
    await world.session.signOut();
    expect(world.events.length).toBeGreaterThan(0);
    for (const value of [world.session, world.session.snapshot(), world.session.history(), world.events]) {
      expectNoSecret(value);
    }
  });

  it('the error and the events of a refresh that throws tokens in every way', async () => {
    const secret = tokensNumber(1);
    const config = { headers: { Authorization: `Bearer ${secret.accessToken}` }, data: secret };
    for (const thrown of [
      secret,
      secret.accessToken,
      new Error(secret.refreshToken),
      Object.assign(new Error(secret.refreshToken), { config, status: 503 }),
      { response: { status: 400, config, data: secret } },
      Object.assign(new Error('fetch failed', { cause: new Error(secret.refreshToken) }), { config }),
    ]) {
      const world = await expired();
      const request = track(world.request({ background: true }));
      await world.rest();
      await world.refresh.fail(thrown);
      expect(request.reason).toBeInstanceOf(Error);
      expectNoSecret(request.reason);
      expectNoSecret(world.session.history());
      expectNoSecret((request.reason as Error).stack);
    }
  });

  it('what the errors of a reply print, while `reply` itself is there', async () => {
    const reply = { status: 401, headers: { authorization: 'Bearer access-1-secret' } };
    for (const options of [{ replay: false }, { judge: () => 'sign-out' as const }]) {
      const { session, rest } = await signedIn();
      const request = track(session.guard(() => reply, options));
      await rest();
      expectNoSecret(request.reason);
      expect((request.reason as { reply: unknown }).reply).toBe(reply);
    }
  });

  it('the error of a token in the place of an option', async () => {
    const { refreshToken } = tokensNumber(1);
    for (const options of [
      refreshToken,
      { refresh: refreshToken },
      { refresh: () => 1, store: refreshToken },
    ]) {
      try {
        createSession(options as unknown as SessionOptions<Tokens>);
        expect.unreachable();
      } catch (error) {
        expectNoSecret(error);
      }
    }
    expectNoSecret(invalidOption('refresh', 'a function', [refreshToken]));
  });

  it('an event of a listener that throws tokens, or of a store that does', async () => {
    const world = setUp({
      store: {
        read: () => {
          throw new Error('refresh-1-secret');
        },
        compareAndSet: () => Promise.reject(new Error('refresh-1-secret')),
      },
    });
    world.session.on('signed-in', () => {
      throw new Error('access-1-secret');
    });
    await world.session.signIn(tokensNumber(1));
    expect(world.events.map(({ type }) => type)).toContain('listener-failed');
    expectNoSecret(world.session.history());
  });

  it('an error that tells when to try again', () => {
    const error = refreshFailed({ kind: 'throttled', retryAt: Date.UTC(2026, 0, 1) });
    expect(error.message).toContain('2026-01-01T00:00:00.000Z');
    expectNoSecret(error);
  });
});
