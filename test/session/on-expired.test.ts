import { describe, expect, it, vi } from 'vitest';
import type { SessionOptions } from '../../src/session/options.js';
import { renewed } from '../../src/session/record.js';
import { memoryStore } from '../../src/session/store.js';
import { manualClock } from '../../src/testing/manual-clock.js';
import {
  LIFETIME_MS,
  refreshAhead,
  REFUSED,
  setUp,
  signedIn,
  times,
  tokensNumber,
  track,
  type Tokens,
  type World,
} from './set-up.js';

const subject = ({ user }: Tokens): string | undefined => user;
const alice = (n: number): Tokens => tokensNumber(n, { user: 'alice' });
const bob = (n: number): Tokens => tokensNumber(n, { user: 'bob' });

type Dialog = {
  readonly contexts: { reason: string; signal: AbortSignal }[];
  close(answer: unknown): Promise<void>;
  cry(error: Error): Promise<void>;
};

async function refused(
  more: Partial<SessionOptions<Tokens>> = {},
): Promise<{ world: World; dialog: Dialog }> {
  const contexts: Dialog['contexts'] = [];
  let settle: { resolve(answer: Tokens | null): void; reject(error: Error): void } | undefined;
  const world: World = await signedIn(
    {
      subject,
      onExpired(context) {
        contexts.push(context);
        return new Promise((resolve, reject) => (settle = { resolve, reject }));
      },
      ...more,
    },
    alice(1),
  );
  const dialog: Dialog = {
    contexts,
    close(answer) {
      settle?.resolve(answer as Tokens | null);
      return world.rest();
    },
    cry(error) {
      settle?.reject(error);
      return world.rest();
    },
  };
  return { world, dialog };
}

async function holdAndRefuse(world: World, count = 30) {
  world.clock.jump(LIFETIME_MS);
  const held = times(count, () => track(world.request()));
  await world.rest();
  await world.refresh.fail(REFUSED);
  return held;
}

