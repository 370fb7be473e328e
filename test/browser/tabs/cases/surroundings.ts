import { expect } from 'vitest';
import { atLeastOne } from '../../../support/at-least-one.js';
import type { Case } from '../stage.js';
import {
  expectOneSession,
  hold,
  openExpired,
  openSignedIn,
  outcomesOf,
  refreshKept,
  result,
} from './support.js';

/** The clock, the network and the server. */
export const surroundings: readonly Case[] = [
  {
    name: 'clock-jumped',
    about: 'a tab whose clock jumped an hour ahead or back neither loops nor confuses the others',
    async run(stage) {
      const { site } = stage;
      const [jumped, steady] = await openSignedIn(stage, 2);
      for (const byMs of [3_600_000, -7_200_000]) {
        await jumped.call('jump', byMs);
        for (const page of [jumped, steady!])
          expect(await page.call('request')).toMatchObject({ status: 200 });
        site.auth.revokeAccess();
        for (const page of [steady!, jumped])
          expect(await page.call('request')).toMatchObject({ status: 200 });
      }
      expect(site.presented.length).toBeLessThanOrEqual(4);
      await expectOneSession(stage, [jumped, steady!]);
    },
  },
  {
    name: 'clock-jumped (holder)',
    about: 'a claim made by a clock that is an hour ahead holds nobody up once its tab is gone',
    async run(stage) {
      const { site } = stage;
      site.auth.settings.reuseGraceMs = 60_000;
      // A lease that outlasts the test: whoever waits for its end is held up.
      const [jumped, steady] = await openExpired(stage, 2, {
        refreshTimeoutMs: 60_000,
        reuseGraceMs: 60_000,
      });
      await jumped.call('jump', 3_600_000);
      await refreshKept(stage, jumped);
      await hold(steady!);
      await jumped.close();
      expect(await outcomesOf(steady!)).toEqual([200]);
    },
  },
  {
    name: 'network-cut',
    about:
      'without a network requests fail and the session stays; once it is back all are served by one refresh',
    needs: ['offline'],
    async run(stage) {
      const pages = await openExpired(stage, 2);
      for (const { tab } of pages) await tab.setOffline(true);
      for (const page of atLeastOne(pages))
        expect(result(await page.call('request'))).toMatch(/^refresh-failed: /);
      expect(stage.site.presented).toEqual([]);
      for (const { tab } of pages) await tab.setOffline(false);
      for (const page of atLeastOne(pages)) expect(await page.call('request')).toMatchObject({ status: 200 });
      expect(stage.site.presented).toHaveLength(1);
      await expectOneSession(stage, pages);
    },
  },
  {
    name: 'server-restarted',
    about:
      'while the server is down requests fail and the session stays; once it is back all are served by one refresh',
    async run(stage) {
      const pages = await openExpired(stage, 2);
      await stage.site.stop();
      for (const page of atLeastOne(pages))
        expect(result(await page.call('request'))).toMatch(/^refresh-failed: /);
      await stage.site.restart();
      for (const page of atLeastOne(pages)) expect(await page.call('request')).toMatchObject({ status: 200 });
      expect(stage.site.presented).toHaveLength(1);
      await expectOneSession(stage, pages);
    },
  },
];
