import { describe, expect, it } from 'vitest';
import { guardFetch } from '../../src/clients/fetch.js';
import { LIFETIME_MS, REFUSED, signedIn, type Tokens } from './set-up.js';

describe('a reply that is the caller’s own', () => {
  it('can be read, when its request was rejected while the user is asked', async () => {
    const world = await signedIn({ onExpired: () => new Promise<Tokens | null>(() => {}) });
    const status = { now: 200 };
    const fetch = guardFetch(world.session, {
      origins: ['https://api.example.com'],
      fetch: () => Promise.resolve(Response.json({ message: 'who are you?' }, { status: status.now })),
    });
    const url = 'https://api.example.com/orders';
    // A background refresh is refused, so that the user is asked while the tokens still serve.
    world.clock.jump(LIFETIME_MS - 200_000);
    await fetch(url);
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(world.typesOf('asked')).toHaveLength(1);
    // This one is told by the server that they do not.
    status.now = 401;
    const response = await fetch(url);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: 'who are you?' });
  });
});

describe('the rejected reply that an error carries', () => {
  it('can be read, as the reason the server gave stands in it', async () => {
    const world = await signedIn();
    const fetch = guardFetch(world.session, {
      origins: ['https://api.example.com'],
      fetch: () => Promise.resolve(Response.json({ message: 'signed in elsewhere' }, { status: 401 })),
    });
    const failed = fetch('https://api.example.com/orders').catch((error: unknown) => error);
    await world.rest();
    await world.refresh.fail(REFUSED);
    const error = await failed;
    expect(error).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
    expect(await (error as { reply: Response }).reply.json()).toEqual({ message: 'signed in elsewhere' });
  });
});