describe('onExpired', () => {
  it('is asked once for thirty held requests, which go on, each exactly once', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world);
    expect(dialog.contexts).toMatchObject([{ reason: 'refresh-rejected' }]);
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-in', refreshing: true, held: 30 });
    await dialog.close(alice(2));
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-2-secret' });
    expect(world.sends).toHaveLength(30);
    expect(world.typesOf('asked', 'ended', 'refreshed', 'signed-in', 'adopted')).toEqual([
      'asked',
      'refreshed',
    ]);
    expect(dialog.contexts).toHaveLength(1);
  });

  it('rejects what was held when somebody else signs in', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world);
    await dialog.close(bob(2));
    for (const { reason } of held)
      expect(reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual([]);
    expect(world.session.current()).toEqual(bob(2));
    expect(world.typesOf('ended', 'signed-in')).toEqual(['signed-in']);
    expect(await world.request()).toMatchObject({ token: 'access-2-secret' });
  });

  it('takes tokens that do not tell whose they are for somebody else', async () => {
    const { world, dialog } = await refused({ subject: () => undefined });
    const [held] = await holdAndRefuse(world, 1);
    await dialog.close(alice(2));
    expect(held?.reason).toMatchObject({ reason: 'replaced' });
  });

  it.each([null, undefined, '', { errcode: 1 }, 7])(
    'ends the session when it resolves to %j',
    async (answer) => {
      const { world, dialog } = await refused();
      const held = await holdAndRefuse(world, 3);
      await dialog.close(answer);
      for (const { reason } of held)
        expect(reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
      expect(world.typesOf('ended')).toHaveLength(1);
      expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'refresh-rejected' });
    },
  );

  it('is told of by a warning when it resolves to something without tokens', async () => {
    const { world, dialog } = await refused();
    const told: unknown[] = [];
    world.session.on('warning', (event) => told.push(event));
    await holdAndRefuse(world, 1);
    await dialog.close({ data: alice(2) });
    expect(told).toMatchObject([{ option: 'onExpired', problem: 'it resolved to no access token' }]);
  });

  it('may sign in by itself and resolve to nothing', async () => {
    const { world } = await refused({
      onExpired: async () => {
        await world.session.signIn(alice(2));
      },
    });
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(held?.value).toMatchObject({ token: 'access-2-secret' });
  });

  it('ends the session when it throws, at once or later', async () => {
    const { world, dialog } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    await dialog.cry(new RangeError('broken'));
    expect(held?.reason).toMatchObject({ code: 'session-ended' });
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'listener-failed', problem: 'RangeError' }),
    );

    const other = await refused({
      onExpired() {
        throw new Error('broken');
      },
    });
    const [another] = await holdAndRefuse(other.world, 1);
    await other.world.rest();
    expect(another?.reason).toMatchObject({ code: 'session-ended' });
  });

  it('is told when somebody signs out meanwhile, and its answer is dropped', async () => {
    const { world, dialog } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    await world.session.signOut();
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
    await dialog.close(alice(2));
    expect(held?.reason).toMatchObject({ reason: 'signed-out' });
    expect(world.session.current()).toBeNull();
    expect(world.typesOf('ended')).toHaveLength(1);
  });

  it('is told when somebody signs in meanwhile: that was the answer', async () => {
    const { world, dialog } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    await world.session.signIn(bob(5));
    await dialog.close(alice(2));
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
    expect(world.session.current()).toEqual(bob(5));
    expect(held?.reason).toMatchObject({ reason: 'replaced' });
  });

  it('serves those who wait when another session of the store gets new tokens first', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    let isAsking = false;
    const world = await signedIn(
      { store, onExpired: () => ((isAsking = true), new Promise(() => {})) },
      alice(1),
      clock,
    );
    const [held] = await holdAndRefuse(world, 1);
    expect(isAsking).toBe(true);
    const other = setUp({ store }, clock);
    const forced = other.session.refresh();
    await other.rest();
    await other.refresh.answer(alice(3));
    expect(await forced).toEqual(alice(3));
    await world.rest();
    expect(held?.value).toEqual({ status: 200, token: 'access-3-secret' });
    expect(world.session.snapshot()).toMatchObject({ refreshing: false, status: 'signed-in' });
  });

  it('adopts what stands there when another session signed out while its answer was written', async () => {
    const [memory, clock] = [memoryStore<Tokens>(), manualClock()];
    const { read, compareAndSet } = memory;
    const world = await signedIn(
      { store: { read, compareAndSet }, subject, onExpired: () => alice(2) },
      alice(1),
      clock,
    );
    const other = setUp({ store: memory }, clock);
    const signOut = vi.fn<() => Promise<void>>(() => other.session.signOut());
    world.session.on('asked', () => void signOut());
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(signOut).toHaveBeenCalledOnce();
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(world.session.current()).toBeNull();
  });

  it('adopts what another session made of the same sign-in while its answer was written', async () => {
    const memory = memoryStore<Tokens>();
    const clock = manualClock();
    const { read, compareAndSet } = memory;
    let before = (): unknown => undefined;
    const store = {
      read,
      compareAndSet: async (...records: Parameters<typeof compareAndSet>) => {
        await before();
        return compareAndSet(...records);
      },
    };
    const world = await signedIn({ store, subject, onExpired: () => alice(2) }, alice(1), clock);
    world.session.on('asked', () => {
      before = async () => {
        before = () => undefined;
        const standing = await read();
        if (standing) await compareAndSet(standing, renewed(standing, alice(7), clock.now()));
      };
    });
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(held?.value).toMatchObject({ status: 200, token: 'access-7-secret' });
    expect(world.typesOf('adopted', 'refreshed')).toEqual(['adopted']);
  });

  it('drops its answer when somebody signs out while that is written', async () => {
    const memory = memoryStore<Tokens>();
    const { read, compareAndSet } = memory;
    let before = (): unknown => undefined;
    const store = {
      read,
      compareAndSet: (...records: Parameters<typeof compareAndSet>) => {
        before();
        return compareAndSet(...records);
      },
    };
    const world = await signedIn({ store, subject, onExpired: () => alice(2) }, alice(1));
    world.session.on('asked', () => {
      before = () => {
        before = () => undefined;
        void world.session.signOut();
      };
    });
    const [held] = await holdAndRefuse(world, 1);
    await world.rest();
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    expect(await read()).toMatchObject({ tokens: null });
    expect(world.typesOf('refreshed', 'ended')).toEqual(['ended']);
  });

  it('may use the guarded client', async () => {
    let reply: unknown;
    const { world } = await refused({
      onExpired: async ({ signal }) => {
        reply = await world.session.guard((tokens) => ({ status: 401, tokens }), { signal });
        return null;
      },
    });
    await holdAndRefuse(world, 1);
    await world.rest();
    expect(reply).toEqual({ status: 401, tokens: null });
  });
});

