import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/testing/index.js';

describe('manualClock', () => {
  it('begins with the time it is given and stands still', async () => {
    const clock = manualClock(5_000);
    await Promise.resolve();
    expect(clock.now()).toBe(5_000);
  });

  it('begins with the first instant of 2026 when it is given none', () => {
    expect(new Date(manualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  it('fires timers in the order in which they fall due, each at its own time', async () => {
    const clock = manualClock(0);
    const fired: [string, number][] = [];
    const note = (name: string) => () => void fired.push([name, clock.now()]);
    clock.setTimer(note('late'), 30);
    clock.setTimer(note('early'), 10);
    clock.setTimer(note('early too'), 10);
    clock.setTimer(note('at once'), 0);

    await clock.advance(30);

    expect(fired).toEqual([
      ['at once', 0],
      ['early', 10],
      ['early too', 10],
      ['late', 30],
    ]);
    expect(clock.now()).toBe(30);
  });

  it('leaves a timer alone until the very millisecond it is due', async () => {
    const clock = manualClock(0);
    let fired = false;
    clock.setTimer(() => (fired = true), 10);

    await clock.advance(9);
    expect(fired).toBe(false);
    expect(clock.timers).toBe(1);

    await clock.advance(1);
    expect(fired).toBe(true);
    expect(clock.timers).toBe(0);
  });

  it('never fires a timer that was cancelled, also by another timer of the same instant', async () => {
    const clock = manualClock(0);
    const fired: string[] = [];
    const cancel = clock.setTimer(() => fired.push('cancelled before'), 5);
    let cancelLater = (): void => {};
    clock.setTimer(() => cancelLater(), 7);
    cancelLater = clock.setTimer(() => fired.push('cancelled meanwhile'), 7);
    cancel();

    await clock.advance(10);
    expect(fired).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it('runs what a timer set going to its end before the next timer fires', async () => {
    const clock = manualClock(0);
    const order: string[] = [];
    clock.setTimer(() => {
      void (async () => {
        for (let step = 0; step < 200; step += 1) await Promise.resolve();
        const body = await Response.json({ read: 'to its end' }).text();
        order.push(body);
      })();
    }, 10);
    clock.setTimer(() => order.push('next'), 11);

    await clock.advance(20);
    expect(order).toEqual(['{"read":"to its end"}', 'next']);
  });

  it('fires a timer that was set while it advances, when that falls due in time', async () => {
    const clock = manualClock(0);
    const at: number[] = [];
    const again = (): void => {
      at.push(clock.now());
      clock.setTimer(again, 10);
    };
    clock.setTimer(again, 10);

    await clock.advance(35);
    expect(at).toEqual([10, 20, 30]);
    expect(clock.timers).toBe(1);
  });

  it('sees the timers that a promise chain sets before it advances', async () => {
    const clock = manualClock(0);
    let fired = false;
    void (async () => {
      for (let step = 0; step < 5; step += 1) await Promise.resolve();
      clock.setTimer(() => (fired = true), 10);
    })();

    await clock.advance(10);
    expect(fired).toBe(true);
  });

  it('jumps without firing anything, and fires what is overdue at the next advance', async () => {
    const clock = manualClock(0);
    const at: number[] = [];
    clock.setTimer(() => at.push(clock.now()), 10);

    clock.jump(3_600_000);
    expect(clock.now()).toBe(3_600_000);
    expect(at).toEqual([]);

    await clock.advance(0);
    expect(at).toEqual([3_600_000]);
  });

  it('keeps the time that timers had left when it is set back', async () => {
    const clock = manualClock(10_000_000);
    let fired = false;
    clock.setTimer(() => (fired = true), 10);

    clock.jump(-7_200_000);
    expect(clock.now()).toBe(2_800_000);
    await clock.advance(9);
    expect(fired).toBe(false);
    await clock.advance(1);
    expect(fired).toBe(true);
  });

  it('clamps delays as the platform does', async () => {
    const clock = manualClock(0);
    const at: number[] = [];
    for (const delayMs of [-5, Number.NaN, 2 ** 40]) clock.setTimer(() => at.push(clock.now()), delayMs);

    await clock.advance(2 ** 40);
    expect(at).toEqual([0, 0, 2 ** 31 - 1]);
  });

  it('is not random until a test says how', () => {
    const clock = manualClock();
    expect([clock.random(), clock.random()]).toEqual([0.5, 0.5]);
    clock.random = () => 0.25;
    expect(clock.random()).toBe(0.25);
  });

  it('hands on what a timer throws, and goes on afterwards', async () => {
    const clock = manualClock(0);
    let fired = false;
    clock.setTimer(() => {
      throw new Error('from the timer');
    }, 10);
    clock.setTimer(() => (fired = true), 20);

    await expect(clock.advance(30)).rejects.toThrow('from the timer');
    await clock.advance(30);
    expect(fired).toBe(true);
  });

  it('refuses to advance through timers that set each other without end', async () => {
    const clock = manualClock(0);
    const again = (): void => void clock.setTimer(again, 0);
    again();
    await expect(clock.advance(1)).rejects.toThrow(/expected the timers without delay to come to an end/);
  });
});
