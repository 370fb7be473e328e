import { afterEach, describe, expect, it, vi } from 'vitest';
import { LIFETIME_MS, signedIn, tokensNumber, track, type Tokens } from './set-up.js';

afterEach(() => void vi.unstubAllGlobals());

/** As in a mini-program, whose request task cannot always be aborted. */
function stubborn({ signal }: { signal: AbortSignal }): Promise<never> {
  signal.addEventListener('abort', () => {
    throw new TypeError('task is undefined');
  });
  return new Promise(() => {});
}

describe('a listener that throws, on a platform without AbortController', () => {
  it('does not keep those who wait beyond the deadline', async () => {
    vi.stubGlobal('AbortController', undefined);
    const world = await signedIn({ refresh: (_tokens: Tokens, context) => stubborn(context) });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    // A timer of the platform reports what its callback throws, and goes on.
    await world.clock.advance(30_000).catch(() => {});
    await world.clock.advance(60_000);
    expect(held.status).toBe('rejected');
  });

  it('does not undo a sign-out', async () => {
    vi.stubGlobal('AbortController', undefined);
    const world = await signedIn({ refresh: (_tokens: Tokens, context) => stubborn(context) });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.session.signOut().catch(() => {});
    await world.rest();
    expect(held.status).toBe('rejected');
    await world.session.signIn(tokensNumber(5));
    expect(await world.request()).toEqual({ status: 200, token: 'access-5-secret' });
  });

  it('does not undo a sign-in', async () => {
    vi.stubGlobal('AbortController', undefined);
    const world = await signedIn({ refresh: (_tokens: Tokens, context) => stubborn(context) });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.session.signIn(tokensNumber(5)).catch(() => {});
    await world.rest();
    expect(held.status).toBe('rejected');
    expect(world.session.current()).toEqual(tokensNumber(5));
  });
});
