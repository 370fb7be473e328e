import { expect } from 'vitest';
import { atLeastOne } from '../../../support/at-least-one.js';
import type { Lacking } from '../page/options.js';
import type { Case, Page, Stage } from '../stage.js';
import {
  expectOneSession,
  expectSignedOut,
  openExpired,
  openSignedIn,
  outcomesOf,
  result,
} from './support.js';
import { wakeAtOnce } from './sharing.js';

/** The storage refuses, holds something else, or is taken away. */
export const storage: readonly Case[] = [
  refuses('security error', 'database-access', 'IndexedDB may not be named'),
  refuses('disabled', 'database', 'there is no IndexedDB'),
  refuses('quota', 'database-room', 'every write goes over the quota'),
  {
    name: 'storage-refuses (private window)',
    about: 'the tabs of a private window are one session, and no other window hears of it',
    needs: ['private-window'],
    async run(stage) {
      const outside = await stage.open();
      const pages = await openExpired(stage, 3, {}, 'private-window');
      await wakeAtOnce(stage, pages);
      expect(await outside.call('snapshot')).toMatchObject({ status: 'signed-out' });
      expect(await outside.call('events')).toEqual([]);
    },
  },
  {
    name: 'storage-garbage (foreign data)',
    about: 'what is not a record under the key counts as signed out, is told, and gives way to a sign-in',
    async run(stage) {
      for (const garbage of [
        '{"tokens":',
        42,
        { tokens: { accessToken: 'at' } },
        { format: 1, record: {} },
      ]) {
        const [page] = await openSignedIn(stage, 1);
        await startOver(stage, page, () => page.call('plant', garbage));
      }
    },
  },
  {
    name: 'storage-garbage (newer version)',
    about: 'a record or a database of a later version is left for what it is, and the page works',
    async run(stage) {
      const [page] = await openSignedIn(stage, 1);
      await startOver(stage, page, () => page.call('plant', { format: 2, session: 'of tomorrow' }));
      await page.call('plant', { format: 2, session: 'of tomorrow' }, 2);
      await page.reload();
      expect(await page.call('snapshot')).toMatchObject({ status: 'signed-out' });
      await page.call('signIn', stage.liveTokens());
      expect(await page.call('request')).toMatchObject({ status: 200 });
      expect(await page.call('problems')).not.toEqual([]);
    },
  },
  {
    name: 'database-deleted',
    about:
      'a database that is deleted under running pages is made anew by the next sign-in, and is one for all',
    async run(stage) {
      const pages = await openSignedIn(stage, 3);
      await pages[1]!.call('deleteDatabase');
      stage.site.auth.revokeAccess();
      for (const page of pages) await page.call('begin');
      for (const page of atLeastOne(pages)) expect(await outcomesOf(page)).toHaveLength(1);

      await pages[2]!.call('signIn', stage.deadTokens());
      for (const page of pages) await page.call('begin');
      for (const page of pages) await outcomesOf(page);
      await expectOneSession(stage, pages);
      for (const page of atLeastOne(pages)) expect(await page.call('request')).toMatchObject({ status: 200 });
    },
  },
];

function refuses(title: string, lacking: Lacking, why: string): Case {
  return {
    name: `storage-refuses (${title})`,
    about: `where ${why}, the page works in memory, and says so`,
    async run(stage) {
      const page = await stage.open({ without: [lacking] });
      await page.call('signIn', stage.deadTokens());
      await page.call('begin', 5);
      expect(await outcomesOf(page)).toEqual([200, 200, 200, 200, 200]);
      expect(stage.site.presented).toHaveLength(1);
      expect(await page.call('problems')).not.toEqual([]);
      await page.call('signOut');
      await expectSignedOut([page]);
    },
  };
}

/** Loaded over what was planted: signed out, told, and as good as new after a sign-in, for other tabs too. */
async function startOver(stage: Stage, page: Page, plant: () => Promise<unknown>): Promise<void> {
  await plant();
  await page.reload();
  await expectSignedOut([page]);
  expect(await page.call('problems')).not.toEqual([]);
  expect(result(await page.call('request'))).toBe(401);
  await page.call('signIn', stage.liveTokens());
  await expectOneSession(stage, [page]);
}
