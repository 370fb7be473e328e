import { describe, expect, it } from 'vitest';
import { plainTokens, storedTokens } from '../../src/session/tokens/plain-tokens.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { expired, REFUSED, setUp, signedIn, tokensNumber, track, type Tokens } from './set-up.js';

const copy = (tokens: unknown): unknown => plainTokens(tokens, 'signIn(tokens)');

class Credential {
  readonly #hidden = 'hidden-secret';
  readonly accessToken: string;

  constructor(accessToken: string) {
    this.accessToken = accessToken;
  }

  header(): string {
    return this.accessToken + this.#hidden;
  }
}

class Sealed {
  readonly #accessToken = 'access-1-secret';
  header(): string {
    return this.#accessToken;
  }
}

function within(deep: unknown, levels: number): unknown {
  return levels === 0 ? deep : { inner: within(deep, levels - 1) };
}

describe('plain data', () => {
  const person = { id: 7, roles: [{ name: 'admin' }], manager: null };
  const nested = { accessToken: 'a', scopes: ['read', ['write']], user: person };

  it.each(['a string', '', 7, NaN, true, null, undefined, {}, [], nested])(
    'is copied as it is: %j',
    (tokens) => {
      expect(copy(tokens)).toEqual(tokens);
    },
  );

  it('is nobody else’s, however deep, and frozen', () => {
    const tokens = { user: { roles: ['reader'] } };
    const copied = copy(tokens) as typeof tokens;
    tokens.user.roles.push('admin');
    expect(copied).toEqual({ user: { roles: ['reader'] } });
    for (const part of [copied, copied.user, copied.user.roles]) expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(tokens)).toBe(false);
  });

  it('is what a Proxy shows', () => {
    const proxy = new Proxy({ accessToken: 'a', user: new Proxy({ id: 7 }, {}) }, {});
    expect(structuredClone(copy(proxy))).toEqual({ accessToken: 'a', user: { id: 7 } });
    expect(copy(new Proxy(['read'], {}))).toEqual(['read']);
  });

  it('is what a getter says at that moment', () => {
    let token = 'a';
    const copied = copy({
      get accessToken() {
        return token;
      },
    });
    token = 'b';
    expect(copied).toEqual({ accessToken: 'a' });
  });

  it('is what a class instance has in fields of its own', () => {
    const copied = copy({ credential: new Credential('a') });
    expect(copied).toStrictEqual({ credential: { accessToken: 'a' } });
  });

  /** An object with an access token of its own, and with what it inherits. */
  const heir = (parent: object | null): object =>
    Object.assign(Object.create(parent) as object, { accessToken: 'a' });
  const withSymbol = { accessToken: 'a', [Symbol('s')]: () => {} };

  it.each([
    ['without a prototype', heir(null)],
    ['that is frozen', Object.freeze({ accessToken: 'a' })],
    ['with symbols and hidden fields', Object.defineProperty(withSymbol, 'claims', { value: () => {} })],
    ['with undefined fields', { accessToken: 'a', refreshToken: undefined }],
    ['with a toJSON that is not its own', heir({ toJSON: () => 'b' })],
  ])('is what an object has %s', (_, tokens) => {
    expect(copy(tokens)).toStrictEqual({ accessToken: 'a' });
  });

  it('has no holes in its arrays', () => {
    // eslint-disable-next-line no-sparse-arrays
    expect(copy([1, , undefined])).toStrictEqual([1, null, null]);
  });

  it('leaves out an own __proto__, which a careless copy would obey', () => {
    const tokens: unknown = JSON.parse('{ "accessToken": "a", "__proto__": { "refreshToken": "forged" } }');
    const copied = copy(tokens) as object;
    expect(Object.keys(copied)).toEqual(['accessToken']);
    expect(Object.getPrototypeOf(copied)).toBe(Object.prototype);
  });

  it('may be shared between two fields', () => {
    const user = { id: 7 };
    expect(copy({ user, owner: user })).toEqual({ user: { id: 7 }, owner: { id: 7 } });
  });
});

