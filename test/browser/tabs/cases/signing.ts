import { expect } from 'vitest';
import { atLeastOne } from '../../../support/at-least-one.js';
import type { Case } from '../stage.js';
import {
  expectOneSession,
  expectSignedOut,
  hold,
  openExpired,
  openSignedIn,
  outcomesOf,
  refreshKept,
  result,
} from './support.js';

/** Who is signed in is the same everywhere. */
export const signing: readonly Case[] = [
  {
    name: 'tabs-sign-out',
    about: 'a sign-out reaches every tab, and a refresh under way does not bring the session back',
    async run(stage) {
      const [refreshing, waiting, other] = await openExpired(stage, 3);
      const kept = await refreshKept(stage, refreshing);
      await hold(waiting!, 3);
      await other!.call('signOut');

      expect(await outcomesOf(waiting!)).toEqual(Array(3).fill('session-ended: signed-out'));
      expect(await outcomesOf(refreshing)).toEqual(['session-ended: signed-out']);
      kept.release();
      const late = await stage.open();
      await expectSignedOut([refreshing, waiting!, other!, late]);
      expect(stage.site.auth.counters.served).toBe(0);
    },
  },
  {
    name: 'tabs-sign-in-other',
    about: 'a sign-in as somebody else rejects what is held in every tab, as soon as it is heard of',
    async run(stage) {
      const [refreshing, waiting, other] = await openExpired(stage, 3);
      const kept = await refreshKept(stage, refreshing);
      await hold(waiting!, 3);
      await waiting!.call('watchSignIn');
      await other!.call('signIn', stage.liveTokens('lin'));

      expect(await waiting!.call('openAfterSignIn')).toBe(0);
      expect(await outcomesOf(waiting!)).toEqual(Array(3).fill('session-ended: replaced'));
      expect(await outcomesOf(refreshing)).toEqual(['session-ended: replaced']);
      kept.release();
      expect(stage.site.auth.counters.served).toBe(0);
      for (const page of [refreshing, waiting!, other!]) {
        expect(await page.call('request')).toMatchObject({ status: 200 });
      }
      await expectOneSession(stage, [refreshing, waiting!, other!]);
    },
  },
  {
    name: 'expired-asks',
    about: 'a refusal asks the user once a tab at most, and one sign-in answers for all tabs',
    async run(stage) {
      const pages = await openExpired(stage, 3, { asks: true });
      stage.site.auth.revokeSessions();
      for (const page of pages) await page.call('begin', 2);
      await pages[0].call('until', 'asked');
      await pages[0].call('answer', stage.liveTokens());

      for (const page of atLeastOne(pages)) expect(await outcomesOf(page), page.name).toEqual([200, 200]);
      for (const page of atLeastOne(pages))
        expect(await page.call('asked'), page.name).toBeLessThanOrEqual(1);
      await expectOneSession(stage, pages);
    },
  },
  {
    name: 'restored-signed-out',
    about: 'a page that comes back from the back-forward cache after a sign-out sends nothing any more',
    async run(stage) {
      const [away, other] = await openSignedIn(stage, 2);
      expect(await away.call('request')).toMatchObject({ status: 200 });
      await away.tab.goTo(`${stage.site.origin}/blank`);
      await other!.call('signOut');
      const served = stage.site.auth.counters.served;
      await away.tab.goBack();
      await away.call('ready');

      const [isRestored] = await away.tab.evaluate<boolean[]>('holdfastTab.showings.slice(1)');
      if (isRestored) expect(await outcomesOf(away)).toEqual(['session-ended: signed-out']);
      await expectSignedOut([away]);
      expect(result(await away.call('request'))).toBe(401);
      expect(stage.site.auth.counters.served).toBe(served);
    },
  },
];
