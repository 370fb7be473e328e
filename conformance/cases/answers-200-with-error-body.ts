import type { ConformanceCase } from '../case.js';
import { leaveLoopsOut, LOOP } from './support/no-loop.js';
import { expectSoundTokens } from './support/sound-tokens.js';
import { times } from './support/times.js';
import { UNTIL_HEALED } from './support/until-healed.js';
import { together } from './support/together.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh is answered with HTTP 200 and an error for a body, and no tokens. Ten requests wait for it.',
  why: 'Servers that answer everything with 200 are common, and so are users who return the body as it is. Whoever stores that has thrown away a refresh token that was still good.',
  right: 'All ten are free with an error or their 401, and the library holds its old tokens or none.',
  needs: ['reads-tokens'],
  limits: { sends: LOOP },
  async run(stage) {
    const player = await stage.start();
    const issued = (await player.tokens())?.accessToken;
    await stage.server.failRefresh('error-in-200', { times: UNTIL_HEALED });
    await stage.expire();
    const outcomes = await together(stage, () =>
      times(10, (index) => player.request(stage.path(`n=${index}`))),
    );
    await leaveLoopsOut(stage);
    await stage.expect({ outcomes, unserved: 10 });
    await expectSoundTokens(stage, player, issued);
  },
};
