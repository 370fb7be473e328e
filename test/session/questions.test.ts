import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/session/session.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import { LIFETIME_MS, recordIn, REFUSED, signedIn, tokensNumber, track, type Tokens } from './set-up.js';

const subject = ({ user }: Tokens): string | undefined => user;
const alice = (n: number): Tokens => tokensNumber(n, { user: 'alice' });

describe('questions', () => {
  it('what the dialog asks for when its signal aborts waits for the sign-in that aborted it', async () => {
    let reloaded: ReturnType<typeof track> | undefined;
    const world = await signedIn(
      {
        subject,
        onExpired: ({ signal }) =>
          new Promise(() => {
            signal.addEventListener('abort', () => (reloaded = track(world.request())));
          }),
      },
      alice(1),
    );
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    await world.session.signIn(alice(5));
    await world.rest();
    expect(held.value).toEqual({ status: 200, token: 'access-5-secret' });
    expect(reloaded?.value).toEqual({ status: 200, token: 'access-5-secret' });
  });

  it('a request made when the signal of refresh aborts does not go out under the earlier sign-in', async () => {
    const world = await signedIn({ subject }, alice(1));
    void track(world.session.refresh());
    await world.rest();
    let sent: ReturnType<typeof track> | undefined;
    world.refresh.signal.addEventListener('abort', () => (sent = track(world.request())));
    await world.session.signIn(tokensNumber(7, { user: 'bob' }));
    await world.rest();
    expect(sent?.status).not.toBe('pending');
    expect(world.sends).not.toContain('access-1-secret');
  });
});

describe('notes', () => {
  it('that quote a token of a nested shape are not told', async () => {
    type Nested = { auth: { accessToken: string } };
    const session = createSession<Nested>({
      clock: manualClock(),
      refresh: (tokens) => tokens,
      ...recordIn(),
    });
    await session.signIn({ auth: { accessToken: 'access-1-secret' } });
    const error: unknown = await session
      .guard(() => ({ status: 200 }), {
        judge: () => ({ verdict: 'sign-out', note: 'token access-1-secret was kicked' }),
      })
      .catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, session.history()])).not.toContain('access-1-secret');
  });
});
