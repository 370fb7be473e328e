import { afterEach, describe, expect, it, vi } from 'vitest';
import { clampDelay, systemClock } from '../../src/session/platform/clock.js';
import { createAbortController, plainAbortController } from '../../src/session/platform/abort-controller.js';
import { parseHttpDate } from '../../src/session/platform/http-date.js';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('systemClock', () => {
  it('reads the time and sets timers that can be cancelled', () => {
    vi.useFakeTimers({ now: 5_000 });
    const heard: string[] = [];
    systemClock.setTimer(() => heard.push('kept'), 1_000);
    systemClock.setTimer(() => heard.push('cancelled'), 1_000)();
    vi.advanceTimersByTime(1_000);
    expect(heard).toEqual(['kept']);
    expect(systemClock.now()).toBe(6_000);
  });

  it('draws numbers from 0 up to 1', () => {
    const drawn = systemClock.random?.() ?? -1;
    expect(drawn).toBeGreaterThanOrEqual(0);
    expect(drawn).toBeLessThan(1);
  });
});

describe('long-lived', () => {
  it.each([
    [60 * 86_400_000, 2 ** 31 - 1],
    [Infinity, 2 ** 31 - 1],
    [-5, 0],
    [NaN, 0],
    [300, 300],
  ])('a delay of %d ms becomes %d', (delayMs, clamped) => {
    expect(clampDelay(delayMs)).toBe(clamped);
  });
});

it('reads an HTTP date', () => {
  expect(parseHttpDate('Thu, 01 Jan 1970 00:00:10 GMT')).toBe(10_000);
  expect(parseHttpDate('soon')).toBeNaN();
});

describe('where the platform has no AbortController', () => {
  it('one of its own stands in', () => {
    vi.stubGlobal('AbortController', undefined);
    const controller = createAbortController();
    controller.abort();
    expect(controller.signal.aborted).toBe(true);
    expect(controller.signal.reason).toMatchObject({ name: 'AbortError' });
  });

  it('the platform has the first word', () => {
    expect(createAbortController()).toBeInstanceOf(AbortController);
  });

  it('tells each listener once, and keeps the first reason', () => {
    const controller = plainAbortController();
    const heard: string[] = [];
    const left = (): void => void heard.push('left');
    controller.signal.addEventListener('abort', () => void heard.push('heard'));
    controller.signal.addEventListener('abort', left);
    controller.signal.removeEventListener('abort', left);
    controller.signal.throwIfAborted();
    controller.abort('first');
    controller.abort('second');
    expect(heard).toEqual(['heard']);
    expect(controller.signal.reason).toBe('first');
    expect(() => controller.signal.throwIfAborted()).toThrow('first');
  });
});
