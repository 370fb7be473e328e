import type { ConformanceCase } from '../case.js';
import { comesTrue } from './support/comes-true.js';
import { times } from './support/times.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'Thirty requests wait for a refresh that is refused, and the app listens for the end of its session.',
  why: 'The app shows a message and the login page. Told by each of thirty callers it shows thirty messages (soybean-admin#565).',
  right: 'The app is told once. Whether the thirty are free is asked by another case.',
  needs: ['ended-event'],
  async run(stage) {
    const player = await stage.start();
    await stage.server.revokeSessions();
    await stage.expire();
    await together(stage, () => times(30, (index) => player.request(stage.path(`n=${index}`))));
    if (!(await comesTrue(stage, () => player.endings() > 0))) stage.fail('the app is never told');
    if (player.endings() > 1) stage.fail('the app is told more than once');
  },
};
