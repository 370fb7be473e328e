import { expect } from 'vitest';
import type { Case, Page, Stage } from '../stage.js';

/** One refresh for all. */
export const sharing: readonly Case[] = [
  {
    name: 'tabs-one-refresh',
    about: 'ten tabs wake with a dead token, one refresh runs, and all are served',
    run: (stage) => wakeAtOnce(stage, 10),
  },
  {
    name: 'tabs-one-refresh (20 tabs)',
    about: 'twenty tabs wake with a dead token, one refresh runs, and all are served',
    run: (stage) => wakeAtOnce(stage, 20),
  },
];

async function wakeAtOnce(stage: Stage, count: number): Promise<void> {
  const { site } = stage;
  const [first, ...others] = await openSignedIn(stage, count);
  await Promise.all([first, ...others].map((page) => page.call('awaitStart', 3)));
  await first.call('start');
  // A channel does not hear itself.
  await first.call('begin', 3);
  const outcomes = await Promise.all([first, ...others].map((page) => page.call('outcomes')));

  expect(outcomes.map((ofTab) => ofTab.map(({ status, error }) => status ?? error))).toEqual(
    Array.from({ length: count }, () => [200, 200, 200]),
  );
  expect(site.auth.counters.refreshes).toBe(1);
}

/** Tabs that all know the same dead tokens. */
async function openSignedIn(stage: Stage, count: number): Promise<[Page, ...Page[]]> {
  const first = await stage.open();
  await first.call('signIn', stage.deadTokens());
  return [first, ...(await stage.openMany(count - 1))];
}
