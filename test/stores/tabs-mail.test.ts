import { beforeEach, describe, expect, it, vi } from 'vitest';
import { plant } from '../support/database.js';
import { KEY, listenTo, recordOf } from './support.js';
import { browser, offers, POST, store, tabWithSession, useTabs } from './tabs-stage.js';

useTabs();

describe('what comes by post', () => {
  const write = { epoch: 1, generation: 1, id: 'a'.repeat(32) };
  const offer = { format: 1, type: 'offer', write, tokens: { accessToken: 'forged' } };
  const FOREIGN: [string, unknown][] = [
    ['null', null],
    ['a word', 'offer'],
    ['a number', 7],
    ['an array', [offer]],
    ['another format', { ...offer, format: 2 }],
    ['no format', { ...offer, format: undefined }],
    ['another type', { ...offer, type: 'sign-out' }],
    ['no write', { ...offer, write: null }],
    ['a write that is a word', { ...offer, write: 'a'.repeat(32) }],
    ['a write without epoch', { ...offer, write: { ...write, epoch: undefined } }],
    ['half a generation', { ...offer, write: { ...write, generation: 0.5 } }],
    ['an id of another shape', { ...offer, write: { ...write, id: '__proto__' } }],
    ['an offer without tokens', { ...offer, tokens: undefined }],
    ['an offer of nothing', { ...offer, tokens: null }],
    ['a question for what nobody has', { format: 1, type: 'ask', write }],
    ['a question without a write', { format: 1, type: 'ask' }],
  ];

  it('is ignored unless it has the right shape, and never throws', async () => {
    const { session } = await tabWithSession();
    await session.signIn({ accessToken: 'a' });
    const before = browser.posted.length;
    for (const [, message] of FOREIGN) browser.post(POST, message);
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({ accessToken: 'a' });
    const said = browser.posted.slice(before + FOREIGN.length).map(({ message }) => message);
    expect(said).toMatchObject([{ type: 'ask' }, { type: 'offer', tokens: { accessToken: 'a' } }]);
  });

  it.each(FOREIGN)('does not answer a read that waits: %s', async (_what, message) => {
    await plant(['tabs', KEY], { format: 1, id: write.id, record: { ...recordOf('a'), tokens: null } });
    const tab = browser.openTab();
    // Somebody holds the lock, and says nothing.
    tab.run(
      () =>
        void navigator.locks.request(`holdfast-tabs:${KEY}!1.1.${write.id}`, {}, () => new Promise(() => {})),
    );
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const one = browser.openTab().run(() => store());
    const read = Promise.resolve(one.read());
    while (!browser.posted.some(({ message: posted }) => (posted as { type?: string })?.type === 'ask')) {
      await new Promise((resolve) => void setImmediate(resolve));
    }
    browser.post(POST, message);
    await new Promise((resolve) => void setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await read).toEqual({ ...recordOf('a'), tokens: null });
    vi.useRealTimers();
  });

  it('never replaces tokens that are there, nor brings older ones back', async () => {
    const { session, tab } = await tabWithSession();
    await session.signIn({ accessToken: 'a', refreshToken: 'r' });
    const first = offers().at(-1) as { message: typeof offer };
    await session.refresh();
    const second = offers().at(-1) as { message: typeof offer };
    browser.post(POST, { ...second.message, tokens: { accessToken: 'forged' } });
    browser.post(POST, first.message);
    await session.refresh();
    browser.post(POST, first.message);
    browser.post(POST, second.message);
    const one = tab.run(() => store());
    expect(await one.read()).toMatchObject({ tokens: session.current() });
    expect(session.current()).toEqual({ accessToken: 'refreshed', refreshToken: 'r' });
  });
});

describe('the real BroadcastChannel of Node', () => {
  beforeEach(() => {
    vi.stubGlobal('navigator', {});
  });

  it('carries tokens between stores, and hints with them', async () => {
    const [here, there] = [store('real'), store('real')];
    const { next: hint } = listenTo(there);
    listenTo(here);
    await there.read();
    const heard = hint();
    const record = recordOf('a', { claim: { fence: 3, claimedAt: 1, until: 2, locked: false }, lostAt: 5 });
    expect(await here.compareAndSet(null, record)).toBe(true);
    await heard;
    expect(await there.read()).toEqual(record);
    expect(await store('real').read()).toEqual(record);
  });
});
