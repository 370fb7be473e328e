import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks: 'Nobody is signed in, and a login with a wrong password goes through the client.',
  why: 'Its 401 says nothing of tokens, since it carried none. A client that refreshes all the same hides the wrong password behind a failure of its own; see [MUKE-coder/grit#30](https://github.com/MUKE-coder/grit/issues/30).',
  right: 'The caller gets that 401, and no refresh is made.',
  needs: ['rejection', 'anonymous', 'http'],
  async run(stage) {
    const { request } = await stage.start({ as: null });
    const outcome = await stage.outcomeOf(
      request('/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'ada', password: 'wrong' }),
      }),
    );
    await stage.expect({ outcomes: [outcome], unserved: 1, refreshes: 0 });
    if (outcome.type === 'rejected') stage.fail('the caller got an error in the place of the 401');
    if (outcome.type === 'answered' && outcome.answer.status !== 401)
      stage.fail(`the caller got a ${outcome.answer.status} in the place of the 401`);
  },
};
