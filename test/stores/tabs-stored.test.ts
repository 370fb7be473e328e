import { describe, expect, it } from 'vitest';
import { tabsStore } from '../../src/stores/tabs.js';
import { atLeastOne } from '../support/at-least-one.js';
import { dump, plant } from '../support/database.js';
import { KEY, problemsOf, recordOf, type Record } from './support.js';
import { browser, store, tabWithSession, useTabs } from './tabs-stage.js';

useTabs();

describe('what is stored', () => {
  it('never holds a token, whatever happens', async () => {
    const secret = { accessToken: 'access-secret', refreshToken: 'refresh-secret' };
    const found: string[] = [];
    const first = await tabWithSession(() => ({ accessToken: 'second-secret' }));
    await first.session.signIn(secret);
    found.push(await dump());
    await first.session.refresh();
    found.push(await dump());
    const second = await tabWithSession(() => {
      throw new Error('reset');
    });
    await expect(second.session.refresh()).rejects.toMatchObject({ code: 'refresh-failed' });
    found.push(await dump());
    await second.session.signIn({ accessToken: 'third-secret' });
    found.push(await dump());
    await second.session.signOut();
    found.push(await dump());
    for (const text of atLeastOne(found)) {
      expect(text).toContain('"generation"');
      expect(text).not.toContain('secret');
    }
  });

  it('is the record without its tokens, and which write brought them', async () => {
    const { session } = await tabWithSession();
    await session.signIn({ accessToken: 'a' });
    const [keys, values] = JSON.parse(await dump()) as [unknown, unknown[]];
    expect(keys).toEqual([['tabs', KEY]]);
    const { generation } = session.snapshot();
    expect(values).toEqual([
      {
        format: 1,
        id: expect.stringMatching(/^[\da-f]{32}$/),
        record: {
          tokens: null,
          generation,
          epoch: generation,
          fence: 0,
          claim: null,
          requestedAt: expect.any(Number),
        },
      },
    ]);
  });

  const right = { format: 1, id: 'a'.repeat(32), record: { ...recordOf('a'), tokens: null } };
  const GARBAGE: [string, unknown][] = [
    ['a string', 'tokens'],
    ['null', null],
    ['a row of another format', { ...right, format: 2 }],
    ['a row without a record', { ...right, record: undefined }],
    ['a record with tokens in it', { ...right, record: recordOf('a') }],
    ['a record that is none', { ...right, record: { ...right.record, generation: '1' } }],
    ['no word of its write', { ...right, id: undefined }],
    ['a write that is a number', { ...right, id: 7 }],
    ['a write of another shape', { ...right, id: 'a'.repeat(31) }],
  ];

  it.each(GARBAGE)('counts as signed out where it is %s, and a sign-in over it works', async (_, garbage) => {
    await plant(['tabs', KEY], garbage);
    const { session } = await tabWithSession();
    expect(session.snapshot().status).toBe('signed-out');
    expect(problemsOf(session)).toEqual([expect.stringMatching(/not a record/)]);
    await session.signIn({ accessToken: 'mine' });
    const second = await tabWithSession();
    expect(second.session.current()).toEqual({ accessToken: 'mine' });
    expect(problemsOf(second.session)).toEqual([]);
  });
});

describe('writing', () => {
  const first = recordOf('a');

  it('keeps what a record brings, also where it breaks the rule of one kind of tokens a generation', async () => {
    const [here, there] = [browser.openTab().run(() => store()), browser.openTab().run(() => store())];
    await here.compareAndSet(null, first);
    expect(await there.read()).toEqual(first);
    const claim: Record = { ...first, fence: 1, tokens: { accessToken: 'b' } };
    expect(await here.compareAndSet(first, claim)).toBe(true);
    expect(await there.read()).toEqual(claim);
    expect(await there.compareAndSet(claim, { ...first, fence: 2 })).toBe(true);
    expect([await here.read(), await there.read()]).toEqual([
      { ...first, fence: 2 },
      { ...first, fence: 2 },
    ]);
  });

  it('loses where somebody writes between its look and its write', async () => {
    const [here, there] = [browser.openTab().run(() => store()), browser.openTab().run(() => store())];
    await here.compareAndSet(null, first);
    const [one, other] = [recordOf('b', { generation: 2 }), recordOf('c', { generation: 2 })];
    const wins = await Promise.all([
      here.compareAndSet(first, one),
      there.compareAndSet(first, other),
    ] as Promise<boolean>[]);
    expect(wins.filter(Boolean)).toHaveLength(1);
    const winner = wins[0] ? one : other;
    expect([await here.read(), await there.read()]).toEqual([winner, winner]);
  });

  it('rejects tokens that cannot be copied, and stays as it was', async () => {
    const one = browser.openTab().run(() => tabsStore<unknown>({ key: KEY }));
    const record = { ...first, tokens: { accessToken: 'a', renew: () => {} } };
    await expect(one.compareAndSet(null, record)).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await one.read()).toBeNull();
  });

  it('keeps tokens of any kind that can be copied', async () => {
    const stores = [browser.openTab(), browser.openTab()].map((tab) =>
      tab.run(() => tabsStore<unknown>({ key: KEY })),
    );
    const readAll = (): Promise<unknown[]> => Promise.all(stores.map(async (one) => one.read()));
    const tokens = { when: new Date(5), scopes: new Map([['a', new Set([1])]]) };
    const record = { ...first, tokens };
    await stores[0]?.compareAndSet(null, record);
    expect(await readAll()).toEqual([record, record]);
    await stores[1]?.compareAndSet(record, { ...record, fence: 1 });
    const claimed = { ...record, fence: 1 };
    expect(await readAll()).toEqual([claimed, claimed]);
    const text = { ...recordOf('a', { generation: 2, fence: 1 }), tokens: 'a-token-in-plain' };
    expect(await stores[0]?.compareAndSet({ ...record, fence: 1 }, text)).toBe(true);
    expect(await readAll()).toEqual([text, text]);
  });
});
