import { describe, expect, it } from 'vitest';
import { signedIn, track, type Reply } from './set-up.js';
import type { Verdict } from '../../src/session/request/guard-options.js';

const nothing = null as unknown as Verdict;

describe('a judge that says null', () => {
  it('passes the reply, as one that says undefined does', async () => {
    const world = await signedIn();
    expect(await world.request({ judge: () => undefined as unknown as Verdict })).toMatchObject({
      status: 200,
    });
    const reply = track(world.request({ judge: () => nothing }));
    await world.rest();
    expect(reply.reason).toBeUndefined();
    expect(reply.value).toMatchObject({ status: 200 });
  });

  it('about an error leaves the caller that error', async () => {
    const world = await signedIn();
    const own = new Error('not found');
    const send = (): Reply => {
      throw own;
    };
    await expect(world.session.guard(send, { judgeThrown: () => nothing })).rejects.toBe(own);
  });
});

describe('a caller who leaves while a thrown reply is judged', () => {
  it('gets its own reason, as with a reply that was not thrown', async () => {
    for (const throws of [false, true]) {
      const world = await signedIn();
      const controller = new AbortController();
      const reason = new Error('the caller left');
      const reply = track(
        world.session.guard<Reply>(
          (tokens) => {
            const refused: Reply = { status: 401, token: tokens?.accessToken ?? null };
            if (throws) throw Object.assign(new Error('refused'), refused);
            return refused;
          },
          {
            signal: controller.signal,
            // It reads the body, which the abort interrupts.
            judge: () =>
              new Promise<Verdict>((_, reject) => {
                controller.signal.addEventListener('abort', () => reject(reason));
              }),
          },
        ),
      );
      await world.rest();
      controller.abort(reason);
      await world.rest();
      expect(reply.reason).toBe(reason);
    }
  });
});

describe('a thrown error that cannot be read', () => {
  it('is what the caller gets', async () => {
    const world = await signedIn();
    const own = Object.defineProperty(new Error('broken'), 'response', {
      get() {
        throw new RangeError('not now');
      },
    });
    await expect(world.session.guard(() => Promise.reject(own))).rejects.toBe(own);
  });
});