describe('what is no plain data', () => {
  const cycle: { user: { tokens?: unknown } } = { user: {} };
  cycle.user.tokens = cycle;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = {
    get refreshToken() {
      throw new Error('cannot read hidden-secret');
    },
  };

  it.each([
    ['a function', { user: { load: () => {} } }, 'user.load', 'kind Function'],
    ['a function as the tokens', () => {}, '', 'kind Function'],
    ['an async function', { user: { load: async () => {} } }, 'user.load', 'kind AsyncFunction'],
    ['a class', { Credential }, 'Credential', 'kind Function'],
    ['a symbol', { scopes: [Symbol('s')] }, 'scopes.0', 'kind Symbol'],
    ['a bigint', { id: 7n }, 'id', 'kind BigInt'],
    ['a Date', { expiresAt: new Date(0) }, 'expiresAt', 'kind Date'],
    ['a Map', { claims: new Map([['sub', 'ada']]) }, 'claims', 'kind Map'],
    ['bytes', { key: Uint8Array.of(1) }, 'key', 'kind Uint8Array'],
    ['a promise', Promise.resolve({ accessToken: 'a' }), '', 'kind Promise'],
    ['a Response', new Response('{}'), '', 'kind Response'],
    ['an event', new Event('click'), '', 'kind Event'],
    ['text in a box', new String('hidden-secret'), '', 'kind String'],
    ['a class that hides its data', { credential: new Sealed() }, 'credential', 'kind Object'],
    ['a Date in a Proxy', { at: new Proxy(new Date(0), {}) }, 'at', 'kind Object'],
    ['a cycle', cycle, `user${'.tokens.user'.repeat(24)}.tokens`, 'kind Object'],
    ['a depth without end', within({}, 1000), `inner${'.inner'.repeat(49)}`, 'kind Object'],
    ['a getter that throws', { inner: throwing }, 'inner.refreshToken', 'cannot be read'],
    ['a Proxy that was revoked', { inner: revoked.proxy }, 'inner', 'cannot be read'],
  ])('is told by its key alone: %s', (_, tokens, key, got) => {
    let error: unknown;
    try {
      copy(tokens);
    } catch (thrown) {
      error = thrown;
    }
    const option = key === '' ? 'signIn(tokens)' : `signIn(tokens).${key}`;
    expect(error).toMatchObject({ code: 'invalid-option', option });
    expect((error as Error).message).toContain(`${option}: expected plain data, as in JSON, got `);
    expect((error as Error).message).toContain(got);
    expect(String((error as Error).message)).not.toContain('hidden-secret');
  });

  it('stays as a store made it', () => {
    const revived = { credential: new Sealed() };
    expect(storedTokens(revived)).toBe(revived);
  });
});

describe('signing in', () => {
  it('sends what was handed in, whatever becomes of that object', async () => {
    const world = setUp();
    const tokens = tokensNumber(1);
    const signing = world.session.signIn(tokens);
    tokens.accessToken = 'access-9-secret';
    await signing;
    tokens.accessToken = 'access-9-secret';
    await world.request();
    expect(world.sends).toEqual(['access-1-secret']);
  });

  it('is refused with what is no plain data, naming the key, and leaves who is signed in', async () => {
    const world = await signedIn();
    const tokens = { ...tokensNumber(2), user: { load: () => {} } };
    await expect(world.session.signIn(tokens as never)).rejects.toMatchObject({
      code: 'invalid-option',
      option: 'signIn(tokens).user.load',
    });
    expect(await world.request()).toMatchObject({ token: 'access-1-secret' });
  });

  it('hands out what nobody can change', async () => {
    const world = await signedIn();
    const shown = world.session.current();
    const handed = await world.session.tokens();
    for (const tokens of [shown, handed]) {
      expect(Reflect.set(tokens as Tokens, 'accessToken', 'access-9-secret')).toBe(false);
    }
    expect(handed).toBe(shown);
    await world.request();
    expect(world.sends).toEqual(['access-1-secret']);
  });

  it('hands out nothing that can be changed, whoever brought it', async () => {
    const world = await signedIn({}, { ...tokensNumber(1), user: 'ada' });
    const { session } = world;
    const change = (): void => void Object.assign(session.current() ?? {}, { user: 'eve' });
    const forced = session.refresh();
    await world.rest();
    await world.refresh.answer({ accessToken: 'access-2-secret', roles: ['a'] });
    await forced;
    expect(session.current()).toMatchObject({ user: 'ada', roles: ['a'] });
    expect(change).toThrow(TypeError);
    await world.request({ renewedBy: () => 'access-3-secret' });
    expect(session.current()).toMatchObject({ accessToken: 'access-3-secret' });
    expect(change).toThrow(TypeError);
  });

  it('hands out nothing that a store still holds', async () => {
    const memory = memoryStore<Tokens>();
    let handed: Tokens | null | undefined;
    const store: TokenStore<Tokens> = {
      ...memory,
      read() {
        const record = memory.read() as Awaited<ReturnType<typeof memory.read>>;
        handed = record?.tokens;
        return record;
      },
    };
    await setUp({ store: memory }).session.signIn(tokensNumber(1));
    const { session } = setUp({ store });
    await session.ready;
    expect(session.current()).toEqual(tokensNumber(1));
    expect(Object.isFrozen(session.current())).toBe(true);
    expect(Object.isFrozen(handed)).toBe(false);
  });
});

