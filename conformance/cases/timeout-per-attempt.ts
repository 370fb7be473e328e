import type { ConformanceCase } from '../contract.js';

/** Long enough that an attempt on loopback never takes it, however busy the machine. */
const TIMEOUT_MS = 1_500;

export const conformanceCase: ConformanceCase = {
  checks: 'A request with a timeout is held by a refresh that takes longer than that.',
  why: 'A timeout says how long an answer may take. A request that was not even sent has not been slow, and one that fails for it can never get past a slow refresh.',
  right: 'It is served after the refresh. A request that is on its way for so long fails, as always.',
  needs: ['timeout'],
  limits: { ms: 20_000 },
  async run(stage) {
    const { request } = await stage.start({ refreshTimeoutMs: 10 * TIMEOUT_MS });
    const refresh = await stage.hold('/auth/refresh');
    const never = await stage.hold(stage.path('never'));
    await stage.expire();
    const held = request(stage.path(), { timeoutMs: TIMEOUT_MS });
    await refresh.reached(1);
    // Its time runs out after that of the held one, if that runs.
    const other = await stage.start({ as: 'lin' });
    const slow = other.request(stage.path('never'), { timeoutMs: TIMEOUT_MS });
    await never.reached(1);
    const { type } = await stage.outcomeOf(slow);
    if (type !== 'rejected') stage.fail('a request that gets no answer does not time out');
    await refresh.open();
    await stage.expect({ outcomes: [await stage.outcomeOf(held)], refreshes: 1 });
  },
};