describe('signing in while the user is asked', () => {
  it('is the answer: requests of the same person go on, each exactly once', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world, 3);
    await world.session.signIn(alice(5));
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-5-secret' });
    await dialog.close(alice(2));
    expect(world.session.current()).toEqual(alice(5));
    expect(world.sends).toHaveLength(3);
    expect(world.typesOf('signed-in', 'ended', 'refreshed')).toEqual(['signed-in']);
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
  });

  it.each(['at once', 'later'])('may be what onExpired itself does, %s', async (when) => {
    const { world } = await refused({
      onExpired: async () => {
        if (when === 'later') await Promise.resolve();
        await world.session.signIn(alice(5));
        return null;
      },
    });
    const held = await holdAndRefuse(world, 2);
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-5-secret' });
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-in', refreshing: false, held: 0 });
  });

  it('lets a late rejection of the tokens before go on too', async () => {
    const { world } = await refused();
    world.dead.add('access-1-secret');
    const slow = world.slowRequest();
    await holdAndRefuse(world, 1);
    await world.session.signIn(alice(5));
    slow.answer();
    await world.rest();
    slow.answer();
    expect(await slow.reply).toEqual({ status: 200, token: 'access-5-secret' });
  });

  it('in another tab of the same store is the answer as well', async () => {
    const [store, clock] = [memoryStore<Tokens>(), manualClock()];
    const world = await signedIn({ store, subject, onExpired: () => new Promise(() => {}) }, alice(1), clock);
    const held = await holdAndRefuse(world, 2);
    const other = setUp({ store, subject }, clock);
    await other.session.signIn(alice(5));
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-5-secret' });
  });

  it('answers the questions that several sign-ins left open, one after the other', async () => {
    const { world } = await refused();
    const held = await holdAndRefuse(world, 1);
    // The new tokens are refused at once, before anybody was sent with them.
    world.session.on('signed-in', () => world.clock.jump(LIFETIME_MS));
    await world.session.signIn(alice(5));
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(held[0]?.status).toBe('pending');
    await world.session.signIn(alice(8));
    await world.rest();
    await world.refresh.answer(alice(9));
    expect(held[0]?.value).toEqual({ status: 200, token: 'access-9-secret' });
  });

  it('as somebody else, or as who is not known, rejects what was held', async () => {
    for (const [tokens, own] of [
      [bob(5), {}],
      [alice(5), { subject: () => undefined }],
    ] as const) {
      const { world } = await refused(own);
      const [held] = await holdAndRefuse(world, 1);
      await world.session.signIn(tokens);
      await world.rest();
      expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
      expect(world.sends).toEqual([]);
    }
  });

  it('after a sign-out is no answer any more', async () => {
    const { world } = await refused();
    const [held] = await holdAndRefuse(world, 1);
    void world.session.signOut();
    await world.session.signIn(alice(5));
    await world.rest();
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
    expect(world.sends).toEqual([]);
  });

  it('when nobody is asked replaces the sign-in before, also for the same person', async () => {
    const { world } = await refused();
    world.clock.jump(LIFETIME_MS);
    const held = track(world.request());
    await world.rest();
    await world.session.signIn(alice(5));
    await world.rest();
    expect(held.reason).toMatchObject({ code: 'session-ended', reason: 'replaced' });
  });
});

