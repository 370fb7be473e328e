import { beforeEach, describe, expect, it } from 'vitest';
import type { Mail, Receiver, Write } from '../../src/stores/tabs/mail.js';
import { createTabTokens, type TabTokens } from '../../src/stores/tabs/tab-tokens.js';
import { tokenLocks, type TokenLocks } from '../../src/stores/tabs/token-locks.js';
import { manualClock, type ManualClock } from '../../src/testing/manual-clock.js';
import { deferred, type Deferred } from '../support/deferred.js';
import type { Tokens } from './support.js';

const writeOf = (generation: number, id = `write ${generation}`): Write => ({ epoch: 1, generation, id });
const tokensOf = (text: string): Tokens => ({ accessToken: text });

let clock: ManualClock;
let sent: string[];
let late: number;
/** What others say of whether somebody lives that has the tokens. */
let lives: boolean | undefined;
let shared: Map<string, 'asked for' | 'held' | 'let go'>;
let grants: Deferred[];
let grantsAtOnce: boolean;
/** How many there are for whom the mail is open. */
let openings: number;
let closeMail: () => void;
let here: TabTokens<Tokens>;
let siblings: Receiver<Tokens>;

beforeEach(() => {
  clock = manualClock();
  sent = [];
  late = 0;
  lives = undefined;
  shared = new Map();
  grants = [];
  grantsAtOnce = true;
  openings = 0;
  const locks: TokenLocks = {
    async share(name) {
      shared.set(name, 'asked for');
      const grant = deferred();
      grants.push(grant);
      if (!grantsAtOnce) await grant.promise;
      shared.set(name, 'held');
      return () => void shared.set(name, 'let go');
    },
    isShared: () => Promise.resolve(lives),
  };
  here = createTabTokens<Tokens>({ mail, locks, onLate: () => late++, clock });
  closeMail = here.openMail();
});

