import type { ConformanceCase } from '../case.js';
import type { Outcome } from '../stage/outcomes.js';
import type { Stage } from '../stage/stage.js';
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
    const send = () => inTurn(10, () => stage.outcomeOf(request(stage.path())));
    await stage.expect({ outcomes: await whileGood(stage, send) });
    await stage.time.pass(50 * DAY_MS);
    await stage.expect({ outcomes: await whileGood(stage, send) });
    await stage.time.pass(11 * DAY_MS);
    await stage.expect({ outcomes: await send() });
    const { refreshes } = await stage.server.seen();
    if (refreshes > 1) stage.fail('more than one refresh for one dead token');
    await stage.expect({ refreshes: 1 });
  },
};

/** How often an overflowing timer fired meanwhile is a matter of chance. */
async function whileGood(stage: Stage, send: () => Promise<Outcome[]>): Promise<Outcome[]> {
  const outcomes = await send();
  if ((await stage.server.seen()).refreshes > 0) stage.fail('refreshed while the token was good');
  return outcomes;
}
