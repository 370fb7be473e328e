import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../src/session/breaker.js';

describe('breaker-window', () => {
  it('lets the nth refresh run and holds back the one after it, until the first leaves the window', () => {
    const breaker = createBreaker({ limit: 3, windowMs: 1_000 });
    for (const time of [0, 100, 200]) {
      expect(breaker.openUntil(time)).toBeUndefined();
      breaker.count(time);
    }
    expect(breaker.openUntil(200)).toBe(1_000);
    expect(breaker.openUntil(999)).toBe(1_000);
    expect(breaker.openUntil(1_000)).toBeUndefined();
    breaker.count(1_000);
    expect(breaker.openUntil(1_000)).toBe(1_100);
  });

  it('forgets all when somebody signs in', () => {
    const breaker = createBreaker({ limit: 1, windowMs: 1_000 });
    breaker.count(0);
    breaker.reset();
    expect(breaker.openUntil(0)).toBeUndefined();
  });

  it('does not stay open for hours when the clock is set back', () => {
    const breaker = createBreaker({ limit: 1, windowMs: 1_000 });
    breaker.count(7_200_000);
    expect(breaker.openUntil(0)).toBeUndefined();
  });

  it('never opens when it is off', () => {
    const breaker = createBreaker(false);
    for (let i = 0; i < 100; i++) breaker.count(0);
    expect(breaker.openUntil(0)).toBeUndefined();
  });
});
