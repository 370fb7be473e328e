import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { expired, tokensNumber, track, type World } from './set-up.js';

async function answered(world: World, answer: unknown): Promise<{ reason?: unknown; value?: unknown }> {
  const request = track(world.request());
  await world.rest();
  await world.refresh.answer(answer);
  return request;
}

describe('an answer of refresh that holds no tokens', () => {
  it('is shown to classify, which may take it for a refusal', async () => {
    const seen: { name: string; message: string; answer: unknown }[] = [];
    const world = await expired({
      classify(error) {
        const broken = error as (typeof seen)[0];
        seen.push(broken);
        const { code, msg } = broken.answer as { code: number; msg: string };
        return broken.name === 'BrokenAnswer' && code === 40101 ? { kind: 'ended', note: msg } : undefined;
      },
    });
    const request = await answered(world, { code: 40101, msg: '登录已过期' });
    expect(request.reason).toMatchObject({
      code: 'session-ended',
      reason: 'refresh-rejected',
      note: '登录已过期',
    });
    expect(seen).toMatchObject([
      { name: 'BrokenAnswer', message: expect.stringContaining('accessToken, access_token or token') },
    ]);
  });

  it('is ambiguous where classify says nothing of it', async () => {
    for (const classify of [undefined, () => undefined, () => 'nonsense' as never]) {
      const world = await expired(classify ? { classify } : {});
      const request = await answered(world, { code: 500 });
      expect(request.reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
      expect(world.session.current()).toEqual(tokensNumber(1));
    }
  });

  it.each([
    ['nothing', undefined, 'no tokens'],
    ['a text', 'busy', 'no tokens'],
    ['an empty access token', { accessToken: '' }, 'no access token'],
  ])('says what came: %s', async (_, answer, got) => {
    let message = '';
    const world = await expired({ classify: (error) => void (message = (error as Error).message) });
    await answered(world, answer);
    if (answer === undefined) return;
    expect(message).toBe(`refresh: expected new tokens (accessToken, access_token or token), got ${got}.`);
  });

  it('shows no logger what it was', async () => {
    let thrown: unknown;
    const world = await expired({ classify: (error) => void (thrown = error) });
    await answered(world, { refreshToken: 'refresh-2-secret' });
    expect((thrown as { answer: unknown }).answer).toEqual({ refreshToken: 'refresh-2-secret' });
    expect(inspect(thrown, { showHidden: false })).not.toContain('secret');
    expect(JSON.stringify(thrown)).not.toContain('secret');
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'refresh-failed', error: 'BrokenAnswer' }),
    );
  });
});
