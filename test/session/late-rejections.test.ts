import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { deferred } from '../support/deferred.js';
import { LIFETIME_MS, signedIn, tokensNumber, track, type Tokens } from './set-up.js';

describe('late rejections', () => {
  it('replays a rejection that arrives after the refresh, without another', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    const quick = world.request();
    await world.rest();
    await world.refresh.answer();
    await quick;
    slow.answer();
    await world.rest();
    slow.answer();
    expect(await slow.reply).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.refreshes).toHaveLength(1);
  });

  it('refreshes once for rejections that arrive one after the other', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const requests = [world.slowRequest(), world.slowRequest(), world.slowRequest()];
    await world.rest();
    for (const request of requests) {
      request.answer();
      await world.clock.advance(150);
      if (world.refreshes.length === 1) await world.refresh.answer();
    }
    for (const request of requests) request.answer();
    for (const { reply } of requests) expect(await reply).toMatchObject({ status: 200 });
    expect(world.refreshes).toHaveLength(1);
  });

  it('replays a request that outlived two rotations', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    for (let rotations = 0; rotations < 2; rotations++) {
      const forced = world.session.refresh();
      await world.rest();
      await world.refresh.answer();
      await forced;
    }
    slow.answer();
    await world.rest();
    slow.answer();
    expect(await slow.reply).toEqual({ status: 200, token: 'access-3-secret' });
    expect(world.refreshes).toHaveLength(2);
  });

  it('shares the failure of a refresh with what was sent before it, and lets what begins later try again', async () => {
    const world = await signedIn({ retry: { limit: 0 } });
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    const quick = world.request();
    quick.catch(() => {});
    await world.rest();
    await world.refresh.fail({ status: 503 });
    await expect(quick).rejects.toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    slow.answer();
    await expect(slow.reply).rejects.toMatchObject({ code: 'refresh-failed', kind: 'unavailable' });
    expect(world.refreshes).toHaveLength(1);
    const later = world.request();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    await world.refresh.answer();
    expect(await later).toMatchObject({ status: 200 });
  });

  it('sends nothing and refreshes nothing for a rejection that arrives after the sign-out', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    await world.rest();
    await world.session.signOut();
    slow.answer();
    await expect(slow.reply).rejects.toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.sends).toHaveLength(1);
    expect(world.refreshes).toHaveLength(0);
  });

  it('gives the caller the second rejection of a request', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret').add('access-2-secret');
    const request = world.request();
    await world.rest();
    await world.refresh.answer();
    expect(await request).toEqual({ status: 401, token: 'access-2-secret' });
    expect(world.sends).toHaveLength(2);
  });

  it('refreshes for the others when what was rejected cannot be sent twice', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    await expect(world.request({ replay: false })).rejects.toMatchObject({
      code: 'not-replayable',
      reply: { status: 401 },
    });
    await world.rest();
    expect(world.refreshes).toHaveLength(1);
    await world.refresh.answer();
    expect(await world.request({ replay: false })).toMatchObject({ token: 'access-2-secret' });
  });

  it('refreshes nothing when what cannot be sent twice is rejected late', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest({ replay: false });
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    await forced;
    slow.answer();
    await expect(slow.reply).rejects.toMatchObject({ code: 'not-replayable' });
    expect(world.refreshes).toHaveLength(1);
  });

  it('waits for a verdict that had to read the body first', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = world.request({
      judge: async ({ status }) => ((await Promise.resolve(status === 401)) ? 'refresh' : 'pass'),
    });
    await world.rest();
    await world.refresh.answer();
    expect(await request).toMatchObject({ status: 200 });
  });

  it('passes a 401 of a reply that is no object, and what the judge throws', async () => {
    const { session } = await signedIn();
    expect(await session.guard(() => null)).toBeNull();
    const broken = session.guard(() => 'reply', {
      judge() {
        throw new Error('the judge fails');
      },
    });
    await expect(broken).rejects.toThrow('the judge fails');
    expect(session.snapshot().pending).toBe(0);
  });

  it('hands on what the send itself throws', async () => {
    const { session, clock } = await signedIn();
    clock.jump(LIFETIME_MS / 2);
    const failing = session.guard(() => {
      throw new Error('no network');
    });
    await expect(failing).rejects.toThrow('no network');
    expect(session.snapshot().pending).toBe(0);
  });
});

