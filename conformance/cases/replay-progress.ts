import type { ConformanceCase } from '../case.js';
import type { Answer } from '../contract.js';

const BODY = 'x'.repeat(5_000);

export const conformanceCase: ConformanceCase = {
  checks: 'An upload with a progress bar is rejected for its token and sent again.',
  why: 'What is passed beside the body is easily left out of a config that is put together anew for the replay, and the bar stands still while the file goes out.',
  right: 'Progress is told for both sends, up to the whole body, and the caller is served.',
  needs: ['rejection', 'axios'],
  async run(stage) {
    const { axios } = await stage.start();
    if (!axios) return stage.fail('has no axios instance');
    const loaded: number[] = [];
    const refresh = await stage.hold('/auth/refresh');
    await stage.server.revokeAccess();
    const upload = axios.post(stage.path(), BODY, {
      headers: { 'content-type': 'text/plain' },
      onUploadProgress: (event) => loaded.push(event.loaded),
    });
    const outcome = stage.outcomeOf(upload.then(({ status }): Answer => ({ status, body: null })));
    await refresh.reached(1);
    const first = loaded.splice(0);
    await refresh.open();
    await stage.expect({ outcomes: [await outcome], refreshes: 1, sends: 2 });
    if (first.at(-1) !== BODY.length) stage.fail('no progress is told for the first send');
    if (loaded.at(-1) !== BODY.length) stage.fail('no progress is told for the second send');
  },
};
