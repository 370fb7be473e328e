import type { AxiosInstance, ResponseType } from 'axios';
import type { ConformanceCase } from '../case.js';
import type { Player, Stage } from '../stage/stage.js';
import { startLongSession } from './support/long-session.js';
import { sentTwice } from './support/sent-twice.js';
import { textOf } from './support/text-of.js';

const FILE = 'Grüße, 你好';
const DATA = { greeting: FILE };
const DEAD = 42001;

/** Asks for a body in one form, and reads it. */
type Ask = { readonly type: string; readonly body: (path: string) => Promise<unknown> };

export const conformanceCase: ConformanceCase = {
  checks:
    'Replies are asked for as JSON, text, blob, buffer and stream, each after a rejection; and a code for a dead token comes as a blob.',
  why: 'A replay that drops `responseType` spoils a download, and who only looks into parsed JSON hands the error out as the file (Infisical#6527).',
  right: 'Each arrives in the form asked for, with the contents of the second reply.',
  needs: ['rejection', 'http', ['axios', 'fetch']],
  async run(stage) {
    await planFiles(stage);
    const player = await startLongSession(stage);
    for (const { type, body } of asksOf(stage, player)) {
      const path = stage.path(type === 'json' ? 'data' : 'file');
      const read = await answered(stage, type, () => body(path));
      if (!isOfType(type, read)) stage.fail(`${type}: arrives as something else`);
      if ((await textOf(read)) !== (type === 'json' ? JSON.stringify(DATA) : FILE))
        stage.fail(`${type}: other contents`);
    }
    if (stage.offers('codes')) await hideCodeInBlob(stage);
  },
};

async function planFiles({ server, path }: Stage): Promise<void> {
  const file = { 'content-type': 'application/octet-stream' };
  await server.plan({ prefix: path('file'), when: 'live-token', status: 200, headers: file, body: FILE });
  await server.plan({ prefix: path('data'), when: 'live-token', status: 200, body: DATA });
  const dead = { errcode: DEAD, errmsg: 'expired', data: null };
  await server.plan({ prefix: path('coded'), when: 'dead-token', status: 200, body: dead });
  await server.plan({ prefix: path('coded'), when: 'live-token', status: 200, headers: file, body: FILE });
}

async function hideCodeInBlob(stage: Stage): Promise<void> {
  const player = await startLongSession(stage, {
    judge: { by: 'code', field: 'errcode', refresh: [DEAD], signOut: [] },
  });
  const ask = asksOf(stage, player).find(({ type }) => type === 'blob');
  if (!ask) return;
  const read = await answered(stage, 'a code in a blob', () => ask.body(stage.path('coded')));
  if ((await textOf(read)) !== FILE) stage.fail('a code in a blob: other contents');
}

async function answered(stage: Stage, what: string, call: () => Promise<unknown>): Promise<unknown> {
  let read: unknown;
  await sentTwice(stage, what, async () => {
    read = await call();
    return { status: 200 };
  });
  return read;
}

/** In the ways this client has. */
function asksOf(stage: Stage, { axios, fetch }: Player): Ask[] {
  if (axios)
    return (['json', 'text', 'arraybuffer', 'stream', 'blob'] as const).map((type) => ({
      type,
      body: (path) => askAxios(axios, path, type),
    }));
  if (!fetch) return [];
  const get = (path: string): Promise<Response> => fetch(stage.server.url + path);
  return [
    { type: 'json', body: async (path) => await (await get(path)).json() },
    { type: 'text', body: async (path) => await (await get(path)).text() },
    { type: 'arraybuffer', body: async (path) => await (await get(path)).arrayBuffer() },
    { type: 'stream', body: async (path) => (await get(path)).body },
    { type: 'blob', body: async (path) => await (await get(path)).blob() },
  ];
}

async function askAxios(axios: AxiosInstance, url: string, responseType: ResponseType): Promise<unknown> {
  // Only its transport over fetch makes blobs in Node.
  if (responseType === 'blob') axios.defaults.adapter = 'fetch';
  const { data } = await axios.get<unknown>(url, { responseType });
  return data;
}

function isOfType(type: string, body: unknown): boolean {
  switch (type) {
    case 'json':
      return typeof body === 'object' && body?.constructor === Object;
    case 'text':
      return typeof body === 'string';
    case 'arraybuffer':
      return body instanceof ArrayBuffer || ArrayBuffer.isView(body);
    case 'stream':
      return typeof body === 'object' && body !== null && ('pipe' in body || 'getReader' in body);
    default:
      return body instanceof Blob;
  }
}
