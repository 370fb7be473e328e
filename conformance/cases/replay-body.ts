import type { ConformanceCase } from '../case.js';
import type { Arrival } from '../server/arrivals.js';
import { contentsOf, contentTypeOf } from './support/contents.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';

const BYTES = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
const JSON_TEXT = JSON.stringify({ b: 1, a: [2, null], text: '你好' });

type Body = { readonly what: string; readonly type?: string; readonly make: () => BodyInit | undefined };

const BODIES: readonly Body[] = [
  { what: 'a string', type: 'text/plain', make: () => 'plain text, 你好' },
  { what: 'JSON', type: 'application/json', make: () => JSON_TEXT },
  { what: 'URLSearchParams', make: () => new URLSearchParams({ q: 'a b&c', again: 'ü' }) },
  { what: 'a form with a file', make: form },
  { what: 'a blob', type: 'image/png', make: () => new Blob([BYTES], { type: 'image/png' }) },
  { what: 'a buffer', type: 'application/octet-stream', make: () => BYTES.buffer.slice(0) },
  { what: 'an empty POST', make: () => undefined },
];

export const conformanceCase: ConformanceCase = {
  checks: 'POST requests with every kind of body are rejected for their token and sent again.',
  why: 'A body may be serialised twice, or be gone, when the config of the first send is used again ([axios#875](https://github.com/axios/axios/issues/875), [axios#6454](https://github.com/axios/axios/issues/6454)).',
  right: 'Both sends have the caller’s bytes, and the content type is the same.',
  needs: ['rejection', 'http'],
  async run(stage) {
    const { request, axios } = await startLongSession(stage);
    for (const { what, type, make } of BODIES) {
      const body = make();
      const { rejected, replay } = await sentTwice(stage, what, () =>
        request(stage.path(), {
          method: 'POST',
          ...(type !== undefined && { headers: { 'content-type': type } }),
          ...(body !== undefined && { body }),
        }),
      );
      if (!(await isWhole(rejected, make()))) stage.fail(`${what}: changed before the first send`);
      judge(what, rejected, replay);
    }
    if (!axios) return;
    const object = JSON.parse(JSON_TEXT) as object;
    const { rejected, replay } = await sentTwice(stage, 'an object', () => axios.post(stage.path(), object));
    judge('an object', rejected, replay);
    if (contentsOf(replay) !== latin(JSON_TEXT)) stage.fail('an object: not sent as its JSON');

    function judge(what: string, first: Arrival, second: Arrival): void {
      if (second.method !== 'POST') stage.fail(`${what}: sent again with another method`);
      if (contentsOf(second) !== contentsOf(first)) stage.fail(`${what}: sent again with other bytes`);
      if (contentTypeOf(second) !== contentTypeOf(first))
        stage.fail(`${what}: sent again with another content type`);
    }
  },
};

function form(): FormData {
  const data = new FormData();
  data.append('title', 'Grüße, 你好');
  data.append('file', new File([BYTES], 'bytes.bin', { type: 'application/octet-stream' }));
  return data;
}

/** Whether what arrived is what the caller gave. */
async function isWhole(arrival: Arrival, body: BodyInit | undefined): Promise<boolean> {
  if (!(body instanceof FormData)) {
    const bytes = await new Response(body ?? null).arrayBuffer();
    return Buffer.from(bytes).toString('base64') === arrival.body;
  }
  const headers = { 'content-type': arrival.headers['content-type'] ?? '' };
  const came = new Response(Buffer.from(arrival.body, 'base64'), { headers });
  return (await entriesOf(await came.formData())) === (await entriesOf(body));
}

async function entriesOf(data: FormData): Promise<string> {
  const entries = [...data].map(async ([name, value]) =>
    typeof value === 'string'
      ? [name, value]
      : [name, value.name, value.type, Buffer.from(await value.arrayBuffer()).toString('base64')],
  );
  return JSON.stringify(await Promise.all(entries));
}

function latin(text: string): string {
  return Buffer.from(text).toString('latin1');
}
