import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { expired, LIFETIME_MS, setUp, signedIn, tokensNumber, track, type Tokens } from './set-up.js';

describe('signing in and out', () => {
  it('begins signed out, sends without tokens, and leaves the 401 of a login alone', async () => {
    const world = setUp();
    expect(world.session.snapshot()).toMatchObject({
      status: 'signed-out',
      generation: 0,
      expiresAt: undefined,
    });
    expect(await world.request()).toEqual({ status: 401, token: null });
    expect(world.sends).toEqual([null]);
    expect(world.refreshes).toHaveLength(0);
    await expect(world.session.tokens()).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'signed-out',
    });
    await expect(world.session.refresh()).rejects.toMatchObject({ code: 'session-ended' });
  });

  it('carries the tokens of a login', async () => {
    const world = await signedIn();
    expect(await world.request()).toEqual({ status: 200, token: 'access-1-secret' });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(world.session.snapshot()).toMatchObject({
      status: 'signed-in',
      expiresAt: world.clock.now() + LIFETIME_MS,
    });
  });

  it.each([null, undefined, ''])('refuses to sign in with %j', async (tokens) => {
    const { session } = setUp();
    await expect(session.signIn(tokens as unknown as Tokens)).rejects.toMatchObject({
      code: 'invalid-option',
      option: 'signIn(tokens)',
    });
    expect(session.snapshot().status).toBe('signed-out');
  });

  it('finds the sign-in that the store kept', async () => {
    const store = memoryStore<Tokens>();
    await signedIn({ store });
    const world = setUp({ store });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(world.events).toEqual([]);
  });

  it('stays signed out when it signs out while a refresh is under way, in the store too', async () => {
    const store = memoryStore<Tokens>();
    const world = await signedIn({ store });
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    const signedOut = world.session.signOut();
    expect(world.session.current()).toBeNull();
    expect(world.refresh.signal.aborted).toBe(true);
    await signedOut;
    await world.refresh.answer();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.session.snapshot()).toMatchObject({
      status: 'signed-out',
      endedBy: 'signed-out',
      refreshing: false,
    });
    expect(await store.read()).toMatchObject({ tokens: null, endedBy: 'signed-out' });
    expect(world.typesOf('ended', 'refreshed')).toEqual(['ended']);
  });

  it('keeps the tokens of whoever signed in while a refresh was under way', async () => {
    const world = await expired();
    const held = track(world.request());
    await world.rest();
    await world.session.signIn(tokensNumber(10));
    await world.refresh.answer();
    expect(world.session.current()).toEqual(tokensNumber(10));
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual([]);
    expect(world.typesOf('ended', 'signed-in')).toEqual(['signed-in']);
  });

  it('goes on with the refresh of the next sign-in when that of the last one is answered', async () => {
    const world = await expired();
    track(world.request());
    await world.rest();
    await world.session.signIn(tokensNumber(10));
    world.dead.add('access-10-secret');
    const request = track(world.request());
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    await world.refreshes[0]?.answer();
    expect(world.session.snapshot()).toMatchObject({ refreshing: true, held: 1 });
    await world.refresh.answer();
    expect(request.value).toEqual({ status: 200, token: 'access-11-secret' });
    expect(world.refreshes).toHaveLength(2);
  });

  it('never sends what one person asked with the tokens of the next', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    await world.session.signIn(tokensNumber(10));
    slow.answer();
    await expect(slow.reply).rejects.toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual(['access-1-secret']);
    expect(world.refreshes).toHaveLength(0);
  });

  it('hands on the reply to what one person asked, and takes no tokens and no sign-out from it', async () => {
    const world = await signedIn();
    const late = world.slowRequest({ judge: () => 'sign-out' });
    const bringing = world.slowRequest({ renewedBy: () => 'access-9-secret' });
    await world.session.signIn(tokensNumber(10));
    late.answer();
    bringing.answer();
    await expect(late.reply).rejects.toMatchObject({ code: 'session-ended', reason: 'server' });
    expect(await bringing.reply).toMatchObject({ status: 200 });
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('ends at once at a reply judged sign-out, and refreshes nothing', async () => {
    const world = await signedIn();
    const other = world.slowRequest();
    const request = world.request({ judge: () => 'sign-out' });
    await expect(request).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'server',
      reply: { status: 200 },
    });
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'server' });
    other.answer();
    expect(await other.reply).toMatchObject({ status: 200 });
    expect(world.typesOf('ended')).toHaveLength(1);
    expect(world.refreshes).toHaveLength(0);
  });

  it('ends at a replay judged sign-out', async () => {
    const world = await signedIn();
    const request = track(
      world.request({ judge: ({ token }) => (token === 'access-1-secret' ? 'refresh' : 'sign-out') }),
    );
    await world.rest();
    await world.refresh.answer();
    expect(request.reason).toMatchObject({ reason: 'server' });
    expect(world.session.current()).toBeNull();
  });

  it('takes the reason it is given, and none of a click event', async () => {
    const one = await signedIn();
    await one.session.signOut('server');
    expect(one.session.snapshot().endedBy).toBe('server');
    const other = await signedIn();
    await other.session.signOut({ type: 'click' } as never);
    expect(other.session.snapshot().endedBy).toBe('signed-out');
  });

  it('signs out twice without harm, and tells it once', async () => {
    const world = await signedIn();
    await Promise.all([world.session.signOut(), world.session.signOut()]);
    await world.session.signOut();
    expect(world.typesOf('ended')).toHaveLength(1);
  });

  it('lets a listener of `ended` sign in again', async () => {
    const world = await signedIn();
    world.session.on('ended', () => void world.session.signIn(tokensNumber(10)));
    await world.session.signOut();
    await world.rest();
    expect(world.session.current()).toEqual(tokensNumber(10));
  });

  it('lets a listener of `refresh-started` sign out before anything is sent', async () => {
    const world = await expired();
    world.session.on('refresh-started', () => void world.session.signOut());
    const held = track(world.request());
    await world.rest();
    expect(held.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.refreshes).toHaveLength(0);
  });
});
