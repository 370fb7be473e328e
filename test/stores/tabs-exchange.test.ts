import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createExchange, type Exchange } from '../../src/stores/tabs/exchange.js';
import { createHolders, type Holders } from '../../src/stores/tabs/holders.js';
import type { Write } from '../../src/stores/tabs/mail.js';
import { manualClock, type ManualClock } from '../../src/testing/manual-clock.js';
import { fakeLocks } from './fake-locks.js';
import type { Tokens } from './support.js';

const writeOf = (generation: number, id = `write ${generation}`): Write => ({ epoch: 1, generation, id });
const tokensOf = (text: string): Tokens => ({ accessToken: text });

let clock: ManualClock;
let sent: string[];
let late: number;
/** What others say of whether somebody lives that has the tokens. */
let lives: boolean | undefined;
let joined: Map<string, 'asked for' | 'held' | 'let go'>;
let grant: (() => void)[];
let grantsAtOnce: boolean;
let exchange: Exchange<Tokens>;

beforeEach(() => {
  clock = manualClock();
  sent = [];
  late = 0;
  lives = undefined;
  joined = new Map();
  grant = [];
  grantsAtOnce = true;
  const holders: Holders = {
    async join(name) {
      joined.set(name, 'asked for');
      if (!grantsAtOnce) await new Promise<void>((resolve) => grant.push(resolve));
      joined.set(name, 'held');
      return () => void joined.set(name, 'let go');
    },
    anybody: () => Promise.resolve(lives),
  };
  exchange = createExchange<Tokens>({
    mail: () => ({
      offer: ({ generation }, { accessToken }) => void sent.push(`offer ${generation} ${accessToken}`),
      ask: ({ generation }) => void sent.push(`ask ${generation}`),
    }),
    holders,
    onLate: () => late++,
    clock,
  });
});

