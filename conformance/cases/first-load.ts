import type { ConformanceCase } from '../case.js';
import type { Tokens } from '../contract.js';
import { deferred } from './support/deferred.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The page loads and starts three requests before the store with the tokens has been read.',
  why: 'IndexedDB and the storage of mobile apps answer later than the first component asks. Sent without tokens, those requests show a login page to somebody who is signed in.',
  right: 'They wait for the store and carry its tokens: three sends, no refresh, three served.',
  needs: ['late-store'],
  async run(stage) {
    const reading = deferred<Tokens | null>();
    const { request } = await stage.start({ as: null, stored: reading.promise });
    const calls = times(3, (index) => request(stage.path(`n=${index}`)));
    // By the time it is answered, whatever did not wait has gone out.
    const tokens = await stage.server.signIn('ada');
    reading.resolve(tokens);
    await stage.expect({ outcomes: await stage.settle(calls), refreshes: 0, sends: 3 });
  },
};
