import { describe, expect, it } from 'vitest';
import { computed, isProxy, reactive, readonly, ref, watchSyncEffect } from 'vue';
import { memoryStore } from '../../src/sharing/memory-store.js';
import { tabsStore } from '../../src/stores/tabs.js';
import { webStore } from '../../src/stores/web.js';
import { problemsOf, sessionOn, useFreshDatabase, type Tokens } from './support.js';

useFreshDatabase();

type User = Tokens & { user: { name: string; roles: string[] } };

const fields = (): User => ({
  accessToken: 'access-1-secret',
  refreshToken: 'refresh-1-secret',
  user: { name: 'Ada', roles: ['admin'] },
});

const name = ref('Ada');
const MADE = {
  'a reactive object': () => reactive(fields()),
  'a readonly one': () => readonly(reactive(fields())) as User,
  'what a ref holds': () => ref(fields()).value,
  'a plain object with a reactive one in it': () => ({ ...fields(), user: reactive(fields().user) }),
  'a reactive object with refs in it': () =>
    reactive({ ...fields(), user: { name, roles: computed(() => ['admin']) } }) as User,
};

const STORES = {
  webStore: () => webStore<Tokens>({ key: 'app.session' }),
  tabsStore: () => tabsStore<Tokens>({ key: 'app.session' }),
  memoryStore: () => memoryStore<Tokens>(),
};

describe.each(Object.entries(STORES))('tokens in a Proxy of Vue, in %s', (where, makeStore) => {
  it.each(Object.entries(MADE))('%s: sign in, refresh, reload', async (_, make) => {
    const calls: Tokens[] = [];
    const store = makeStore();
    const session = sessionOn(store, {
      refresh(tokens) {
        calls.push(structuredClone(tokens));
        return reactive(Object.assign(tokens, { accessToken: 'access-2-secret' }));
      },
    });
    await session.signIn(make());
    expect(session.current()).toStrictEqual(fields());
    await session.refresh();
    expect(calls).toEqual([fields()]);

    // A reload, or, where that would lose what is in memory, another session.
    const another = sessionOn(where === 'webStore' ? makeStore() : store);
    await another.ready;
    expect(another.current()).toStrictEqual({ ...fields(), accessToken: 'access-2-secret' });
    expect([session, another].flatMap(problemsOf)).toEqual([]);
  });
});

describe('tokens handed out', () => {
  it('may be put into what Vue makes reactive, and stay the tokens that are meant', async () => {
    const session = sessionOn(webStore<Tokens>({ key: 'app.session' }));
    const tokens = reactive(fields());
    await session.signIn(tokens);
    tokens.accessToken = 'access-9-secret';
    const page = reactive({ tokens: session.current() });
    const shown: unknown[] = [];
    watchSyncEffect(() => shown.push(page.tokens?.accessToken));
    expect(page.tokens).toBe(session.current());
    expect(isProxy(page.tokens)).toBe(false);
    page.tokens = await session.tokens({ rejected: page.tokens as Tokens });
    expect(shown).toEqual(['access-1-secret', 'refreshed']);
    expect(() => readonly(reactive(session.current() as Tokens)).accessToken).not.toThrow();
  });
});
