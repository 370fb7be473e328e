import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/index.js';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { sharedStore, type SharedStore } from '../../src/sharing/shared-store.js';
import type { TokenStore } from '../../src/sharing/token-store.js';
import { tokensNumber, type Tokens } from '../session/set-up.js';

/** The least that a store can be. */
function bareStore(): TokenStore<Tokens> {
  const { read, compareAndSet } = memoryStore<Tokens>();
  return { read, compareAndSet };
}

const sessionOn = (store: SharedStore<Tokens>) =>
  createSession<Tokens>({ store, refresh: () => tokensNumber(2) });

describe('sharedStore', () => {
  it.each([
    ['sharedStore(store)', 'an object', 'undefined', undefined],
    ['sharedStore(store).read', 'a function', 'undefined', {}],
    ['sharedStore(store).compareAndSet', 'a function', 'true', { ...bareStore(), compareAndSet: true }],
    ['sharedStore(store).exclusive', 'a function', 'an array', { ...bareStore(), exclusive: [] }],
    ['sharedStore(store).subscribe', 'a function', 'null', { ...bareStore(), subscribe: null }],
  ])('names %s where it is not %s but %s', (option, expected, got, store) => {
    expect(() => sharedStore(store as never)).toThrow(`${option}: expected ${expected}, got ${got}.`);
  });

  it('makes a store of one’s own fit for a session, with what it has and no more', async () => {
    const store = sharedStore(bareStore());
    expect(store).not.toHaveProperty('exclusive');
    expect(store).not.toHaveProperty('subscribe');
    await sessionOn(store).signIn(tokensNumber(1));
    const other = sessionOn(store);
    await other.ready;
    expect(other.current()).toEqual(tokensNumber(1));
    expect(await store.read()).toMatchObject({ tokens: tokensNumber(1) });
  });

  it('calls the operations of a class as its methods', async () => {
    class Kept implements TokenStore<Tokens> {
      readonly #memory = memoryStore<Tokens>();
      read = (): ReturnType<TokenStore<Tokens>['read']> => this.#memory.read();
      compareAndSet(...[expected, next]: Parameters<TokenStore<Tokens>['compareAndSet']>) {
        return this.#memory.compareAndSet(expected, next);
      }
      exclusive<R>(_fence: number, task: () => Promise<R>): Promise<R> {
        return this.#memory.read() ? task() : Promise.reject(new Error('nobody is signed in'));
      }
      subscribe(listener: () => void): () => void {
        return this.#memory.subscribe?.(listener) ?? (() => {});
      }
    }
    const store = sharedStore(new Kept());
    const [one, other] = [sessionOn(store), sessionOn(store)];
    const adopted = new Promise((resolve) => other.on('adopted', resolve));
    await one.signIn(tokensNumber(1));
    await one.refresh();
    await adopted;
    expect(other.current()).toEqual(tokensNumber(2));
  });

  it('lets who spreads it replace an operation', async () => {
    const memory = memoryStore<Tokens>();
    const written: unknown[] = [];
    const store: SharedStore<Tokens> = {
      ...memory,
      compareAndSet(expected, next) {
        written.push(next.tokens);
        return memory.compareAndSet(expected, next);
      },
    };
    await sessionOn(store).signIn(tokensNumber(1));
    expect(written).toEqual([tokensNumber(1)]);
  });

  it('shares what was shared already', async () => {
    const store = memoryStore<Tokens>();
    await sessionOn(sharedStore(store)).signIn(tokensNumber(1));
    expect(await store.read()).toMatchObject({ tokens: tokensNumber(1) });
  });
});

describe('createSession', () => {
  it('does not take a store that says nothing of how it is shared', () => {
    const refresh = (): Tokens => tokensNumber(2);
    expect(() => createSession<Tokens>({ refresh, store: bareStore() as never })).toThrow(
      'store: expected webStore(), tabsStore(), memoryStore() or sharedStore(yourTokenStore), got an object.',
    );
  });
});
