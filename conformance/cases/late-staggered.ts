import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'Three requests are out when their token dies, and their 401s arrive one after the other: the second when the first is served already, the third when the second is.',
  why: 'Replies of different services take different times. Whoever looks at the status alone refreshes once for each.',
  right:
    'One refresh in all; the second and the third are sent again with the tokens that are already there.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    const gates = await Promise.all(times(3, (index) => stage.hold(stage.path(`late=${index}`))));
    const calls = gates.map((_, index) => request(stage.path(`late=${index}`)));
    for (const gate of gates) await gate.reached(1);
    await stage.server.revokeAccess();
    const outcomes = [];
    for (const [index, gate] of gates.entries()) {
      await gate.open();
      outcomes.push(...(await stage.settle(calls.slice(index, index + 1))));
    }
    await stage.expect({ outcomes, refreshes: 1, sends: 6 });
  },
};