describe('tokens that came with a reply', () => {
  const renewedBy = (token: unknown) => ({ renewedBy: () => token });

  it('takes a new access token for the next request', async () => {
    const world = await signedIn();
    await world.request(renewedBy('access-9-secret'));
    expect(await world.request()).toMatchObject({ token: 'access-9-secret' });
    expect(world.session.current()).toEqual({
      accessToken: 'access-9-secret',
      refreshToken: 'refresh-1-secret',
    });
    expect(world.refreshes).toHaveLength(0);
  });

  it('takes new tokens as an object', async () => {
    const world = await signedIn();
    await world.request(renewedBy({ accessToken: 'access-9-secret' }));
    expect(world.session.current()).toMatchObject({
      accessToken: 'access-9-secret',
      refreshToken: 'refresh-1-secret',
    });
  });

  it.each([undefined, '', null, 'access-1-secret', { accessToken: '' }, 7])(
    'takes nothing of %j',
    async (brought) => {
      const world = await signedIn();
      await world.request(renewedBy(brought));
      await world.rest();
      expect(world.session.current()).toEqual(tokensNumber(1));
    },
  );

  it('takes none from the reply to an older request', async () => {
    const world = await signedIn();
    const slow = world.slowRequest(renewedBy('access-0-secret'));
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    await forced;
    slow.answer();
    await slow.reply;
    expect(world.session.current()).toEqual(tokensNumber(2));
  });

  it('takes none after the sign-out that came first', async () => {
    const world = await signedIn();
    const slow = world.slowRequest(renewedBy('access-9-secret'));
    await world.session.signOut();
    slow.answer();
    expect(await slow.reply).toMatchObject({ status: 200 });
    expect(world.session.current()).toBeNull();
  });

  it('takes them from a replay too', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = world.request(renewedBy('access-9-secret'));
    await world.rest();
    await world.refresh.answer();
    await request;
    expect(world.session.current()).toMatchObject({ accessToken: 'access-9-secret' });
  });

  it('takes none while a refresh is under way, which brings the newer ones', async () => {
    const world = await signedIn();
    const slow = world.slowRequest(renewedBy('access-9-secret'));
    const forced = world.session.refresh();
    await world.rest();
    slow.answer();
    await slow.reply;
    expect(world.session.current()).toEqual(tokensNumber(1));
    await world.refresh.answer();
    expect(await forced).toEqual(tokensNumber(2));
    expect(world.session.current()).toEqual(tokensNumber(2));
  });

  it('drops them when somebody signs out before they are stored', async () => {
    const { read, compareAndSet } = memoryStore<Tokens>();
    const written: unknown[] = [];
    let gate = deferred();
    gate.resolve();
    const store: TokenStore<Tokens> = {
      read: async () => (await gate.promise, read()),
      compareAndSet(expected, next) {
        written.push(next.tokens);
        return compareAndSet(expected, next);
      },
    };
    const world = await signedIn({ store });
    gate = deferred();
    const request = track(world.request(renewedBy('access-9-secret')));
    await world.rest();
    const signOut = world.session.signOut();
    gate.resolve();
    await signOut;
    await world.rest();
    expect(request.status).toBe('fulfilled');
    expect(written).toEqual([tokensNumber(1), null]);
  });
});

describe('a failure that is over', () => {
  it('is not shared by a rejection that comes long after it', async () => {
    const world = await signedIn();
    world.clock.jump(LIFETIME_MS - 200_000);
    const slow = world.slowRequest();
    await world.rest();
    await world.refresh.fail({ code: 'ENOTFOUND' });
    await world.clock.advance(100_000);
    world.dead.add('access-1-secret');
    const late = world.slowRequest();
    late.answer();
    await world.rest();
    slow.answer();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    await world.refresh.answer();
    late.answer();
    expect(await late.reply).toEqual({ status: 200, token: 'access-2-secret' });
    expect(await slow.reply).toEqual({ status: 200, token: 'access-1-secret' });
  });

  it('does not come back to who waits for the next one', async () => {
    const world = await signedIn({ retry: { limit: 0 } });
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    const first = track(world.request());
    await world.rest();
    await world.refresh.fail({ code: 'ENOTFOUND' });
    expect(first.reason).toMatchObject({ kind: 'offline' });
    await world.clock.advance(10_000);
    slow.answer();
    await world.rest();
    expect(world.refreshes).toHaveLength(2);
    // Whoever waits is woken for other reasons too.
    const controller = new AbortController();
    const other = track(world.request({ signal: controller.signal }));
    controller.abort(new Error('left'));
    await world.rest();
    expect(other.reason).toEqual(new Error('left'));
    await world.refresh.answer();
    slow.answer();
    expect(await slow.reply).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('is shared by a rejection that comes soon after it: one refresh tells enough', async () => {
    const world = await signedIn({ retry: { limit: 0 } });
    world.dead.add('access-1-secret');
    const slow = [world.slowRequest(), world.slowRequest()].map(({ reply, answer }) => ({
      reply: track(reply),
      answer,
    }));
    const first = track(world.request());
    await world.rest();
    await world.refresh.fail({ code: 'ENOTFOUND' });
    for (const { answer } of slow) {
      await world.clock.advance(1_000);
      answer();
    }
    await world.rest();
    for (const { reply } of slow) expect(reply.reason).toMatchObject({ kind: 'offline' });
    expect(first.reason).toMatchObject({ kind: 'offline' });
    expect(world.refreshes).toHaveLength(1);
  });
});