function mail(receiver: Receiver<Tokens>): Mail<Tokens> {
  siblings = receiver;
  const post = (what: string): void => {
    if (openings === 0) throw new Error('expected the mail to be open');
    sent.push(what);
  };
  return {
    open() {
      openings++;
      return () => void openings--;
    },
    offer: ({ generation }, { accessToken }) => post(`offer ${generation} ${accessToken}`),
    ask: ({ generation }) => post(`ask ${generation}`),
  };
}

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
    const giving = here.give(writeOf(5), tokensOf('five'));
    expect(sent).toEqual(['offer 5 five']);
    expect(await isSettled(giving)).toBe(false);
    grants.pop()?.resolve();
    await giving;
    expect(shared.get('1.5.write 5')).toBe('held');
    expect(here.peek(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('keeps them while their record is being written, whatever stands there meanwhile', async () => {
    const release = await here.give(writeOf(5), tokensOf('five'));
    here.settle(writeOf(5, 'another'), 5);
    expect(here.peek(writeOf(5))).toEqual(tokensOf('five'));
    here.settle(writeOf(5), 5);
    release();
    expect(here.peek(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('forgets them where somebody else wrote first', async () => {
    const release = await here.give(writeOf(5), tokensOf('five'));
    here.settle(writeOf(5, 'another'), 5);
    release();
    expect(here.peek(writeOf(5))).toBeUndefined();
    await clock.advance(0);
    expect(shared.get('1.5.write 5')).toBe('let go');
  });

  it('keeps them where nobody knows whether they were written', async () => {
    here.settle(writeOf(4), 4);
    const release = await here.give(writeOf(5), tokensOf('five'));
    release();
    expect(here.peek(writeOf(5))).toEqual(tokensOf('five'));
  });
});

describe('being offered tokens', () => {
  it('keeps the first of a write, and no other in its place', () => {
    siblings.offered(writeOf(5), tokensOf('five'));
    siblings.offered(writeOf(5), tokensOf('forged'));
    expect(here.peek(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('takes none that the record has left behind', () => {
    here.settle(writeOf(5), 5);
    siblings.offered(writeOf(4), tokensOf('four'));
    siblings.offered(writeOf(5, 'another'), tokensOf('other'));
    expect(here.peek(writeOf(4))).toBeUndefined();
    expect(here.peek(writeOf(5, 'another'))).toBeUndefined();
    expect([...shared]).toEqual([]);
  });

  it('takes newer ones, before their record stands', () => {
    here.settle(writeOf(5), 5);
    siblings.offered(writeOf(6), tokensOf('six'));
    here.settle(writeOf(6), 6);
    expect(here.peek(writeOf(6))).toEqual(tokensOf('six'));
  });

  it('forgets what the record has left behind, and its lock', async () => {
    siblings.offered(writeOf(5), tokensOf('five'));
    siblings.offered(writeOf(6), tokensOf('six'));
    await clock.advance(0);
    here.settle(null, 5);
    expect([here.peek(writeOf(5)), here.peek(writeOf(6))]).toEqual([undefined, tokensOf('six')]);
    await clock.advance(0);
    expect(Object.fromEntries(shared)).toEqual({ '1.5.write 5': 'let go', '1.6.write 6': 'held' });
  });

  it('lets a lock go that it gets too late', async () => {
    grantsAtOnce = false;
    siblings.offered(writeOf(5), tokensOf('five'));
    here.settle(null, 5);
    grants.pop()?.resolve();
    await clock.advance(0);
    expect(shared.get('1.5.write 5')).toBe('let go');
  });

  it('keeps what stands and what is being written, however much is posted', async () => {
    siblings.offered(writeOf(5), tokensOf('five'));
    here.settle(writeOf(5), 5);
    await here.give(writeOf(6), tokensOf('six'));
    for (let index = 0; index < 1000; index++) {
      siblings.offered(writeOf(7, `flood ${index}`), tokensOf('flood'));
    }
    await clock.advance(0);
    expect(here.peek(writeOf(5))).toEqual(tokensOf('five'));
    expect(here.peek(writeOf(6))).toEqual(tokensOf('six'));
    expect([...shared.values()].filter((state) => state === 'held')).toHaveLength(8);
    expect(here.peek(writeOf(7, 'flood 999'))).toEqual(tokensOf('flood'));
  });
});

describe('being asked', () => {
  it('offers what it has, and says nothing to what it has not', () => {
    siblings.offered(writeOf(5), tokensOf('five'));
    siblings.asked(writeOf(4));
    siblings.asked(writeOf(5, 'another'));
    expect(sent).toEqual([]);
    siblings.asked(writeOf(5));
    expect(sent).toEqual(['offer 5 five']);
  });
});

describe('finding', () => {
  it('asks nobody for what is here', async () => {
    siblings.offered(writeOf(5), tokensOf('five'));
    expect(await here.find(writeOf(5))).toEqual(tokensOf('five'));
    expect(sent).toEqual([]);
  });

  it('asks the siblings, and waits no longer than for the first answer', async () => {
    const found = here.find(writeOf(5));
    expect(await isSettled(found)).toBe(false);
    siblings.offered(writeOf(5), tokensOf('five'));
    expect(await found).toEqual(tokensOf('five'));
    expect(sent).toEqual(['ask 5']);
    expect(clock.timers).toBe(0);
  });

  it('does not wait where nobody lives that has them', async () => {
    lives = false;
    expect(await here.find(writeOf(5))).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  it.each([
    ['200 ms where nobody can tell who lives', undefined, 200],
    ['a second for one that lives, and may be busy', true, 1_000],
  ])('waits %s', async (_what, answer, waitMs) => {
    lives = answer;
    const found = here.find(writeOf(5));
    await clock.advance(waitMs - 1);
    expect(await isSettled(found)).toBe(false);
    await clock.advance(1);
    expect(await isSettled(found)).toBe(true);
    expect(await found).toBeUndefined();
  });

  it('waits once for several reads at once', async () => {
    const found = [here.find(writeOf(5)), here.find(writeOf(5))];
    await clock.advance(0);
    expect(clock.timers).toBe(1);
    siblings.offered(writeOf(5), tokensOf('five'));
    expect(await Promise.all(found)).toEqual([tokensOf('five'), tokensOf('five')]);
  });

  it('asks again for what did not come in time, but waits no more; and says so when it comes late', async () => {
    lives = true;
    const inVain = here.find(writeOf(5));
    await clock.advance(1_000);
    await inVain;
    expect(await here.find(writeOf(5))).toBeUndefined();
    expect(sent).toEqual(['ask 5', 'ask 5']);
    siblings.offered(writeOf(6), tokensOf('six'));
    expect(late).toBe(0);
    siblings.offered(writeOf(5), tokensOf('five'));
    expect(late).toBe(1);
    siblings.offered(writeOf(5), tokensOf('five'));
    expect(late).toBe(1);
    expect(await here.find(writeOf(5))).toEqual(tokensOf('five'));
  });

  it('waits no longer once the record has moved on: nobody needs older ones', async () => {
    lives = true;
    const found = here.find(writeOf(4));
    await clock.advance(0);
    here.settle(writeOf(5), 5);
    expect(await found).toBeUndefined();
    closeMail();
    expect([clock.timers, openings]).toEqual([0, 0]);
  });

  it('needs no locks', async () => {
    const alone = createTabTokens<Tokens>({
      mail,
      locks: tokenLocks('alone', undefined),
      onLate: () => expect.unreachable(),
      clock,
    });
    alone.openMail();
    const found = alone.find(writeOf(5));
    await clock.advance(200);
    expect(await found).toBeUndefined();
    await alone.give(writeOf(6), tokensOf('six'));
    siblings.asked(writeOf(6));
    expect(await alone.find(writeOf(6))).toEqual(tokensOf('six'));
  });
});

describe('the mail stays open', () => {
  it('while there are tokens here, which somebody may ask for', async () => {
    const release = await here.give(writeOf(5), tokensOf('five'));
    here.settle(writeOf(5), 5);
    release();
    closeMail();
    expect(openings).toBe(1);
    here.settle(null, 6);
    expect(openings).toBe(0);
  });

  it('to a late answer, for as long as the record names what was asked for', async () => {
    lives = true;
    here.settle(writeOf(5), 5);
    const found = here.find(writeOf(5));
    await clock.advance(1_000);
    expect(await found).toBeUndefined();
    closeMail();
    here.settle(writeOf(5), 5);
    expect(openings).toBe(1);
    here.settle(writeOf(6), 6);
    expect(openings).toBe(0);
  });
});
