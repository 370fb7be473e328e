import axios, { AxiosError, AxiosHeaders, type AxiosResponse } from 'axios';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  challenge,
  createSession,
  envelope,
  firstOf,
  graphql,
  statuses,
  type Judge,
  type JudgedReply,
  type Session,
  type Verdict,
} from '../../src/index.js';
import { readReply, readThrown } from '../../src/policy/replies.js';

const BODY = { errcode: 42001 };
const HEADERS = { 'Content-Type': 'application/json', 'X-Both': 'a' };

function plain(): { status: number; headers: Record<string, string>; data: unknown } {
  return { status: 419, headers: HEADERS, data: BODY };
}

function response(): Response {
  return new Response(JSON.stringify(BODY), { status: 419, headers: HEADERS });
}

const config = { headers: new AxiosHeaders() };

function ofAxios(data: unknown = BODY): AxiosResponse {
  return { ...plain(), data, statusText: '', headers: new AxiosHeaders(HEADERS), config };
}

/** What got, ky and axios throw, and what people write themselves. */
const THROWN: [string, () => unknown][] = [
  ['axios', () => new AxiosError('419', 'ERR_BAD_REQUEST', config, undefined, ofAxios())],
  ['ky', () => Object.assign(new Error('419'), { response: response() })],
  [
    'got',
    () =>
      Object.assign(new Error('419'), {
        response: {
          statusCode: 419,
          headers: { 'content-type': 'application/json', 'x-both': ['a'] },
          body: JSON.stringify(BODY),
        },
      }),
  ],
  ['ofetch', () => Object.assign(new Error('419'), { statusCode: 419, headers: HEADERS, data: BODY })],
  [
    'an error with fields',
    () => Object.assign(new Error('419'), { status: 419, headers: HEADERS, body: BODY }),
  ],
];

const REPLIES: [string, () => unknown][] = [
  ['a Response', response],
  ['a reply of axios', ofAxios],
  ['a reply of axios as text', () => ofAxios(JSON.stringify(BODY))],
  ['a reply of axios as a buffer', () => ofAxios(new TextEncoder().encode(JSON.stringify(BODY)).buffer)],
  ['a reply of axios as a Blob', () => ofAxios(new Blob([JSON.stringify(BODY)]))],
  ['a plain reply', plain],
  ['a plain reply with a Map of headers', () => ({ ...plain(), headers: new Map([['x-both', 'a']]) })],
  [
    'a Response without a stream',
    () => ({ status: 419, headers: HEADERS, bodyUsed: false, clone: response, text() {} }),
  ],
];

describe.each([...REPLIES, ...THROWN])('%s', (_, make) => {
  it('is read', async () => {
    const reply = readReply(make());
    expect(reply.status).toBe(419);
    expect([reply.header('X-BOTH'), reply.header('x-none')]).toEqual(['a', null]);
    expect(await reply.body()).toEqual(BODY);
    expect(await reply.body()).toEqual(BODY);
  });

  it('is judged by each of the judges', async () => {
    expect(statuses({ refresh: [419] })(make())).toBe('refresh');
    expect(challenge()(make())).toBe('pass');
    expect(await envelope({ code: 'errcode', refresh: [42001] })(make())).toBe('refresh');
    expect(await graphql()(make())).toBe('pass');
    expect(await firstOf(challenge(), statuses({ signOut: [419] }))(make())).toBe('sign-out');
  });
});

