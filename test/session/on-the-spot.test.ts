import { describe, expect, it } from 'vitest';
import type { EndReason } from '../../src/errors.js';
import type { Session } from '../../src/session/session.js';
import { expired, REFUSED, signedIn, tokensNumber, track, type Tokens, type World } from './set-up.js';

/** What the user's own functions do while the session calls them, on the spot. */
describe('a function of the options that signs out', () => {
  it('has the last word, when it is asked when new tokens expire', async () => {
    let leave = (): void => {};
    const world = await signedIn({
      expiresAt(tokens) {
        if (tokens.accessToken === tokensNumber(7).accessToken) leave();
        return undefined;
      },
    });
    leave = () => {
      leave = () => {};
      void world.session.signOut();
    };
    await world.session.signIn(tokensNumber(7));
    await world.rest();
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
    expect(world.typesOf('signed-in', 'ended')).toEqual(['ended']);
  });

  it('has the last word, when it is asked whose the refused tokens are', async () => {
    let leave = (): void => {};
    const asked: EndReason[] = [];
    const world = await expired({
      subject(tokens) {
        leave();
        return tokens.user ?? 'ada';
      },
      onExpired({ reason }) {
        asked.push(reason);
        return new Promise<null>(() => {});
      },
    });
    const reply = track(world.request());
    await world.rest();
    leave = () => {
      leave = () => {};
      void world.session.signOut();
    };
    await world.refresh.fail(REFUSED);
    expect(reply).toMatchObject({
      status: 'rejected',
      reason: { code: 'session-ended', reason: 'signed-out' },
    });
    expect(asked).toEqual([]);
    expect(world.typesOf('asked', 'ended')).toEqual(['ended']);
  });

  it.each(['ada', 'bob'])('has the last word, when it is asked whose the new tokens are: %s', async (who) => {
    let leave = (): void => {};
    let answer = (_tokens: Tokens): void => {};
    const world = await expired({
      subject(tokens) {
        if (tokens.accessToken !== tokensNumber(9).accessToken) return 'ada';
        leave();
        return who;
      },
      onExpired: () => new Promise<Tokens>((resolve) => (answer = resolve)),
    });
    leave = () => void world.session.signOut();
    const reply = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    answer(tokensNumber(9));
    await world.rest();
    expect(reply).toMatchObject({
      status: 'rejected',
      reason: { code: 'session-ended', reason: 'signed-out' },
    });
    expect(world.session.current()).toBeNull();
    expect(world.typesOf('ended', 'signed-in', 'refreshed')).toEqual(['ended']);
  });

  it('keeps a request from going out again, when it lets go of the first reply', async () => {
    const world = await signedIn();
    world.dead.add(tokensNumber(1).accessToken);
    const reply = track(world.request({ release: () => void world.session.signOut() }));
    await world.rest();
    await world.refresh.answer();
    expect(reply).toMatchObject({
      status: 'rejected',
      reason: { code: 'session-ended', reason: 'signed-out' },
    });
    expect(world.sends).toEqual([tokensNumber(1).accessToken]);
  });

  it('keeps a refresh from beginning, when it names the endpoint that rejected', async () => {
    const world = await signedIn();
    world.dead.add(tokensNumber(1).accessToken);
    const endpoint = (): string => {
      void world.session.signOut();
      return 'GET /';
    };
    const replies = [{}, { replay: false }].map((options) => track(world.request({ ...options, endpoint })));
    await world.rest();
    expect(replies[0]).toMatchObject({ reason: { code: 'session-ended', reason: 'signed-out' } });
    expect(world.refreshes).toHaveLength(0);
    expect(world.session.snapshot()).toMatchObject({ status: 'signed-out', refreshing: false, held: 0 });
  });
});

describe('a listener that signs in', () => {
  function signInOnce({ session }: World, type: Parameters<Session<Tokens>['on']>[0], tokens: Tokens): void {
    const undo = session.on(type, () => {
      undo();
      void session.signIn(tokens);
    });
  }

  it('is the answer, when it is told that the user answered with what are no tokens', async () => {
    const world = await expired({ onExpired: () => ({ error: 'no' }) as unknown as Tokens });
    signInOnce(world, 'warning', tokensNumber(9));
    const reply = track(world.request());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(reply).toMatchObject({ reason: { code: 'session-ended', reason: 'replaced' } });
    expect(world.session.current()).toMatchObject(tokensNumber(9));
    expect(world.typesOf('ended', 'signed-in')).toEqual(['signed-in']);
  });
});

it('a refresh is not begun where somebody signs out in the same breath', async () => {
  const world = await signedIn();
  const refreshed = track(world.session.refresh());
  expect(world.session.snapshot().refreshing).toBe(true);
  await world.session.signOut();
  await world.rest();
  expect(refreshed.reason).toMatchObject({ code: 'session-ended', reason: 'signed-out' });
  expect(world.typesOf('refresh-started', 'ended')).toEqual(['ended']);
});

describe('new tokens that a reply brings', () => {
  it('make the refresh needless that a rejection asked for just before', async () => {
    const world = await signedIn();
    const brings = world.slowRequest({ renewedBy: () => 'access-5-secret' });
    world.dead.add(tokensNumber(1).accessToken);
    const rejected = world.slowRequest();
    await world.rest();
    rejected.answer();
    brings.answer();
    await brings.reply;
    await world.rest();
    rejected.answer();
    expect(await rejected.reply).toMatchObject({ token: 'access-5-secret' });
    expect(world.refreshes).toHaveLength(0);
  });

  it('are in use at once, while a refresh that failed is to be tried again', async () => {
    const world = await signedIn();
    const slow = world.slowRequest({ renewedBy: () => 'access-5-secret' });
    await world.rest();
    world.dead.add(tokensNumber(1).accessToken);
    const held = track(world.request());
    await world.rest();
    await world.refresh.fail({ status: 503 });
    expect(world.session.snapshot()).toMatchObject({ refreshing: true, held: 1 });
    slow.answer();
    await slow.reply;
    expect(world.session.current()).toMatchObject({ accessToken: 'access-5-secret' });
    await world.rest();
    expect(held.value).toMatchObject({ token: 'access-5-secret' });
    await world.clock.advance(10_000);
    expect(world.refreshes).toHaveLength(1);
  });
});