/** Whether a promise has settled once everything that could run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await clock.advance(0);
  return settled;
}

describe('giving', () => {
  it('posts the tokens first, and is done once others can see who has them', async () => {
    grantsAtOnce = false;
    const giving = exchange.give(writeOf(5), tokensOf('five'));
    expect(sent).toEqual(['offer 5 five']);
    expect(await isSettled(giving)).toBe(false);
    grant.pop()?.();
    await giving;
    expect(joined.get('1.5.write 5')).toBe('held');
    expect(exchange.peek(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('keeps them while their record is being written, whatever stands there meanwhile', async () => {
    const release = await exchange.give(writeOf(5), tokensOf('five'));
    exchange.settle(writeOf(5, 'another'), 5);
    expect(exchange.peek(writeOf(5))).toEqual(tokensOf('five'));
    exchange.settle(writeOf(5), 5);
    release();
    expect(exchange.peek(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('forgets them where somebody else wrote first', async () => {
    const release = await exchange.give(writeOf(5), tokensOf('five'));
    exchange.settle(writeOf(5, 'another'), 5);
    release();
    expect(exchange.peek(writeOf(5))).toBeUndefined();
    expect(joined.get('1.5.write 5')).toBe('let go');
  });

  it('keeps them where nobody knows whether they were written', async () => {
    exchange.settle(writeOf(4), 4);
    const release = await exchange.give(writeOf(5), tokensOf('five'));
    release();
    expect(exchange.peek(writeOf(5))).toEqual(tokensOf('five'));
  });
});

describe('being offered tokens', () => {
  it('keeps the first of a write, and no other in its place', () => {
    exchange.offered(writeOf(5), tokensOf('five'));
    exchange.offered(writeOf(5), tokensOf('forged'));
    expect(exchange.peek(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('takes none that the record has left behind', () => {
    exchange.settle(writeOf(5), 5);
    exchange.offered(writeOf(4), tokensOf('four'));
    exchange.offered(writeOf(5, 'another'), tokensOf('other'));
    expect(exchange.peek(writeOf(4))).toBeUndefined();
    expect(exchange.peek(writeOf(5, 'another'))).toBeUndefined();
    expect([...joined]).toEqual([]);
  });

  it('takes older ones that a read under way waits for', async () => {
    lives = true;
    const found = exchange.find(writeOf(4));
    exchange.settle(writeOf(5), 5);
    exchange.offered(writeOf(4), tokensOf('four'));
    expect(await found).toEqual(tokensOf('four'));
  });

  it('takes newer ones, before their record stands', () => {
    exchange.settle(writeOf(5), 5);
    exchange.offered(writeOf(6), tokensOf('six'));
    exchange.settle(writeOf(6), 6);
    expect(exchange.peek(writeOf(6))).toEqual(tokensOf('six'));
  });

  it('forgets what the record has left behind, and its lock', async () => {
    exchange.offered(writeOf(5), tokensOf('five'));
    exchange.offered(writeOf(6), tokensOf('six'));
    await clock.advance(0);
    exchange.settle(null, 5);
    expect([exchange.peek(writeOf(5)), exchange.peek(writeOf(6))]).toEqual([undefined, tokensOf('six')]);
    expect(Object.fromEntries(joined)).toEqual({ '1.5.write 5': 'let go', '1.6.write 6': 'held' });
  });

  it('lets a lock go that it gets too late', async () => {
    grantsAtOnce = false;
    exchange.offered(writeOf(5), tokensOf('five'));
    exchange.settle(null, 5);
    grant.pop()?.();
    await clock.advance(0);
    expect(joined.get('1.5.write 5')).toBe('let go');
  });

  it('keeps what stands and what is being written, however much is posted', async () => {
    exchange.offered(writeOf(5), tokensOf('five'));
    exchange.settle(writeOf(5), 5);
    await exchange.give(writeOf(6), tokensOf('six'));
    for (let index = 0; index < 1000; index++) {
      exchange.offered(writeOf(7, `flood ${index}`), tokensOf('flood'));
    }
    await clock.advance(0);
    expect(exchange.peek(writeOf(5))).toEqual(tokensOf('five'));
    expect(exchange.peek(writeOf(6))).toEqual(tokensOf('six'));
    expect([...joined.values()].filter((state) => state === 'held')).toHaveLength(8);
    expect(exchange.peek(writeOf(7, 'flood 999'))).toEqual(tokensOf('flood'));
  });
});

describe('being asked', () => {
  it('offers what it has, and says nothing to what it has not', () => {
    exchange.offered(writeOf(5), tokensOf('five'));
    exchange.asked(writeOf(4));
    exchange.asked(writeOf(5, 'another'));
    expect(sent).toEqual([]);
    exchange.asked(writeOf(5));
    expect(sent).toEqual(['offer 5 five']);
  });
});

describe('finding', () => {
  it('asks nobody for what is here', async () => {
    exchange.offered(writeOf(5), tokensOf('five'));
    expect(await exchange.find(writeOf(5))).toEqual(tokensOf('five'));
    expect(sent).toEqual([]);
  });

  it('asks the siblings, and waits no longer than for the first answer', async () => {
    const found = exchange.find(writeOf(5));
    expect(await isSettled(found)).toBe(false);
    exchange.offered(writeOf(5), tokensOf('five'));
    expect(await found).toEqual(tokensOf('five'));
    expect(sent).toEqual(['ask 5']);
    expect(clock.timers).toBe(0);
  });

  it('does not wait where nobody lives that has them', async () => {
    lives = false;
    expect(await exchange.find(writeOf(5))).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  it.each([
    ['200 ms where nobody can tell who lives', undefined, 200],
    ['a second for one that lives, and may be busy', true, 1_000],
  ])('waits %s', async (_what, answer, waitMs) => {
    lives = answer;
    const found = exchange.find(writeOf(5));
    await clock.advance(waitMs - 1);
    expect(await isSettled(found)).toBe(false);
    await clock.advance(1);
    expect(await isSettled(found)).toBe(true);
    expect(await found).toBeUndefined();
  });

  it('waits once for several reads at once', async () => {
    const found = [exchange.find(writeOf(5)), exchange.find(writeOf(5))];
    await clock.advance(0);
    expect(clock.timers).toBe(1);
    exchange.offered(writeOf(5), tokensOf('five'));
    expect(await Promise.all(found)).toEqual([tokensOf('five'), tokensOf('five')]);
  });

  it('asks again for what it missed, but waits no more; and says so when it comes late', async () => {
    lives = true;
    const missed = exchange.find(writeOf(5));
    await clock.advance(1_000);
    await missed;
    expect(await exchange.find(writeOf(5))).toBeUndefined();
    expect(sent).toEqual(['ask 5', 'ask 5']);
    exchange.offered(writeOf(6), tokensOf('six'));
    expect(late).toBe(0);
    exchange.offered(writeOf(5), tokensOf('five'));
    expect(late).toBe(1);
    exchange.offered(writeOf(5), tokensOf('five'));
    expect(late).toBe(1);
    expect(await exchange.find(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('is answered by nobody where there is no channel', async () => {
    const alone = createExchange<Tokens>({
      mail: () => undefined,
      holders: createHolders('alone', undefined),
      onLate: () => expect.unreachable(),
      clock,
    });
    const found = alone.find(writeOf(5));
    await clock.advance(200);
    expect(await found).toBeUndefined();
    await alone.give(writeOf(6), tokensOf('six'));
    alone.asked(writeOf(6));
    expect(await alone.find(writeOf(6))).toEqual(tokensOf('six'));
  });
});

describe('who has the tokens of a write', () => {
  it('is told by a lock that all who have them share, and that goes with its page', async () => {
    const origin = fakeLocks();
    const [one, other, third] = [origin.tab(), origin.tab(), origin.tab()];
    const [here, there, asking] = [one, other, third].map((locks) => createHolders('s', locks)) as [
      Holders,
      Holders,
      Holders,
    ];
    expect(await asking.anybody('w')).toBe(false);
    const leave = await here.join('w');
    await there.join('w');
    expect(await asking.anybody('w')).toBe(true);
    expect(await asking.anybody('another')).toBe(false);
    leave();
    await clock.advance(0);
    expect(await asking.anybody('w')).toBe(true);
    other.die();
    expect(await asking.anybody('w')).toBe(false);
  });

  it('counts who is about to have it', async () => {
    const locks = { query: () => Promise.resolve({ held: [], pending: [{ name: 's!w' }] }) };
    expect(await createHolders('s', locks as unknown as LockManager).anybody('w')).toBe(true);
  });

  it('needs no list of who is about to have it', async () => {
    const locks = { query: () => Promise.resolve({ held: [{ name: 's!w' }] }) };
    const holders = createHolders('s', locks as unknown as LockManager);
    expect([await holders.anybody('w'), await holders.anybody('another')]).toEqual([true, false]);
  });

  it.each([
    ['there are no locks', undefined],
    [
      'the lock service fails',
      {
        request: () => Promise.reject(new DOMException('no', 'SecurityError')),
        query: () => Promise.reject(new DOMException('no', 'SecurityError')),
      },
    ],
    [
      'it tells nothing',
      { request: () => Promise.reject(new Error('no')), query: () => Promise.resolve({}) },
    ],
  ])('is told by nobody where %s', async (_what, locks) => {
    const holders = createHolders('s', locks);
    const leave = await holders.join('w');
    leave();
    expect(await holders.anybody('w')).toBeUndefined();
  });

  it('is looked up where the page has its locks', async () => {
    const locks = fakeLocks().tab();
    vi.stubGlobal('navigator', { locks });
    const holders = createHolders('s');
    await holders.join('w');
    expect(await locks.query()).toMatchObject({ held: [{ name: 's!w', mode: 'shared' }] });
    vi.unstubAllGlobals();
  });
});