describe('a refresh', () => {
  it('may change its argument in place and give it back', async () => {
    const world = await expired({
      refresh: (tokens) => Object.assign(tokens, { accessToken: 'access-2-secret', expiresIn: 3600 }),
    });
    expect(await world.request()).toMatchObject({ status: 200, token: 'access-2-secret' });
    expect(world.session.current()).toEqual({ ...tokensNumber(1), accessToken: 'access-2-secret' });
  });

  it('may change its argument in place when the server rejected the tokens', async () => {
    const world = await signedIn({
      refresh: (tokens) => Object.assign(tokens, tokensNumber(2)),
    });
    world.dead.add('access-1-secret');
    expect(await world.request()).toMatchObject({ status: 200, token: 'access-2-secret' });
  });

  it('that changes its argument and fails leaves the tokens as they were', async () => {
    let calls = 0;
    const seen: string[] = [];
    const world = await signedIn({
      refresh(tokens) {
        seen.push(tokens.refreshToken);
        tokens.refreshToken = '';
        calls++;
        if (calls === 1) throw Object.assign(new Error('busy'), { status: 503 });
        return tokensNumber(2);
      },
    });
    const forced = track(world.session.refresh());
    await world.clock.advance(10_000);
    expect(forced.value).toEqual(tokensNumber(2));
    expect(seen).toEqual(['refresh-1-secret', 'refresh-1-secret']);
  });

  it('that answers what is no plain data brought nothing, and the event names the key', async () => {
    const world = await signedIn();
    const forced = track(world.session.refresh());
    await world.rest();
    await world.refresh.answer({ ...tokensNumber(2), user: { load: () => {} } });
    expect(forced.reason).toMatchObject({ code: 'refresh-failed', kind: 'ambiguous' });
    expect(world.session.history().at(-1)).toMatchObject({
      type: 'refresh-failed',
      kind: 'ambiguous',
      error: 'BrokenAnswer (refresh().user.load)',
    });
    expect(world.session.current()).toEqual(tokensNumber(1));
    const again = track(world.session.refresh());
    await world.rest();
    await world.refresh.answer();
    expect(again.value).toEqual(tokensNumber(2));
  });

  it('whose answer is changed afterwards changes nothing', async () => {
    const world = await signedIn();
    const forced = world.session.refresh();
    await world.rest();
    const answer = tokensNumber(2);
    await world.refresh.answer(answer);
    answer.accessToken = 'access-9-secret';
    expect(await forced).toEqual(tokensNumber(2));
  });

  it('keeps the refresh token where its answer has an own __proto__', async () => {
    const world = await signedIn();
    for (const n of [2, 3]) {
      const forced = world.session.refresh();
      await world.rest();
      await world.refresh.answer(
        JSON.parse(`{ "accessToken": "access-${n}-secret", "__proto__": { "a": 1 } }`),
      );
      await forced;
      expect(world.session.current()).toStrictEqual({
        accessToken: `access-${n}-secret`,
        refreshToken: 'refresh-1-secret',
      });
    }
  });
});

describe('other doors', () => {
  it('ends the session, and says why, where the answer of onExpired is no plain data', async () => {
    const world = await signedIn({ onExpired: () => ({ ...tokensNumber(2), user: (() => {}) as never }) });
    const forced = track(world.session.refresh());
    await world.rest();
    await world.refresh.fail(REFUSED);
    expect(forced.reason).toMatchObject({ code: 'session-ended', reason: 'refresh-rejected' });
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'listener-failed',
        problem: 'onExpired().user: expected plain data, as in JSON, got something of the kind Function.',
      }),
    );
  });

  it('copies the answer of onExpired', async () => {
    const answer = tokensNumber(2);
    const world = await signedIn({ onExpired: () => answer, subject: () => 'ada' });
    const forced = world.session.refresh();
    await world.rest();
    await world.refresh.fail(REFUSED);
    await forced;
    answer.accessToken = 'access-9-secret';
    expect(world.session.current()).toEqual(tokensNumber(2));
  });

  it('ignores tokens of a reply that are no plain data, and says so', async () => {
    const world = await signedIn();
    const news = { accessToken: 'access-9-secret', user: { load: () => {} } };
    expect(await world.request({ renewedBy: () => news })).toMatchObject({ status: 200 });
    expect(world.session.current()).toEqual(tokensNumber(1));
    expect(world.session.history().at(-1)).toMatchObject({
      type: 'warning',
      option: 'renewedBy',
      problem: 'renewedBy().user.load: expected plain data, as in JSON, got something of the kind Function.',
    });
  });

  it('copies tokens that came with a reply', async () => {
    const world = await signedIn();
    const news = { accessToken: 'access-9-secret' };
    await world.request({ renewedBy: () => news });
    news.accessToken = 'access-0-secret';
    expect(world.session.current()).toMatchObject({ accessToken: 'access-9-secret' });
  });
});
