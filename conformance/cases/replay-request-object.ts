import type { ConformanceCase } from '../case.js';
import { contentsOf } from './support/contents.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

export const conformanceCase: ConformanceCase = {
  checks: 'A `Request` with a body is passed in, rejected and sent again.',
  why: 'The body of a `Request` is used up by the first send (WHATWG Fetch, section 5.4), so whoever may have to send it twice has to send copies.',
  right:
    'Both sends have its method, its headers and its body, and its owner finds no token in it. What has become of the body for its owner is as with `fetch`: it may be used up.',
  needs: ['rejection', 'fetch'],
  async run(stage) {
    const { fetch } = await startLongSession(stage);
    if (!fetch) return stage.fail('has no fetch');
    const owned = new Request(stage.server.url + stage.path(), {
      method: 'PUT',
      headers: { 'x-own': 'own', 'content-type': 'text/plain' },
      body: 'mine',
    });
    const { rejected, replay } = await sentTwice(stage, 'a Request', () => fetch(owned));
    for (const send of [rejected, replay]) {
      if (send.method !== 'PUT' || send.headers['x-own'] !== 'own')
        stage.fail('sent with another method or without its headers');
      if (contentsOf(send) !== 'mine') stage.fail('sent without its body');
    }
    if (owned.headers.has('authorization')) stage.fail('its owner finds a token in it');
  },
};
