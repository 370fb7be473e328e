import type { ConformanceCase } from '../case.js';

export const conformanceCase: ConformanceCase = {
  checks: 'The access token is revoked long before its expiry: the clock says valid, the server says 401.',
  why: 'A token can die early (RFC 7009), and whoever asks the clock once more before refreshing keeps it for the rest of its life (authkit-nextjs#470).',
  right: 'A real refresh all the same, and the request is served with the new token.',
  needs: ['rejection'],
  async run(stage) {
    const { request } = await stage.start();
    await stage.server.revokeAccess();
    const outcomes = [await stage.outcomeOf(request(stage.path()))];
    await stage.expect({ outcomes, refreshes: 1, sends: 2 });
  },
};
