import { describe, expect, it, vi } from 'vitest';
import { webStore } from '../../src/stores/web.js';
import { KEY, nextOf, problemsOf, type Tokens } from './support.js';
import { offers, startBrowser, store, tabWithSession, useTabs } from './tabs-stage.js';

useTabs();

describe('a new tab', () => {
  it('gets the tokens from a tab that has them', async () => {
    const first = await tabWithSession();
    expect(first.session.snapshot().status).toBe('signed-out');
    await first.session.signIn({ accessToken: 'access-secret', refreshToken: 'refresh-secret' });
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({
      accessToken: 'access-secret',
      refreshToken: 'refresh-secret',
    });
    expect(second.session.snapshot()).toMatchObject({
      status: 'signed-in',
      generation: first.session.snapshot().generation,
    });
  });

  it('gets them from any that is left, after the one that signed in is gone', async () => {
    const first = await tabWithSession();
    const second = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    first.tab.die();
    const third = await tabWithSession();
    second.tab.die();
    const fourth = await tabWithSession();
    expect(third.session.current()).toEqual({ accessToken: 'a' });
    expect(fourth.session.current()).toEqual({ accessToken: 'a' });
  });

  it('is signed out where no tab is left, without waiting for one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    first.tab.die();
    const second = await tabWithSession();
    vi.useRealTimers();
    expect(second.session.snapshot()).toMatchObject({ status: 'signed-out', refreshing: false });
    expect(second.session.snapshot()).not.toHaveProperty('endedBy');
    expect(problemsOf(second.session)).toEqual([]);
  });

  it('waits a moment where nobody can tell whether one is left', async () => {
    startBrowser({ hasLocks: false });
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({ accessToken: 'a' });
    first.tab.die();
    second.tab.die();
    const third = await tabWithSession();
    expect(third.session.snapshot().status).toBe('signed-out');
  });

  it('signs in over what is left, one epoch further', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    const before = first.session.snapshot().generation;
    first.tab.die();
    const second = await tabWithSession();
    expect(second.session.snapshot().generation).toBe(before);
    await second.session.signIn({ accessToken: 'b' });
    expect(second.session.snapshot().generation).toBeGreaterThan(before);
    const third = await tabWithSession();
    expect(third.session.current()).toEqual({ accessToken: 'b' });
  });

  it('hears late of a tab that could not answer in time', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a' });
    first.tab.freeze();
    const second = await tabWithSession();
    expect(second.session.snapshot().status).toBe('signed-out');
    const signedIn = nextOf(second.session, 'signed-in');
    first.tab.thaw();
    await signedIn;
    expect(second.session.current()).toEqual({ accessToken: 'a' });
  });
});

describe('tabs that are open', () => {
  it('sign in and out together', async () => {
    const [first, second] = [await tabWithSession(), await tabWithSession()];
    const signedIn = nextOf(second.session, 'signed-in');
    await first.session.signIn({ accessToken: 'a' });
    await signedIn;
    expect(second.session.current()).toEqual({ accessToken: 'a' });
    const ended = nextOf(first.session, 'ended');
    await second.session.signOut();
    await ended;
    expect(first.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
    const third = await tabWithSession();
    expect(third.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
  });

  it('share one refresh, and one message brings its tokens', async () => {
    let refreshes = 0;
    const refresh = (): Tokens => ({ accessToken: `refreshed ${++refreshes}` });
    const dead = { accessToken: 'dead', refreshToken: 'r' };
    const first = await tabWithSession(refresh);
    await first.session.signIn(dead);
    const second = await tabWithSession(refresh);
    const before = offers().length;
    const sessions = [first.session, second.session];
    const got = await Promise.all(sessions.map((session) => session.tokens({ rejected: dead })));
    expect(got.map(({ accessToken }) => accessToken)).toEqual(['refreshed 1', 'refreshed 1']);
    expect(refreshes).toBe(1);
    expect(offers().length).toBe(before + 1);
  });

  it('give way to a sign-in in another tab', async () => {
    const [first, second] = [await tabWithSession(), await tabWithSession()];
    await first.session.signIn({ accessToken: 'a' });
    await second.session.signIn({ accessToken: 'b' });
    const third = await tabWithSession();
    expect(third.session.current()).toEqual({ accessToken: 'b' });
  });

  it('know nothing of the sessions of another key, or of a web store', async () => {
    const { tab, session } = await tabWithSession();
    await session.signIn({ accessToken: 'a' });
    expect(await tab.run(() => store('another').read())).toBeNull();
    expect(await tab.run(() => webStore<Tokens>({ key: KEY }).read())).toBeNull();
    expect(await tab.run(() => webStore<Tokens>({ key: `tabs,${KEY}` }).read())).toBeNull();
  });
});

describe('a tab that slept', () => {
  it('asks for the tokens it missed when it wakes', async () => {
    const [first, second] = [await tabWithSession(), await tabWithSession()];
    await first.session.signIn({ accessToken: 'a', refreshToken: 'r' });
    second.tab.freeze();
    await first.session.refresh();
    const adopted = nextOf(second.session, 'adopted');
    second.tab.thaw();
    await adopted;
    expect(second.session.current()).toEqual(first.session.current());
  });

  it('has what was posted to it meanwhile, though whoever posted it is gone', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a', refreshToken: 'r' });
    const second = await tabWithSession();
    first.tab.freeze();
    const renewed = await second.session.refresh();
    second.tab.die();
    const third = await tabWithSession();
    expect(third.session.snapshot().status).toBe('signed-out');
    const signedIn = nextOf(third.session, 'signed-in');
    first.tab.thaw();
    await signedIn;
    expect(third.session.current()).toEqual(renewed);
  });

  it('is signed out where all the others are gone, and what they posted is lost', async () => {
    const first = await tabWithSession();
    await first.session.signIn({ accessToken: 'a', refreshToken: 'r' });
    const second = await tabWithSession();
    first.tab.freeze('deaf');
    await second.session.refresh();
    second.tab.die();
    first.tab.thaw();
    const ended = nextOf(first.session, 'ended');
    const stale = await first.session
      .tokens({ rejected: { accessToken: 'a', refreshToken: 'r' } })
      .catch((error: unknown) => error);
    expect(stale).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
    await ended;
    const before = first.session.snapshot().generation;
    await first.session.signIn({ accessToken: 'b' });
    expect(first.session.snapshot().generation).toBeGreaterThan(before);
  });
});