describe('while the user is asked', () => {
  type Login = (world: World) => Promise<unknown>;
  const logins: Record<string, Login> = {
    'a request': (world) => world.request(),
    'a request that is rejected first and asked again': async (world) => {
      await world.request();
      await world.request();
    },
    'session.tokens()': (world) => world.session.tokens().catch(() => {}),
    'session.refresh()': (world) => world.session.refresh().catch(() => {}),
    'session.tokens({ rejected })': (world) => world.session.tokens({ rejected: alice(1) }).catch(() => {}),
  };

  it.each(Object.entries(logins))('%s made after an await waits for nobody', async (_, logIn) => {
    const { world } = await refused({
      onExpired: async () => {
        await Promise.resolve();
        await logIn(world);
        return alice(2);
      },
    });
    const held = await holdAndRefuse(world, 2);
    await world.rest();
    for (const { value } of held) expect(value).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('a request that begins goes out without tokens, and its reply is its own', async () => {
    const { world, dialog } = await refused();
    const held = await holdAndRefuse(world, 1);
    expect(await world.request()).toEqual({ status: 401, token: null });
    expect(held[0]?.status).toBe('pending');
    await dialog.close(alice(2));
    expect(await world.request()).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('a request that is to be rejected while signed out says how the session stands', async () => {
    const { world } = await refused();
    await holdAndRefuse(world, 1);
    await expect(world.request({ whenSignedOut: 'reject' })).rejects.toMatchObject({
      code: 'session-ended',
      reason: 'refresh-rejected',
    });
    await expect(world.session.tokens()).rejects.toMatchObject({ reason: 'refresh-rejected' });
    expect(world.sends).toEqual([]);
  });

  it('tokens that still serve go on serving, and a rejection of them waits for nobody either', async () => {
    const { world, dialog } = await refused();
    await refreshAhead(world);
    await world.refresh.fail(REFUSED);
    expect(dialog.contexts).toHaveLength(1);
    expect(await world.request()).toEqual({ status: 200, token: 'access-1-secret' });
    expect(await world.session.tokens()).toEqual(alice(1));
    world.dead.add('access-1-secret');
    expect(await world.request()).toEqual({ status: 401, token: 'access-1-secret' });
    await expect(
      world.session.guard(() => {
        throw Object.assign(new Error('refused'), { status: 401 });
      }),
    ).rejects.toThrow('refused');
    await dialog.close(alice(2));
    expect(await world.request()).toEqual({ status: 200, token: 'access-2-secret' });
  });

  it('a request under way is told what the dialog said, when that was another person', async () => {
    const { world, dialog } = await refused();
    await holdAndRefuse(world, 1);
    const slow = world.slowRequest();
    await dialog.close(bob(2));
    slow.answer();
    expect(await slow.reply).toEqual({ status: 401, token: null });
  });

  it('nobody waits for ever: a question without an answer ends the session', async () => {
    const { world, dialog } = await refused({ askTimeoutMs: 60_000 });
    const [held] = await holdAndRefuse(world, 1);
    await world.clock.advance(59_999);
    expect(held?.status).toBe('pending');
    await world.clock.advance(1);
    expect(held?.reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
    expect(dialog.contexts[0]?.signal.aborted).toBe(true);
    await dialog.close(alice(2));
    expect(world.session.current()).toBeNull();
    expect(world.clock.timers).toBe(0);
  });
});
