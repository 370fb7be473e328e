import { setImmediate } from 'node:timers/promises';
import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';
import { UNTIL_HEALED } from './support/until-healed.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'A refresh fails with 500 and another is refused, while three callers wait who all catch what they get.',
  why: 'A rejection that the library makes and nobody can catch ends the process in Node, and is an alarm in every error tracker.',
  right: 'Nothing is left unhandled. No other case asks for that, so one fault is one failure.',
  needs: [],
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.failRefresh('error', { times: UNTIL_HEALED });
    await stage.expire();
    await stage.settle(times(3, (index) => request(stage.path(`failed=${index}`))));
    await stage.server.healRefresh();
    await stage.server.revokeSessions();
    await stage.settle(times(3, (index) => request(stage.path(`refused=${index}`))));
    // A rejection is called unhandled only after the turn in which it happened.
    await setImmediate();
    await setImmediate();
    const [kind] = stage.unhandled();
    if (kind !== undefined) stage.fail(`leaves an unhandled rejection (${kind})`);
  },
};
