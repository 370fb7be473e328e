import type { ConformanceCase } from '../case.js';
import { inTime } from '../stage/patience.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';
import { textOf } from './support/text-of.js';

/** More than lies between two ends of a connection on one machine: what nobody reads is not sent to its end. */
const BYTES = 16 * 1024 * 1024;

export const conformanceCase: ConformanceCase = {
  checks:
    'The rejection has a long body, and the library sends the request again without giving that body to anybody.',
  why: 'A body that is neither read nor cancelled keeps its connection from the next request (RFC 9112, section 9.3), and a browser has six of them for a host.',
  right: 'It is read or cancelled, and the caller is served.',
  needs: ['rejection', 'http'],
  async run(stage) {
    const { request, axios, fetch } = await startLongSession(stage);
    const path = stage.path('long');
    const headers = { 'content-type': 'application/json' };
    await stage.server.plan({ prefix: path, when: 'dead-token', status: 401, headers, bytes: BYTES });
    await sentTwice(stage, 'the request', async () => {
      if (axios) {
        // Otherwise axios has read it before anybody sees it.
        const { status, data } = await axios.get<unknown>(path, { responseType: 'stream' });
        await textOf(data);
        return { status };
      }
      if (!fetch) return await request(path);
      const response = await fetch(stage.server.url + path);
      await response.text();
      return response;
    });
    const released = await inTime(stage.server.bulkReleased().then(() => true));
    if (!released) stage.fail('the rejected reply keeps its connection');
  },
};
