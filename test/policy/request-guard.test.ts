import { describe, expect, it, vi, type Mock } from 'vitest';
import { firstOf, HoldfastError, statuses, type JudgedReply, type Verdict } from '../../src/index.js';
import { resolveClientOptions } from '../../src/policy/client-options.js';
import { guardOptionsFor, type GuardedRequest } from '../../src/policy/request-guard.js';
import type { Awaitable } from '../../src/session/platform/awaitable.js';

type Reply = { status: number };

function warn(): void {}

function request(own: Partial<GuardedRequest<Reply>> = {}): GuardedRequest<Reply> {
  return {
    options: undefined,
    signal: undefined,
    body: 'text',
    endpoint: () => 'GET /orders',
    trusts: () => true,
    release: vi.fn<(reply: Reply) => void>(),
    ...own,
  };
}

/** A request whose body is kept while it is sent. */
function streamed(isWhole = (): boolean => true): GuardedRequest<Reply> & { stop: Mock<() => void> } {
  const stop = vi.fn<() => void>();
  const chunks = new ReadableStream();
  const kept = { body: () => chunks, webBody: () => chunks, isWhole, stop, settle() {} };
  return { ...request({ options: { streams: () => kept }, body: new ReadableStream() }), stop };
}

describe('how one request is guarded', () => {
  const settings = resolveClientOptions<string, object>({}, warn);

  it('by the client’s options, where the request says nothing', () => {
    const { signal } = new AbortController();
    expect(guardOptionsFor(settings, request({ signal }))).toMatchObject({ signal, replay: true });
  });

  it('by what the request says', () => {
    const options = { replay: false, background: true, tag: 'poll' };
    expect(guardOptionsFor(settings, request({ options }))).toMatchObject(options);
  });

  it('never by sending twice what cannot be', () => {
    const options = { replay: true };
    expect(guardOptionsFor(settings, request({ options, body: new ReadableStream() })).replay).toBe(false);
  });

  const verdicts: [string, Awaitable<Verdict>, number][] = [
    ['refresh', 'refresh', 1],
    ['refresh, after a while', Promise.resolve('refresh'), 1],
    ['pass', 'pass', 0],
    ['sign-out, after a while', Promise.resolve('sign-out'), 0],
  ];
  it.each(verdicts)('stops the first attempt where it is to be replaced: %s', async (_, verdict, times) => {
    const judging = resolveClientOptions<string, object>({ judge: () => verdict }, warn);
    const one = streamed();
    const { judge } = guardOptionsFor(judging, one);
    expect(await judge?.({ status: 200 })).toBe(await verdict);
    expect(one.stop).toHaveBeenCalledTimes(times);
  });

  it('stops no attempt whose reply the caller gets', () => {
    const second = streamed();
    const { judge } = guardOptionsFor(settings, second);
    judge?.({ status: 401 });
    judge?.({ status: 401 });
    expect(second.stop).toHaveBeenCalledTimes(1);
    const only = streamed(() => false);
    expect(guardOptionsFor(settings, only).judge?.({ status: 401 })).toBe('refresh');
    expect(only.stop).not.toHaveBeenCalled();
    expect(guardOptionsFor(settings, request()).release).toBeTypeOf('function');
  });

  it('asks for renewed tokens, but never a 304, nor a reply from elsewhere', () => {
    const renewing = resolveClientOptions<string, object>(
      { renewedBy: ({ status }) => `for ${status}` },
      warn,
    );
    const { renewedBy } = guardOptionsFor(renewing, request());
    expect([200, 304].map((status) => renewedBy?.({ status }))).toEqual(['for 200', undefined]);
    const elsewhere = guardOptionsFor(renewing, request({ trusts: () => false }));
    expect(elsewhere.renewedBy?.({ status: 200 })).toBeUndefined();
    expect(elsewhere.judge?.({ status: 401 })).toBe('pass');
    expect(guardOptionsFor(settings, request())).not.toHaveProperty('renewedBy');
  });
});

describe('what was thrown', () => {
  const asked: JudgedReply[] = [];
  const settings = resolveClientOptions<string, object>(
    {
      judge: (reply) => (asked.push(reply), reply.status === 401 || reply.status === 0 ? 'refresh' : 'pass'),
    },
    warn,
  );

  it('is judged by what it carries, or by itself', async () => {
    const one = streamed();
    const { judgeThrown } = guardOptionsFor(settings, one);
    const response = { status: 401, headers: { a: 'b' } };
    const error = Object.assign(new Error('401'), { response });
    expect(await judgeThrown?.(error)).toBe('refresh');
    expect(asked.at(-1)).toMatchObject({ status: 401, error });
    expect(asked.at(-1)?.header('A')).toBe('b');
    expect(await judgeThrown?.(new TypeError('Failed to fetch'))).toBe('refresh');
    expect(await judgeThrown?.({ status: 403 })).toBe('pass');
    expect(one.stop).toHaveBeenCalledTimes(1);
  });

  it('says nothing where the caller left, where nothing was sent, and where it came from elsewhere', () => {
    const judged = asked.length;
    const left = guardOptionsFor(settings, request({ signal: AbortSignal.abort() }));
    expect(left.judgeThrown?.(new TypeError('aborted'))).toBe('pass');
    const refused = guardOptionsFor(settings, request());
    expect(refused.judgeThrown?.(new HoldfastError('invalid-option', '', { option: 'attach' }))).toBe('pass');
    const timedOut = Object.assign(new Error('timeout of 5ms exceeded'), { code: 'ECONNABORTED' });
    expect(guardOptionsFor(settings, request()).judgeThrown?.(timedOut)).toBe('pass');
    const elsewhere = guardOptionsFor(settings, request({ trusts: () => false }));
    expect(elsewhere.judgeThrown?.({ response: { status: 401 } })).toBe('pass');
    expect(asked).toHaveLength(judged);
  });
});

describe('whether a body can be sent twice', () => {
  const settings = resolveClientOptions<string, object>({}, warn);

  it('may show only when it was sent once', () => {
    let isWhole = true;
    const one = streamed(() => isWhole);
    const guard = guardOptionsFor(settings, one);
    expect(guard.replay).toBe(true);
    isWhole = false;
    expect(guard.replay).toBe(false);
    expect(guard.judge?.({ status: 401 })).toBe('refresh');
    expect(one.stop).not.toHaveBeenCalled();
    const unwanted = { ...one, options: { ...one.options, replay: false } };
    expect(guardOptionsFor(settings, unwanted)).toMatchObject({ replay: false, buffered: undefined });
  });
});

describe('a verdict with a note', () => {
  it('goes through as it is', async () => {
    const verdict = { verdict: 'sign-out', note: 'signed in elsewhere' } as const;
    for (const judge of [() => verdict, () => Promise.resolve(verdict), firstOf(statuses(), () => verdict)]) {
      const one = streamed();
      const guard = guardOptionsFor(resolveClientOptions<string, object>({ judge }, warn), one);
      expect(await guard.judge?.({ status: 200 })).toEqual(verdict);
      expect(one.stop).not.toHaveBeenCalled();
    }
  });
});

describe('what a request says of itself', () => {
  it('goes over what the client says', () => {
    const settings = resolveClientOptions<string, object>({ whenSignedOut: 'reject' }, warn);
    expect(guardOptionsFor(settings, request()).whenSignedOut).toBe('reject');
    const options = { whenSignedOut: 'send' } as const;
    expect(guardOptionsFor(settings, request({ options })).whenSignedOut).toBe('send');
    expect(guardOptionsFor(settings, request()).endpoint?.()).toBe('GET /orders');
  });
});
