import type { ConformanceCase } from '../case.js';
import { quiet } from './support/quiet.js';

export const conformanceCase: ConformanceCase = {
  checks: 'While a refresh runs, another request begins.',
  why: 'It is known by then that the token is dead. Sent with it, the request comes back refused and costs another round trip, or a second refresh.',
  right: 'It is held until the refresh is over, and never sent with the dead token; both are served.',
  needs: [],
  async run(stage) {
    const { request } = await stage.start();
    const refresh = await stage.hold('/auth/refresh');
    await stage.expire();
    const first = request(stage.path('first'));
    await refresh.reached(1);
    const second = request(stage.path('second'));
    await quiet(stage);
    await refresh.open();
    const outcomes = await stage.settle([first, second]);
    const { rejected } = await stage.server.seen();
    // Where only the server judges, the first request finds out.
    const most = stage.offers('expiry') ? 0 : 1;
    if (rejected > most) stage.fail('sent with the dead token while the refresh ran');
    await stage.expect({ outcomes, refreshes: 1 });
  },
};
