import type { ConformanceCase } from '../case.js';
import { killToken, startLongSession } from './support/long-session.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A server says 419 for a dead token, and the app asked for 401 and 419.',
  why: 'Not every server keeps to 401 (RFC 9110, section 15.5.2): Laravel has 419 for a session that ran out.',
  right: 'Both bring one refresh and one replay; 440, which nobody asked for, is the caller’s.',
  needs: ['rejection', 'statuses'],
  async run(stage) {
    const { request } = await startLongSession(stage, { judge: { by: 'status', statuses: [401, 419] } });
    for (const [index, status] of [419, 401].entries()) {
      const path = stage.path(`says-${status}`);
      await stage.server.plan({ prefix: path, when: 'dead-token', status, body: { error: 'expired' } });
      await killToken(stage);
      const outcome = await stage.outcomeOf(request(path));
      const rounds = index + 1;
      await stage.expect({ outcomes: [outcome], refreshes: rounds, sends: 2 * rounds });
    }
    const path = stage.path('says-440');
    await stage.server.plan({ prefix: path, when: 'always', status: 440, body: { error: 'timeout' } });
    const other = await stage.outcomeOf(request(path));
    await stage.expect({ outcomes: [other], unserved: 1, refreshes: 2, sends: 5 });
  },
};
