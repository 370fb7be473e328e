import type { ConformanceCase } from '../case.js';
import { inTurn } from './support/in-turn.js';

const HOUR_MS = 60 * 60 * 1000;

export const conformanceCase: ConformanceCase = {
  checks:
    'A laptop sleeps for an hour while a refresh is under way, and its answer comes after that. Then it sleeps again, with nothing going on, until those tokens are dead too. No timer fires in its sleep.',
  why: 'Timers stand still while a machine sleeps and a page is frozen: whoever counts on one to have fired works with dead tokens, and whoever counts the hour as slowness gives up a refresh that was answered.',
  right:
    'Each time everybody is served, with one refresh. A library that judges by the clock sends nothing with a dead token.',
  needs: [],
  async run(stage) {
    await stage.server.set({ accessLifetimeMs: 2 * HOUR_MS });
    const { request } = await stage.start();
    await stage.time.pass(3 * HOUR_MS);
    const refresh = await stage.hold('/auth/refresh', 'before-answering');
    const held = request(stage.path());
    await refresh.reached(1);
    await stage.time.pass(HOUR_MS);
    await refresh.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(held)], refreshes: 1 });
    // Dead also for those who count from when the answer came.
    await stage.time.pass(3 * HOUR_MS);
    const awake = await inTurn(5, () => stage.outcomeOf(request(stage.path())));
    const byClock = stage.offers('expiry') && { sends: 1 + awake.length };
    await stage.expect({ outcomes: awake, refreshes: 2, ...byClock });
  },
};
