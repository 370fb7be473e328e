import { describe, expect, it, vi, type Mock } from 'vitest';
import type { Verdict } from '../../src/index.js';
import { isStream, parseBody, releaseStream } from '../../src/policy/bodies.js';
import {
  guardOptions,
  resolveClientOptions,
  type ClientOptions,
  type Exchange,
} from '../../src/policy/client-options.js';
import { A_FUNCTION } from '../../src/session/options.js';
import type { Awaitable } from '../../src/session/store.js';

type Reply = { status: number };
type Release = (reply: Reply) => void;
type Options = ClientOptions<string, { url: string }>;

function warn(): void {}

function exchange(own: Partial<Exchange<Reply>> = {}): Exchange<Reply> & { release: Mock<Release> } {
  return {
    options: undefined,
    signal: undefined,
    replayable: true,
    endpoint: () => 'GET /orders',
    read: ({ status }) => ({ status, header: () => null, body: () => null }),
    trusts: () => true,
    ...own,
    release: vi.fn<Release>(),
  };
}

describe('the options of a client', () => {
  it('have defaults', () => {
    const { attach, judge, skip, replay, renewedBy } = resolveClientOptions<string, object>({}, warn);
    expect(attach('a')).toEqual({ headers: { Authorization: 'Bearer a' } });
    expect(judge({ status: 401, header: () => null, body: () => null })).toBe('refresh');
    expect([skip({}), replay, renewedBy]).toEqual([false, true, undefined]);
  });

  it('keep their `this`', () => {
    const options = {
      login: '/login',
      skip({ url }: { url: string }) {
        return url === this.login;
      },
    };
    const { login, ...known } = options;
    const settings = resolveClientOptions<string, { url: string }>(
      Object.assign(Object.create({ login }) as object, known),
      warn,
    );
    expect([settings.skip({ url: '/login' }), settings.skip({ url: '/x' })]).toEqual([true, false]);
  });

  it.each([
    [{ attach: 'bearer' }, 'attach'],
    [{ judge: [401] }, 'judge'],
    [{ skip: /login/ }, 'skip'],
    [{ renewedBy: 'x-token' }, 'renewedBy'],
    [{ replay: 'no' }, 'replay'],
    [{ origins: 'https://a.test' }, 'origins'],
    [{ baseURL: '/' }, 'baseURL'],
    [undefined, 'options'],
    ['bearer', 'options'],
  ])('refuse %j', (options, option) => {
    expect(() => resolveClientOptions(options as Options, warn)).toThrow(
      expect.objectContaining({ code: 'invalid-option', option }),
    );
  });

  it('name what a client takes beyond the common ones', () => {
    expect(() => resolveClientOptions({ fetch } as Options, warn, { fetch: A_FUNCTION })).not.toThrow();
    expect(() => resolveClientOptions({ other: 1 } as Options, warn, { fetch: A_FUNCTION })).toThrow(
      /renewedBy, fetch/,
    );
  });
});

describe('a client that knows no origin', () => {
  it('says so once, and names the option', () => {
    const told = vi.fn<(option: string, problem: string) => void>();
    const { allows } = resolveClientOptions<string, object>({}, told);
    expect(told).not.toHaveBeenCalled();
    expect([allows('https://a.test/secret'), allows('/x')]).toEqual([false, false]);
    expect(told).toHaveBeenCalledTimes(1);
    expect(told).toHaveBeenCalledWith('origins', expect.stringContaining('no origin is known'));
    expect(told.mock.calls[0]?.[1]).not.toMatch(/a\.test|secret/);
  });
});

