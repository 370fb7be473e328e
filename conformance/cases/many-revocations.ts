import type { ConformanceCase } from '../case.js';

const REVOCATIONS = 12;

export const conformanceCase: ConformanceCase = {
  checks:
    'The server revokes the access token twelve times, one after the other, as an admin does who changes roles. A request follows each time.',
  why: 'Each of these refreshes was needed, and helped. A limit that counts refreshes, whether they help or not, locks out users whose server is merely strict.',
  right: 'Twelve refreshes, twelve served.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    const outcomes = [];
    for (let index = 0; index < REVOCATIONS; index += 1) {
      await stage.server.revokeAccess();
      outcomes.push(await stage.outcomeOf(request(stage.path(`n=${index}`))));
    }
    await stage.expect({ outcomes, refreshes: REVOCATIONS });
  },
};
