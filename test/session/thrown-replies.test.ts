import { describe, expect, it } from 'vitest';
import { isHoldfastError, sessionEnded } from '../../src/errors.js';
import type { GuardOptions } from '../../src/session/request/guard-options.js';
import { REFUSED, signedIn, track, type World } from './set-up.js';

const failWith = (fields: object): Error => Object.assign(new Error('HTTP error'), fields);
const serves = (world: World, token: string): boolean => !world.dead.has(token);

/** A client that throws what it does not like, as got and ky do. */
function throwing(world: World, error: unknown, options?: GuardOptions<string>): Promise<string> {
  return world.session.guard((tokens) => {
    const token = tokens?.accessToken ?? '';
    world.sends.push(token);
    if (!serves(world, token)) throw error;
    return token;
  }, options);
}

describe('a rejection that is thrown', () => {
  it.each([
    ['an error with a status', { status: 401 }],
    ['an error with a statusCode', { statusCode: 401 }],
    ['an error with a response', { response: { status: 401 } }],
    ['an error with a response of got', { response: { statusCode: 401 } }],
  ])('by %s is refreshed and sent again', async (_, fields) => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = throwing(world, failWith(fields));
    await world.rest();
    await world.refresh.answer();
    expect(await request).toBe('access-2-secret');
    expect(world.sends).toEqual(['access-1-secret', 'access-2-secret']);
  });

  it('the second time is the caller’s, as it was thrown', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret').add('access-2-secret');
    const error = failWith({ status: 401 });
    const request = track(throwing(world, error));
    await world.rest();
    await world.refresh.answer();
    expect(request.reason).toBe(error);
    expect(world.refreshes).toHaveLength(1);
  });

  it('without a status is judged by whom it is given to', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const error = new TypeError('Failed to fetch');
    await expect(throwing(world, error)).rejects.toBe(error);
    expect(world.refreshes).toHaveLength(0);
    const request = throwing(world, error, {
      judgeThrown: async (thrown) => (thrown instanceof TypeError ? 'refresh' : 'pass'),
    });
    await world.rest();
    await world.refresh.answer();
    expect(await request).toBe('access-2-secret');
  });

  it('is the caller’s where the judge cannot make anything of it', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const error = failWith({ status: 401 });
    const judge = (reply: string): never => {
      throw new Error(`no such text: ${reply}`);
    };
    await expect(throwing(world, error, { judge })).rejects.toBe(error);
  });

  it.each([undefined, null, 'a text', 7])('is the caller’s where it is no object: %j', async (thrown) => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = track(throwing(world, thrown));
    await world.rest();
    expect(request).toEqual({ status: 'rejected', reason: thrown });
  });

  it('ends the session where the judge says so, and brings the reply it carried', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = track(
      throwing(world, failWith({ response: { status: 440 } }), { judgeThrown: () => 'sign-out' }),
    );
    await world.rest();
    expect(request.reason).toMatchObject({ code: 'session-ended', reason: 'server', reply: { status: 440 } });
    expect(world.session.current()).toBeNull();
  });

  it('that cannot be sent again says so, and brings the reply it carried', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = track(throwing(world, failWith({ response: { status: 401 } }), { replay: false }));
    await world.rest();
    expect(request.reason).toMatchObject({ code: 'not-replayable', reply: { status: 401 } });
    expect(world.refreshes).toHaveLength(1);
  });

  it('comes with the error where the refresh is refused', async () => {
    const world = await signedIn();
    world.dead.add('access-1-secret');
    const request = track(throwing(world, failWith({ response: { status: 401 } })));
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(request.reason).toMatchObject({ code: 'session-ended', reply: { status: 401 } });
  });
});

describe('what is thrown and says nothing of the tokens', () => {
  it('is not judged where the caller has left', async () => {
    const world = await signedIn();
    const controller = new AbortController();
    const judged: unknown[] = [];
    const request = world.session.guard(
      async () => {
        controller.abort(new Error('left'));
        throw failWith({ status: 401 });
      },
      { signal: controller.signal, judgeThrown: (error) => (judged.push(error), 'refresh') },
    );
    await expect(request).rejects.toThrow('HTTP error');
    expect(judged).toEqual([]);
  });

  it('is not judged where it is an error of Holdfast: it was guarded already', async () => {
    const world = await signedIn();
    const inner = sessionEnded('server', { reply: { status: 401 } });
    const request = world.session.guard(() => {
      throw inner;
    });
    await expect(request).rejects.toBe(inner);
    expect(isHoldfastError(inner, 'session-ended')).toBe(true);
    expect(world.refreshes).toHaveLength(0);
  });

  it('proves nothing of the tokens either', async () => {
    const world = await signedIn({ fruitlessRefreshes: { limit: 1 } });
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.answer();
    await forced;
    await expect(
      world.session.guard(() => {
        throw new TypeError('Failed to fetch');
      }),
    ).rejects.toThrow('Failed to fetch');
    await expect(world.session.refresh()).rejects.toMatchObject({ kind: 'too-many' });
  });
});
