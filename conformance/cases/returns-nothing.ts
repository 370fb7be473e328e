import type { ConformanceCase } from '../case.js';
import type { Tokens } from '../contract.js';
import { expectNoLoop, LOOP } from './support/no-loop.js';
import { expectSoundTokens } from './support/sound-tokens.js';
import { times } from './support/times.js';
import { deferred } from './support/deferred.js';
import { quiet } from './support/quiet.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh that the user wrote resolves to nothing, for want of a `return`. Ten requests wait for it.',
  why: 'Taken for tokens, nothing becomes `Bearer undefined`, and in the store it outlives the page.',
  right:
    'All ten are free with an error or their 401, nothing is sent again and again, and the library holds its old tokens or none.',
  needs: ['refresh-function', 'reads-tokens'],
  limits: { sends: LOOP },
  async run(stage) {
    const nothing = deferred<Tokens>();
    const asked = deferred<void>();
    const player = await stage.start({
      refresh: () => () => {
        asked.resolve();
        return nothing.promise;
      },
    });
    const issued = (await player.tokens())?.accessToken;
    await stage.expire();
    const calls = times(10, (index) => player.request(stage.path(`n=${index}`)));
    await Promise.race([asked.promise, stage.settle(calls)]);
    await quiet(stage);
    nothing.resolve(undefined as unknown as Tokens);
    const outcomes = await stage.settle(calls);
    await expectNoLoop(stage, { refreshes: 0, sends: 30 });
    await stage.expect({ outcomes, unserved: 10 });
    await expectSoundTokens(stage, player, issued);
  },
};
