import { describe, expect, it } from 'vitest';
import { signedIn, track } from './set-up.js';

/** An error that throws again, whatever of it is looked at. */
function unreadable(): unknown {
  const refuse = (): never => {
    throw new Error('access-1-secret');
  };
  return new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse });
}

describe('an error that cannot be looked at', () => {
  it('thrown by refresh, is a failure like any that is not known, and the next request tries again', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = track(world.request());
    await world.rest();
    await world.refresh.fail(unreadable());
    expect(request.reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
    expect(world.session.history().at(-1)).toMatchObject({ type: 'refresh-failed', error: 'object' });

    await world.clock.advance(10_000);
    const next = track(world.request());
    await world.rest();
    await world.refresh.answer();
    expect(next.value).toMatchObject({ status: 200 });
  });

  it('thrown by a listener, is told as one', async () => {
    const world = await signedIn();
    world.session.on('ended', () => {
      throw unreadable();
    });
    await world.session.signOut();
    expect(world.session.history().at(-1)).toMatchObject({ type: 'listener-failed', problem: 'object' });
  });
});
