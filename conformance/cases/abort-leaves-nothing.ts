import { getEventListeners } from 'node:events';
import type { ConformanceCase } from '../case.js';
import { isServed } from '../stage/outcomes.js';
import { collectGarbage } from './support/collect-garbage.js';
import { times } from './support/times.js';

const THOUSANDS = 10;
const AT_ONCE = 100;
const LIFETIME_MS = 60 * 60 * 1000;

export const conformanceCase: ConformanceCase = {
  checks:
    'Ten thousand requests on one signal, a hundred at a time; the token dies once in between. Garbage is collected before the listeners are counted, since the platform’s own `fetch` lets go of its own only then.',
  why: 'A signal of a page, or of an app, outlives its requests. A listener that each of them leaves holds what the request held, and all of them run when it aborts.',
  right:
    'No listener is left on the signal, neither by those that were served at once nor by those that waited.',
  needs: ['abort-signal'],
  limits: { sends: 2 * THOUSANDS * 1_000, ms: 900_000 },
  async run(stage) {
    await stage.server.set({ accessLifetimeMs: LIFETIME_MS });
    const { request } = await stage.start();
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    for (let made = 0; made < THOUSANDS; made += 1) {
      if (made === THOUSANDS / 2) await stage.time.pass(2 * LIFETIME_MS);
      for (let sent = 0; sent < 1_000; sent += AT_ONCE) {
        const outcomes = await stage.settle(times(AT_ONCE, () => request(stage.path(), { signal })));
        // What becomes of those that meet the dead token is for other cases to judge.
        if (made === 0 && !outcomes.every(isServed)) stage.fail('not everybody was served');
      }
      await collectGarbage(() => listeners() === 0);
      if (listeners() >= 1_000) stage.fail('each request leaves a listener on the signal');
    }
    if (listeners() > 0) stage.fail('some requests leave a listener on the signal');
  },
};
