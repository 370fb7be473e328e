import { expect } from 'vitest';
import { atLeastOne } from '../../../support/at-least-one.js';
import type { Case, Page, Stage } from '../stage.js';
import {
  expectOneSession,
  hold,
  openExpired,
  outcomesOf,
  refreshKept,
  result,
  shortenLease,
  startAtOnce,
} from './support.js';

/** A server that forgives a refresh token for a while, and pages that know it. */
const GRACE_MS = 600_000;
/** Far longer than a test may take: whoever waits for its end has not noticed that its holder is gone. */
const LONG = { refreshTimeoutMs: 60_000, reuseGraceMs: GRACE_MS };

/** Whoever refreshes is gone, or stands still. */
export const holders: readonly Case[] = [
  {
    name: 'tab-killed-holding (closed)',
    about: 'the tab that refreshes is closed, and another takes over at once',
    run: (stage) => lose(stage, LONG, (holder) => holder.close()),
  },
  {
    name: 'tab-killed-holding (crashed)',
    about: 'the tab that refreshes crashes, and another takes over at once',
    needs: ['crash'],
    run: (stage) => lose(stage, LONG, (holder) => holder.crash()),
  },
  {
    name: 'tab-frozen',
    about:
      'a frozen tab holds up one renewal until its lease ends, not the next, and its late answer is fenced off',
    needs: ['freeze'],
    async run(stage) {
      const { site } = stage;
      site.auth.settings.reuseGraceMs = GRACE_MS;
      const [frozen, other] = await openExpired(stage, 2, LONG);
      await shortenLease(frozen, LONG);
      const kept = await refreshKept(stage, frozen);
      await frozen.tab.freeze();
      try {
        expect(await other!.call('request')).toMatchObject({ status: 200 });
        site.auth.revokeAccess();
        expect(await other!.call('request')).toMatchObject({ status: 200 });
        kept.release();
      } finally {
        // Whoever asks it anything meanwhile waits for ever.
        await frozen.tab.thaw();
      }
      const presented = site.presented.length;

      expect(await outcomesOf(frozen)).toEqual([200]);
      expect(await frozen.call('request')).toMatchObject({ status: 200 });
      expect(site.presented).toHaveLength(presented);
      await expectOneSession(stage, [frozen, other!]);
    },
  },
  {
    name: 'tab-frozen (back-forward cache)',
    about: 'a tab that is left in mid-refresh is taken over from, and comes back to the same session',
    async run(stage) {
      const { site } = stage;
      site.auth.settings.reuseGraceMs = GRACE_MS;
      const [away, other] = await openExpired(stage, 2, LONG);
      await shortenLease(away, LONG);
      const kept = await refreshKept(stage, away);
      await away.tab.goTo(`${site.origin}/blank`);
      expect(await other!.call('request')).toMatchObject({ status: 200 });
      kept.release();
      await away.tab.goBack();
      await away.call('ready');
      expect(await away.call('request')).toMatchObject({ status: 200 });
      await expectOneSession(stage, [away, other!]);
    },
  },
  {
    name: 'answer-lost (grace)',
    about: 'a tab reloads while its refresh is on its way, and recovers inside the grace of the server',
    async run(stage) {
      stage.site.auth.settings.reuseGraceMs = GRACE_MS;
      const [page] = await openExpired(stage, 1, LONG);
      const kept = await refreshKept(stage, page);
      await page.reload();
      await kept.left;
      expect(await page.call('request')).toMatchObject({ status: 200 });
      const [first, again] = stage.site.presented;
      expect(again?.refreshToken).toBe(first?.refreshToken);
      await expectOneSession(stage, [page]);
    },
  },
  {
    name: 'answer-lost (strict)',
    about: 'where the server is strict and nothing can be done, every tab hears that the refresh was lost',
    reuseAlarms: 1,
    async run(stage) {
      const [page, other] = await openExpired(stage, 2);
      const kept = await refreshKept(stage, page);
      await page.reload();
      await kept.left;
      expect(result(await page.call('request'))).toBe('session-ended: refresh-lost');
      for (const one of [page, other!]) {
        expect(await one.call('until', 'ended')).toMatchObject({ reason: 'refresh-lost' });
        expect(await one.call('snapshot')).toMatchObject({ status: 'signed-out', endedBy: 'refresh-lost' });
      }
    },
  },
  {
    name: 'no-web-locks (plain HTTP)',
    about:
      'without Web Locks, on plain HTTP, a refresh is just as single, and a dead tab is noticed by its lease',
    needs: ['plain-http'],
    async run(stage) {
      const pages = await openExpired(stage, 4, LONG, 'plain-http');
      expect(await pages[0].tab.evaluate('[isSecureContext, "locks" in navigator]')).toEqual([false, false]);
      await withoutLocks(stage, pages);
    },
  },
  {
    name: 'no-web-locks (taken away)',
    about: 'without Web Locks a refresh is just as single, and a dead tab is noticed by its lease',
    async run(stage) {
      const pages = await openExpired(stage, 4, { ...LONG, without: ['locks'] });
      expect(await pages[0].tab.evaluate('navigator.locks === undefined')).toBe(true);
      await withoutLocks(stage, pages);
    },
  },
];

async function lose(
  stage: Stage,
  options: typeof LONG,
  loseHolder: (holder: Page) => Promise<void>,
): Promise<void> {
  stage.site.auth.settings.reuseGraceMs = GRACE_MS;
  const [holder, ...others] = await openExpired(stage, 3, options);
  await refreshKept(stage, holder);
  for (const other of others) await hold(other, 2);
  await loseHolder(holder);
  for (const other of atLeastOne(others)) expect(await outcomesOf(other)).toEqual([200, 200]);
  expect(stage.site.presented).toHaveLength(2);
  await expectOneSession(stage, others);
}

async function withoutLocks(stage: Stage, pages: [Page, ...Page[]]): Promise<void> {
  const { site } = stage;
  const [first, ...others] = pages;
  site.auth.settings.reuseGraceMs = GRACE_MS;
  await startAtOnce(pages, 3);
  for (const page of atLeastOne(pages)) expect(await outcomesOf(page)).toEqual([200, 200, 200]);
  expect(site.presented).toHaveLength(1);

  site.auth.revokeAccess();
  await shortenLease(first, LONG);
  await refreshKept(stage, first);
  // Not until they are held: on a slow machine the lease may be over by then.
  for (const other of others) await other.call('begin');
  await first.close();
  for (const other of atLeastOne(others)) expect(await outcomesOf(other)).toEqual([200]);
  expect(site.presented).toHaveLength(3);
}
