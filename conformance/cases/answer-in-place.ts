import type { ConformanceCase } from '../case.js';
import { times } from './support/times.js';

export const conformanceCase: ConformanceCase = {
  checks:
    'The refresh that the user wrote writes the new tokens into the object that it was given, and returns that. Five requests wait for it, twice when the clock knows of it and once when only the server does.',
  why: '`Object.assign(tokens, answer)` is a usual way of writing it. Where the object is the one that the library keeps, old and new tokens are the same to it, and good tokens look like no news.',
  right: 'One refresh each time, everybody is served, and the second goes out with what the first brought.',
  needs: ['refresh-function', 'tokens-in-refresh'],
  async run(stage) {
    const { request } = await stage.start({
      refresh: (real) => async (tokens, options) => Object.assign(tokens, await real(tokens, options)),
    });
    const deaths = [
      stage.expire,
      stage.expire,
      ...(stage.offers('rejection') ? [stage.server.revokeAccess] : []),
    ];
    for (const [index, die] of deaths.entries()) {
      await die();
      const outcomes = await stage.settle(times(5, (call) => request(stage.path(`n=${index}.${call}`))));
      await stage.expect({ outcomes, refreshes: index + 1 });
    }
  },
};
