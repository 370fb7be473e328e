import { Readable } from 'node:stream';
import type { ConformanceCase } from '../case.js';

const PARTS = ['first,', 'second,', 'third'];

export const conformanceCase: ConformanceCase = {
  checks:
    'The body of a rejected request is a short stream, and the caller has asked for as much of it to be kept as it takes to send it again, where that has to be asked for.',
  why: 'A stream can be read once. What was kept while it was sent can be sent again, and a rejected upload need not fail.',
  right: 'Sent twice, whole each time, and served.',
  needs: ['rejection', 'http', 'buffered-streams', ['axios', 'fetch']],
  async run(stage) {
    const { request, axios } = await stage.start({ bufferBytes: 1_000 });
    await stage.server.revokeAccess();
    const path = stage.path('stream');
    const uploading = axios
      ? axios.post(path, Readable.from(PARTS)).then(({ status }) => ({ status, body: null }))
      : request(path, { method: 'POST', body: new Blob(PARTS).stream(), duplex: 'half' });
    const outcomes = [await stage.outcomeOf(uploading)];
    const whole = Buffer.from(PARTS.join('')).toString('base64');
    const { sends } = await stage.server.seen();
    if (sends.some(({ body }) => body !== whole)) stage.fail('sent without its body');
    await stage.expect({ outcomes, refreshes: 1, sends: 2 });
  },
};
