import { expect } from 'vitest';
import { atLeastOne } from '../../../support/at-least-one.js';
import { waitFor } from '../../engines/wait-for.js';
import type { Case } from '../stage.js';
import { wakeAtOnce } from './sharing.js';
import { expectSignedOut, hold, openExpired, openSignedIn, outcomesOf, refreshKept } from './support.js';

/** Tokens in the memory of the tabs alone. */
const IN_MEMORY = { store: 'tabs' } as const;
const GRACE_MS = 60_000;

/** The same session without anything stored. */
export const tabsStores: readonly Case[] = [
  {
    name: 'tabs-store (one refresh)',
    about: 'tabs that keep tokens in memory alone refresh once, hand the tokens to a new tab, and store none',
    async run(stage) {
      const pages = await openExpired(stage, 4, IN_MEMORY);
      const dead = await pages[0].call('accessToken');
      await wakeAtOnce(stage, pages);
      const late = await stage.open(IN_MEMORY);
      // On a slow machine they come after the new tab has given them up for lost.
      const fresh = await waitFor('the tokens of the others', () => late.call('accessToken'));
      for (const page of atLeastOne(pages)) expect(await page.call('accessToken'), page.name).toBe(fresh);
      const stored = await late.call('dump');
      for (const token of [dead, fresh, ...stage.site.presented.map(({ refreshToken }) => refreshToken)]) {
        expect(stored).not.toContain(token);
      }
    },
  },
  {
    name: 'tabs-store (holder closed)',
    about: 'where tokens are in memory alone, another tab takes over from one that is closed in mid-refresh',
    async run(stage) {
      const { site } = stage;
      site.auth.settings.reuseGraceMs = GRACE_MS;
      const options = { ...IN_MEMORY, refreshTimeoutMs: GRACE_MS, reuseGraceMs: GRACE_MS };
      const [holder, waiting] = await openExpired(stage, 2, options);
      const kept = await refreshKept(stage, holder);
      await hold(waiting!, 3);
      await holder.close();
      await kept.left;
      expect(await outcomesOf(waiting!)).toEqual([200, 200, 200]);
      expect(site.presented.map(({ refreshToken }) => refreshToken)).toEqual(
        Array(2).fill(site.presented[0]?.refreshToken),
      );
    },
  },
  {
    name: 'tabs-store (sign-out, last tab)',
    about: 'a sign-out reaches every tab, and the last tab takes the tokens with it',
    async run(stage) {
      const [first, second] = await openSignedIn(stage, 2, IN_MEMORY);
      await second!.call('signOut');
      await first.call('until', 'ended');
      await expectSignedOut([first, second!]);

      await first.call('signIn', stage.liveTokens());
      await second!.call('until', 'signed-in');
      await first.close();
      expect(await second!.call('request')).toMatchObject({ status: 200 });
      await second!.reload();
      await expectSignedOut([second!]);
    },
  },
];
