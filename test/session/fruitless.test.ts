import { describe, expect, it } from 'vitest';
import {
  BY_CLOCK,
  FORCED,
  createFruitless,
  onceFor,
  type Fruitless,
} from '../../src/session/core/fruitless.js';

/** A refresh is made, and these endpoints reject its tokens. */
function inVain(fruitless: Fruitless, generation: number, now: number, ...endpoints: string[]): void {
  fruitless.made(generation);
  for (const endpoint of endpoints) fruitless.rejected(endpoint, generation, now);
}

describe('fruitless refreshes', () => {
  it('let the nth run for an endpoint and hold back the one after it, until the first leaves the window', () => {
    const fruitless = createFruitless({ limit: 3, windowMs: 1_000 });
    for (const [generation, time] of [0, 100, 200].entries()) {
      expect(fruitless.openUntil('/a', time)).toBeUndefined();
      inVain(fruitless, generation, time, '/a');
    }
    expect(fruitless.openUntil('/a', 200)).toBe(1_000);
    expect(fruitless.openUntil('/a', 999)).toBe(1_000);
    expect(fruitless.openUntil('/a', 1_000)).toBeUndefined();
    inVain(fruitless, 3, 1_000, '/a');
    expect(fruitless.openUntil('/a', 1_000)).toBe(1_100);
  });

  it('count once for all requests that one set of tokens did not help, late ones included', () => {
    const fruitless = createFruitless({ limit: 2, windowMs: 1_000 });
    fruitless.made(5);
    for (const generation of [5, 5, 4, 5]) fruitless.rejected('/a', generation, 0);
    expect(fruitless.openUntil('/a', 0)).toBeUndefined();
    inVain(fruitless, 6, 0, '/a');
    expect(fruitless.openUntil('/a', 0)).toBe(1_000);
  });

  it('do not count where the tokens were made elsewhere, or came with a reply', () => {
    const fruitless = createFruitless({ limit: 1, windowMs: 1_000 });
    fruitless.made(5);
    for (const generation of [4, 6, 7]) fruitless.rejected('/a', generation, 0);
    expect(fruitless.openUntil('/a', 0)).toBeUndefined();
  });

  it('of one endpoint never cost another its own, however few are allowed', () => {
    for (const limit of [1, 5]) {
      const fruitless = createFruitless({ limit, windowMs: 1_000 });
      for (let generation = 0; generation < 20; generation++) inVain(fruitless, generation, 0, '/bad');
      expect(fruitless.openUntil('/bad', 0)).toBe(1_000);
      for (const asker of ['/good', BY_CLOCK, FORCED]) {
        expect(fruitless.openUntil(asker, 0)).toBeUndefined();
      }
    }
  });

  it('of many endpoints, none of which takes new tokens, hold everybody back but the clock', () => {
    const fruitless = createFruitless({ limit: 3, windowMs: 1_000 });
    inVain(fruitless, 0, 0, '/a', '/b', '/c');
    for (const generation of [1, 2, 3]) inVain(fruitless, generation, 0, '/a');
    expect(fruitless.openUntil('/d', 0)).toBeUndefined();
    for (const [index, asker] of ['/b', '/c'].entries()) inVain(fruitless, 4 + index, 0, asker);
    expect(fruitless.openUntil('/d', 0)).toBe(1_000);
    expect(fruitless.openUntil(FORCED, 0)).toBe(1_000);
    expect(fruitless.openUntil(BY_CLOCK, 0)).toBeUndefined();
    fruitless.accepted('/e', 0);
    expect(fruitless.openUntil('/d', 0)).toBeUndefined();
  });

  it('count for whoever does not see their effect until something takes the tokens', () => {
    const fruitless = createFruitless({ limit: 1, windowMs: 1_000 });
    expect(fruitless.counting).toBe(false);
    fruitless.unproven(FORCED, 0);
    fruitless.unproven(onceFor('/pay'), 0);
    expect(fruitless.openUntil(FORCED, 0)).toBe(1_000);
    fruitless.accepted('/other', 0);
    expect(fruitless.openUntil(FORCED, 0)).toBeUndefined();
    expect(fruitless.openUntil(onceFor('/pay'), 0)).toBe(1_000);
    fruitless.accepted('/pay', 0);
    expect(fruitless.openUntil(onceFor('/pay'), 0)).toBeUndefined();
    expect(fruitless.counting).toBe(false);
  });

  it('are news once for each time that somebody has to wait', () => {
    const fruitless = createFruitless({ limit: 1, windowMs: 1_000 });
    expect([1_000, 1_000, 2_000].map((until) => fruitless.isNews('/a', until))).toEqual([true, false, true]);
  });

  it('are let go of once they have left the window, those that were only told of too', () => {
    const fruitless = createFruitless({ limit: 1, windowMs: 1_000 });
    inVain(fruitless, 0, 0, '/a');
    inVain(fruitless, 1, 500, '/b');
    fruitless.isNews('/c', 1_000);
    fruitless.accepted('/d', 1_000);
    expect(fruitless.counting).toBe(true);
    expect(fruitless.openUntil('/b', 1_000)).toBe(1_500);
    fruitless.accepted('/d', 1_500);
    expect(fruitless.counting).toBe(false);
  });

  it('remember no more endpoints than a page can have', () => {
    const fruitless = createFruitless({ limit: 1, windowMs: 1_000 });
    inVain(fruitless, 0, 0, '/first');
    for (let n = 0; n < 200; n++) fruitless.unproven(`/${n}`, 0);
    fruitless.accepted('/any', 0);
    expect(fruitless.openUntil('/first', 0)).toBeUndefined();
    expect(fruitless.openUntil('/0', 0)).toBe(1_000);
  });

  it('are forgotten when somebody signs in', () => {
    const fruitless = createFruitless({ limit: 1, windowMs: 1_000 });
    inVain(fruitless, 0, 0, '/a');
    fruitless.reset();
    expect(fruitless.openUntil('/a', 0)).toBeUndefined();
  });

  it('hold nobody back for hours when the clock is set back', () => {
    const fruitless = createFruitless({ limit: 1, windowMs: 1_000 });
    inVain(fruitless, 0, 7_200_000, '/a');
    expect(fruitless.openUntil('/a', 0)).toBeUndefined();
  });

  it('are not counted where that is turned off', () => {
    const fruitless = createFruitless(false);
    for (let n = 0; n < 100; n++) {
      inVain(fruitless, n, 0, '/a');
      fruitless.unproven('/a', 0);
    }
    expect(fruitless.openUntil('/a', 0)).toBeUndefined();
    expect(fruitless.counting).toBe(false);
  });
});
