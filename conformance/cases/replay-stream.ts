import { Readable } from 'node:stream';
import type { ConformanceCase } from '../case.js';

const PARTS = ['first,', 'second,', 'third'];

export const conformanceCase: ConformanceCase = {
  checks: 'The body of a rejected request is a stream, which was read when it was sent.',
  why: 'A stream can be read once, which is why browsers make a network error of a 401 to one (WHATWG Fetch, HTTP-network-or-cache fetch). Sent again, it is an empty upload that the server takes for the real one, or a request that never ends.',
  right:
    'Nothing arrives but the whole body, the caller is free with the rejection or an error, and another request is served after one refresh.',
  needs: ['rejection', 'http', ['axios', 'fetch']],
  async run(stage) {
    const { request, axios } = await stage.start();
    await stage.server.revokeAccess();
    const path = stage.path('stream');
    const uploading = axios
      ? axios.post(path, Readable.from(PARTS)).then(({ status }) => ({ status, body: null }))
      : request(path, { method: 'POST', body: new Blob(PARTS).stream(), duplex: 'half' });
    const upload = await stage.outcomeOf(uploading);
    if (upload.type === 'hung') stage.fail('the caller of the upload hangs');
    const { sends } = await stage.server.seen();
    if (sends.length === 0) stage.fail('a stream is never sent');
    const whole = Buffer.from(PARTS.join('')).toString('base64');
    if (sends.some(({ body }) => body !== whole)) stage.fail('sent again without its body');
    await stage.expect({ outcomes: [await stage.outcomeOf(request(stage.path()))], refreshes: 1 });
  },
};
