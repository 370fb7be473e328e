import { expect } from 'vitest';
import { waitFor } from '../../engines/wait-for.js';
import type { Case, Page, Stage } from '../stage.js';
import {
  expectOneSession,
  hold,
  openExpired,
  openSignedIn,
  outcomesOf,
  refreshKept,
  shortenLease,
  startAtOnce,
} from './support.js';

/** One refresh for all. */
export const sharing: readonly Case[] = [
  {
    name: 'tabs-one-refresh',
    about: 'ten tabs wake with a dead token, and in Chromium twenty: one refresh runs, and all are served',
    async run(stage) {
      const ten = await openExpired(stage, 10);
      await wakeAtOnce(stage, ten);
      // The other browsers take ten seconds and more to open as many.
      if (stage.engine.name !== 'chromium') return;
      await ten[0].call('signIn', stage.deadTokens());
      const all = [...ten, ...(await stage.openMany(10))] as const;
      // A hint may be on its way to them still.
      for (const page of ten) await page.call('until', 'signed-in', page === ten[0] ? 2 : 1);
      await wakeAtOnce(stage, all);
    },
  },
  {
    name: 'tabs-adopt',
    about: 'a tab that waits for the refresh of another adopts what it brings',
    async run(stage) {
      const [refreshing, waiting] = await openPair(stage);
      const kept = await refreshKept(stage, refreshing);
      await hold(waiting, 5);
      kept.release();

      expect(await outcomesOf(waiting)).toEqual([200, 200, 200, 200, 200]);
      expect(await outcomesOf(refreshing)).toEqual([200]);
      expect(await waiting.call('events')).toContain('adopted');
      expect(await waiting.call('events')).not.toContain('refresh-started');
      expect(stage.site.presented).toHaveLength(1);
      await expectOneSession(stage, [refreshing, waiting]);
    },
  },
  {
    name: 'tabs-loser-adopts',
    about: 'a refusal that comes after another tab has won leaves its tokens alone, and adopts them',
    async run(stage) {
      const options = { refreshTimeoutMs: 60_000 };
      const [loser, winner] = await openExpired(stage, 2, options);
      await shortenLease(loser, options);
      stage.site.auth.failNextRefresh('refuse');
      const kept = await refreshKept(stage, loser);
      expect(await winner!.call('request')).toMatchObject({ status: 200 });
      kept.release();

      expect(await outcomesOf(loser)).toEqual([200]);
      expect(await loser.call('events')).toContain('adopted');
      expect(await loser.call('events')).not.toContain('ended');
      await expectOneSession(stage, [loser, winner!]);
    },
  },
  {
    name: 'tabs-stale-read',
    about: 'in a hundred handovers between tabs no refresh token is presented twice',
    async run(stage) {
      const { site } = stage;
      const pages = await openSignedIn(stage, 4, { unlimited: true });
      for (const page of pages) await page.call('race');
      await waitFor('a hundred handovers', async () => handovers(site.presented) >= 100);
      await Promise.all(pages.map((page) => page.call('stopRacing')));

      const tokens = site.presented.map(({ refreshToken }) => refreshToken);
      expect(new Set(tokens).size).toBe(tokens.length);
      expect(await Promise.all(pages.map(async (page) => (await page.call('request')).status))).toEqual([
        200, 200, 200, 200,
      ]);
      await expectOneSession(stage, pages);
    },
  },
  {
    name: 'duplicated-tab',
    about: 'a tab and its duplicate wake at once, and no refresh token is presented twice',
    async run(stage) {
      const [original] = await openExpired(stage, 1);
      const copy = await original.duplicate();
      await copy.call('ready');
      await wakeAtOnce(stage, [original, copy]);
      stage.site.auth.revokeAccess();
      await copy.call('begin');
      await original.call('begin');
      expect(await outcomesOf(copy)).toEqual([200]);
      expect(await outcomesOf(original)).toEqual([200]);
      expect(stage.site.presented).toHaveLength(2);
    },
  },
  {
    name: 'one-session (frame, workers)',
    about: 'a tab, its frame, its worker and the service worker are one session with the other tabs',
    async run(stage) {
      const [page, other] = await openPair(stage);
      const scopes = [
        await page.scope('frame'),
        await page.scope('worker'),
        await page.scope('service-worker'),
      ];
      const all = [...scopes, page.call, other.call];
      for (const call of all) await call('ready');
      await startAtOnce([other, page, ...scopes.map((call) => ({ call }))]);
      for (const call of all) expect(await call('outcomes')).toMatchObject([{ status: 200 }]);
      expect(stage.site.presented).toHaveLength(1);

      await scopes[1]?.('signOut');
      for (const call of all) {
        await call('until', 'ended');
        expect(await call('snapshot')).toMatchObject({ status: 'signed-out', endedBy: 'signed-out' });
      }
    },
  },
];

async function openPair(stage: Stage): Promise<[Page, Page]> {
  const [one, other] = await openExpired(stage, 2);
  if (!other) throw new Error('expected two tabs');
  return [one, other];
}

export async function wakeAtOnce({ site }: Stage, pages: readonly [Page, ...Page[]]): Promise<void> {
  const before = site.presented.length;
  await startAtOnce(pages, 3);
  const outcomes = await Promise.all(pages.map(outcomesOf));
  expect(outcomes).toEqual(pages.map(() => [200, 200, 200]));
  expect(site.presented).toHaveLength(before + 1);
}

/** How often a refresh came from another tab than the one before. */
function handovers(presented: Stage['site']['presented']): number {
  return presented.filter(({ tab }, index) => index > 0 && tab !== presented[index - 1]?.tab).length;
}