describe('how one request is guarded', () => {
  const settings = resolveClientOptions<string, object>({}, warn);

  it('by the client’s options, where the request says nothing', () => {
    const { signal } = new AbortController();
    expect(guardOptions(settings, exchange({ signal }))).toMatchObject({ signal, replay: true });
  });

  it('by what the request says', () => {
    const options = { replay: false, background: true, tag: 'poll' };
    expect(guardOptions(settings, exchange({ options }))).toMatchObject(options);
  });

  it('never by sending twice what cannot be', () => {
    const options = { replay: true };
    expect(guardOptions(settings, exchange({ options, replayable: false })).replay).toBe(false);
  });

  const verdicts: [string, Awaitable<Verdict>, number][] = [
    ['refresh', 'refresh', 1],
    ['refresh, after a while', Promise.resolve('refresh'), 1],
    ['pass', 'pass', 0],
    ['sign-out, after a while', Promise.resolve('sign-out'), 0],
  ];
  it.each(verdicts)(
    'lets go of the first reply where it is to be replaced: %s',
    async (_, verdict, times) => {
      const judging = resolveClientOptions<string, object>({ judge: () => verdict }, warn);
      const one = exchange();
      const { judge } = guardOptions(judging, one);
      expect(await judge?.({ status: 200 })).toBe(await verdict);
      expect(one.release).toHaveBeenCalledTimes(times);
    },
  );

  it('lets go of no reply that the caller gets', () => {
    const second = exchange();
    const { judge } = guardOptions(settings, second);
    judge?.({ status: 401 });
    judge?.({ status: 401 });
    expect(second.release).toHaveBeenCalledTimes(1);
    const only = exchange({ replayable: false });
    expect(guardOptions(settings, only).judge?.({ status: 401 })).toBe('refresh');
    expect(only.release).not.toHaveBeenCalled();
  });

  it('asks for renewed tokens, but never a 304, nor a reply from elsewhere', () => {
    const renewing = resolveClientOptions<string, object>(
      { renewedBy: ({ status }) => `for ${status}` },
      warn,
    );
    const { renewedBy } = guardOptions(renewing, exchange());
    expect([200, 304].map((status) => renewedBy?.({ status }))).toEqual(['for 200', undefined]);
    const elsewhere = guardOptions(renewing, exchange({ trusts: () => false }));
    expect(elsewhere.renewedBy?.({ status: 200 })).toBeUndefined();
    expect(elsewhere.judge?.({ status: 401 })).toBe('pass');
    expect(guardOptions(settings, exchange())).not.toHaveProperty('renewedBy');
  });
});

describe('bodies', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['7', 7],
    ['', ''],
    ['<html>', '<html>'],
  ])('%j is parsed where it is JSON', (text, expected) => {
    expect(parseBody(text)).toEqual(expected);
  });

  it('tell streams from what can be read again', async () => {
    const { Readable } = await import('node:stream');
    async function* chunks(): AsyncGenerator<string> {
      yield 'a';
    }
    const streams = [new ReadableStream(), Readable.from(['a']), chunks(), new Response('a').body];
    expect(streams.map(isStream)).toEqual([true, true, true, true]);
    const others = [
      null,
      undefined,
      'a',
      {},
      [],
      new Blob(['a']),
      new FormData(),
      new URLSearchParams(),
      () => {},
    ];
    expect(others.map(isStream)).toEqual(others.map(() => false));
  });

  it('are let go of', () => {
    const destroyed = { pipe() {}, destroy: vi.fn<() => void>() };
    releaseStream(destroyed);
    expect(destroyed.destroy).toHaveBeenCalledTimes(1);
    const cancelled = { getReader() {}, cancel: vi.fn<() => Promise<void>>(() => Promise.resolve()) };
    releaseStream(cancelled);
    expect(cancelled.cancel).toHaveBeenCalledTimes(1);
    expect(() => releaseStream({ getReader() {} })).not.toThrow();
    expect(() => releaseStream('text')).not.toThrow();
  });

  it('stay with who reads them already', async () => {
    const stream = new Blob(['a']).stream();
    const reader = stream.getReader();
    releaseStream(stream);
    expect((await reader.read()).done).toBe(false);
  });
});
