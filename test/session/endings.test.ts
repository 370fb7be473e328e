import { describe, expect, it } from 'vitest';
import type { HoldfastError } from '../../src/errors.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import {
  expired,
  REFUSED,
  setUp,
  signedIn,
  tokensNumber,
  track,
  type Reply,
  type Tokens,
  type World,
} from './set-up.js';

const KICKED_OUT = '您的账号已在别处登录';

const ending = (world: World) => world.events.find(({ type }) => type === 'ended');

describe('the end of a session', () => {
  it('is here where the refresh was refused here', async () => {
    const world = await expired();
    const request = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(ending(world)).toMatchObject({ reason: 'refresh-rejected', by: 'here' });
    expect(request.reason).not.toHaveProperty('note');
  });

  it('brings what classify took from the refusal, also to the question', async () => {
    let asked: unknown;
    for (const onExpired of [undefined, (context: object) => ((asked = context), null)]) {
      const world = await expired({
        classify: (error) => ({ kind: 'ended', note: (error as { data: { msg: string } }).data.msg }),
        ...(onExpired && { onExpired }),
      });
      const request = track(world.request());
      await world.rest();
      await world.refresh.fail({ data: { msg: KICKED_OUT } });
      expect(request.reason).toMatchObject({ code: 'session-ended', note: KICKED_OUT });
      expect(ending(world)).toMatchObject({ reason: 'refresh-rejected', note: KICKED_OUT });
    }
    expect(asked).toMatchObject({ reason: 'refresh-rejected', note: KICKED_OUT });
  });

  it.each(['token access-1-secret is over', '', 7, undefined])(
    'brings no note that quotes a token or is no text: %j',
    async (note) => {
      const world = await signedIn();
      const request = track(world.request({ judge: () => ({ verdict: 'sign-out', note: note as string }) }));
      await world.rest();
      expect(request.reason).toMatchObject({ code: 'session-ended' });
      expect(request.reason).not.toHaveProperty('note');
      expect(ending(world)).not.toHaveProperty('note');
    },
  );

  it('brings no note that quotes a token which is a text of its own, and none without an end', async () => {
    const world = setUp();
    await world.session.signIn('access-1-secret' as never);
    const saying = (note: string) => ({ judge: () => ({ verdict: 'sign-out' as const, note }) });
    const quoted = track(world.session.guard(() => ({ status: 200 }), saying('access-1-secret is over')));
    await world.rest();
    expect(quoted.reason).not.toHaveProperty('note');
    await world.session.signIn(tokensNumber(1));
    const long = track(world.request(saying('x'.repeat(5_000))));
    await world.rest();
    expect((long.reason as { note: string }).note).toHaveLength(300);
  });
});

describe('errors of requests whose reply had come', () => {
  const replyOf = (error: unknown): unknown => (error as HoldfastError).reply;

  async function rejectedThen(world: World): Promise<{ reason?: unknown }> {
    world.dead.add('access-1-secret');
    const request = track(world.request());
    await world.rest();
    return request;
  }

  it('carry it: after a refused refresh, a failed one, a sign-out and a sign-in', async () => {
    const endings: ((world: World) => Promise<void>)[] = [
      (world) => world.refresh.fail(REFUSED),
      (world) => world.refresh.fail(new TypeError('failed to fetch')),
      (world) => world.session.signOut(),
      (world) => world.session.signIn(tokensNumber(7)),
    ];
    for (const end of endings) {
      const world = await signedIn();
      const request = await rejectedThen(world);
      await end(world);
      await world.rest();
      expect(replyOf(request.reason)).toMatchObject({ status: 401, token: 'access-1-secret' });
      expect(Object.keys(request.reason as object)).not.toContain('reply');
    }
  });

  it('carry none where the request was never sent', async () => {
    const world = await expired();
    const request = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(request.reason).not.toHaveProperty('reply');
  });

  it('each have their own', async () => {
    const world = await signedIn();
    const requests = [await rejectedThen(world), await rejectedThen(world)];
    await world.refresh.fail(REFUSED);
    const [one, other] = requests.map(({ reason }) => reason);
    expect(one).not.toBe(other);
  });

  it('leave the reason of a caller who leaves as it is', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const controller = new AbortController();
    const request = track(world.request({ signal: controller.signal }));
    await world.rest();
    const reason = new Error('left');
    controller.abort(reason);
    await world.rest();
    expect(request.reason).toBe(reason);
    expect(reason).not.toHaveProperty('reply');
  });
});

describe('while nobody is signed in', () => {
  const reject = { whenSignedOut: 'reject' } as const;

  it('a request goes out without tokens, or is rejected without being sent, as is asked for', async () => {
    const world = setUp();
    expect(await world.request()).toEqual<Reply>({ status: 401, token: null });
    await expect(world.request(reject)).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'signed-out',
    });
    expect(world.sends).toEqual([null]);
  });

  it('a retry of the client gets the reason for which the session ended, and nothing is sent', async () => {
    const world = await expired();
    const first = track(world.request(reject));
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(first.reason).toMatchObject({ reason: 'refresh-rejected' });
    for (let retry = 0; retry < 3; retry++) {
      await expect(world.request(reject)).rejects.toMatchObject({ reason: 'refresh-rejected' });
    }
    expect(world.sends).toEqual([]);
    await world.session.signIn(tokensNumber(2));
    expect(await world.request(reject)).toMatchObject({ status: 200 });
  });

  it('a request waits for the first read of the store before it is rejected', async () => {
    const memory = memoryStore<Tokens>();
    const first = await signedIn({ store: memory });
    const world = setUp({ store: { ...memory, read: () => Promise.resolve(memory.read()) } }, first.clock);
    expect(await world.request(reject)).toMatchObject({ status: 200 });
  });
});
