import type { ConformanceCase } from '../contract.js';
import { inTurn } from './support/in-turn.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export const conformanceCase: ConformanceCase = {
  checks:
    'A token lives for sixty days. It is used on the first day, on the fiftieth, and on the sixty-first.',
  why: 'A timer for more than 2³¹ − 1 ms, which is 24.8 days, fires at once (HTML Standard, Timers: the delay is a `long`), and so does the next one; see [keycloak/keycloak-js#107](https://github.com/keycloak/keycloak-js/issues/107).',
  right: 'No timer overflows, nothing is refreshed before the token is dead, and once it is, once.',
  needs: [],
  async run(stage) {
    await stage.server.set({ accessLifetimeMs: 60 * DAY_MS, refreshLifetimeMs: 365 * DAY_MS });
    const { request } = await stage.start();
    const use = (times: number) => inTurn(times, () => stage.outcomeOf(request(stage.path())));
    await stage.expect({ outcomes: await use(10), refreshes: 0 });
    await stage.time.pass(50 * DAY_MS);
    await stage.expect({ outcomes: await use(10), refreshes: 0 });
    await stage.time.pass(11 * DAY_MS);
    await stage.expect({ outcomes: await use(10), refreshes: 1 });
  },
};