describe('a reply', () => {
  it('that was read already stays as it is', () => {
    const judged: JudgedReply = { status: 1, header: () => null, body: () => null };
    expect(readReply(judged)).toBe(judged);
  });

  it.each([null, undefined, 7, 'text', {}, [], new Error('broken')])('may tell nothing: %s', (value) => {
    expect(readReply(value)).toMatchObject({ status: 0 });
    expect(readReply(value).header('x')).toBeNull();
  });

  it('may be a bare body', () => {
    expect(readReply(BODY).body()).toBe(BODY);
    expect(readReply('{"a":1}').body()).toBe('{"a":1}');
    const failed = Object.assign(new Error('42001'), { errcode: 42001 });
    expect(envelope({ code: 'errcode', refresh: [42001] })(failed)).toBe('refresh');
  });

  it('without a body has none', () => {
    expect(readReply({ status: 204, headers: {} }).body()).toBeUndefined();
    expect(readReply({ status: 204, headers: {}, data: null, body: undefined }).body()).toBeUndefined();
    expect(readReply({ status: 204, data: 7 }).body()).toBe(7);
  });

  it('keeps a stream, a download and a body that is used to its owner', () => {
    const stream = ofAxios(new ReadableStream());
    const headers = { 'content-type': 'application/zip' };
    const used = response();
    void used.text();
    const download = new Response('{}', { headers });
    for (const reply of [
      stream,
      { ...plain(), headers, data: new Uint8Array(2) },
      { ...plain(), headers, data: new Blob(['{}']) },
      used,
      download,
    ])
      expect(readReply(reply).body()).toBeUndefined();
    expect(download.bodyUsed).toBe(false);
  });

  it('stays readable, and breaks off without an error here', async () => {
    const reply = response();
    expect(await readReply(reply).body()).toEqual(BODY);
    expect(await reply.json()).toEqual(BODY);
    const clone = (): unknown => ({ text: () => Promise.reject(new Error('broke off')) });
    expect(await readReply({ status: 200, headers: {}, clone, text() {} }).body()).toBe('');
  });
});

describe('what was thrown', () => {
  it('is told besides', () => {
    for (const [, make] of THROWN) {
      const error = make();
      expect(readReply(error).error).toBe(error);
    }
    expect(readReply(plain())).not.toHaveProperty('error');
    const thrown = response();
    expect(readThrown(thrown)).toMatchObject({ status: 419, error: thrown });
  });

  it('may have no status: a rejection across origins that the server lets nobody read', () => {
    const judge = vi.fn<Judge>(({ status, error }) => (status === 0 && error ? 'refresh' : 'pass'));
    expect(firstOf(judge)(new TypeError('Failed to fetch'))).toBeInstanceOf(Promise);
    expect(judge.mock.calls[0]?.[0]).toMatchObject({ status: 0, error: { name: 'TypeError' } });
  });
});

describe('the judges', () => {
  it('take a note from where the server says why', async () => {
    const body = { code: 48888, data: { why: 'signed in elsewhere' }, empty: '' };
    const judge = (note?: string | ((told: unknown) => unknown)): unknown =>
      envelope({ code: 'code', refresh: [1], signOut: [48888], ...(note !== undefined && { note }) })(body);
    const expected = { verdict: 'sign-out', note: 'signed in elsewhere' };
    expect(judge('data.why')).toEqual(expected);
    expect(judge((told) => (told as typeof body).data.why)).toEqual(expected);
    expect(await firstOf(statuses(), () => judge('data.why') as Verdict)(body)).toEqual(expected);
    for (const none of [undefined, 'data.none', 'data', 'empty']) expect(judge(none)).toBe('sign-out');
    expect(() => judge('')).toThrow(/envelope\(\{ note \}\)/);
  });

  it('compile whatever `send` resolves to', () => {
    const session: Session<string> = createSession<string>({ refresh: (tokens) => tokens });
    const judges = [
      statuses(),
      challenge(),
      graphql(),
      envelope({ code: 'a', refresh: [] }),
      firstOf(statuses()),
    ];
    const compiled = (): unknown[] =>
      judges.flatMap((judge) => [
        session.guard(() => fetch('/x'), { judge }),
        session.guard(() => axios.get('/x'), { judge, judgeThrown: judge }),
        session.guard(() => plain(), { judge }),
        session.guard((): unknown => undefined, { judge }),
      ]);
    expectTypeOf(compiled).toBeFunction();
    expectTypeOf(statuses()).toExtend<Judge>();
    expectTypeOf(firstOf(statuses(), ({ status }) => (status === 0 ? 'refresh' : 'pass'))).toExtend<Judge>();
    session.close();
  });

  it('judge what a function of one’s own resolves to', async () => {
    let sends = 0;
    const session = createSession<string>({ refresh: () => 'next' });
    await session.signIn('first');
    const send = (tokens: string | null): { statusCode: number; body: string | null } => ({
      statusCode: ++sends === 1 ? 419 : 200,
      body: tokens,
    });
    const reply = await session.guard(send, { judge: statuses({ refresh: [419] }) });
    expect(reply).toEqual({ statusCode: 200, body: 'next' });
  });
});
