import { describe, expect, it } from 'vitest';
import { signedIn, track, type Reply } from './set-up.js';
import type { Verdict } from '../../src/session/guard.js';

const nothing = null as unknown as Verdict;

describe('attack: a judge that says null', () => {
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
