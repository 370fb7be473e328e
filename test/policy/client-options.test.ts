import { describe, expect, it, vi, type Mock } from 'vitest';
import { firstOf, HoldfastError, statuses, type JudgedReply, type Verdict } from '../../src/index.js';
import {
  guardOptions,
  resolveClientOptions,
  type ClientOptions,
  type Exchange,
} from '../../src/policy/client-options.js';
import { A_FUNCTION } from '../../src/checks.js';
import type { Awaitable } from '../../src/session/awaitable.js';

type Reply = { status: number };
type Release = (reply: Reply) => void;
type Options = ClientOptions<string, { url: string }>;

function warn(): void {}

function exchange(
  own: Partial<Exchange<Reply>> = {},
): Exchange<Reply> & { stop: Mock<() => void>; release: Mock<Release> } {
  return {
    options: undefined,
    signal: undefined,
    replayable: true,
    endpoint: () => 'GET /orders',
    read: ({ status }) => ({ status, header: () => null, body: () => null }),
    trusts: () => true,
    ...own,
    stop: vi.fn<() => void>(),
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
  it.each(verdicts)('stops the first attempt where it is to be replaced: %s', async (_, verdict, times) => {
    const judging = resolveClientOptions<string, object>({ judge: () => verdict }, warn);
    const one = exchange();
    const { judge } = guardOptions(judging, one);
    expect(await judge?.({ status: 200 })).toBe(await verdict);
    expect(one.stop).toHaveBeenCalledTimes(times);
  });

  it('stops no attempt whose reply the caller gets', () => {
    const second = exchange();
    const { judge } = guardOptions(settings, second);
    judge?.({ status: 401 });
    judge?.({ status: 401 });
    expect(second.stop).toHaveBeenCalledTimes(1);
    const only = exchange({ replayable: false });
    expect(guardOptions(settings, only).judge?.({ status: 401 })).toBe('refresh');
    expect(only.stop).not.toHaveBeenCalled();
    expect(guardOptions(settings, exchange()).release).toBeTypeOf('function');
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

describe('tokens of which nothing is attached', () => {
  it('are told once, unless it is said how to attach them', () => {
    for (const [options, times] of [
      [{}, 1],
      [{ attach: () => ({}) }, 0],
    ] as const) {
      const told = vi.fn<typeof warn>();
      const { attach } = resolveClientOptions<object, object>(options, told);
      for (let n = 0; n < 3; n++) expect(attach({ data: { accessToken: 'secret' } })).toEqual({});
      expect(told).toHaveBeenCalledTimes(times);
      expect(JSON.stringify(told.mock.calls)).not.toContain('secret');
    }
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
    const one = exchange();
    const { judgeThrown } = guardOptions(settings, one);
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
    const left = guardOptions(settings, exchange({ signal: AbortSignal.abort() }));
    expect(left.judgeThrown?.(new TypeError('aborted'))).toBe('pass');
    const refused = guardOptions(settings, exchange());
    expect(refused.judgeThrown?.(new HoldfastError('invalid-option', '', { option: 'attach' }))).toBe('pass');
    const elsewhere = guardOptions(settings, exchange({ trusts: () => false }));
    expect(elsewhere.judgeThrown?.({ response: { status: 401 } })).toBe('pass');
    expect(asked).toHaveLength(judged);
  });
});

describe('whether a body can be sent twice', () => {
  const settings = resolveClientOptions<string, object>({}, warn);

  it('may show only when it was sent once', () => {
    let isWhole = true;
    const one = exchange({ replayable: () => isWhole });
    const guard = guardOptions(settings, one);
    expect(guard.replay).toBe(true);
    isWhole = false;
    expect(guard.replay).toBe(false);
    expect(guard.judge?.({ status: 401 })).toBe('refresh');
    expect(one.stop).not.toHaveBeenCalled();
    const unwanted = exchange({ replayable: () => true, options: { replay: false } });
    expect(guardOptions(settings, unwanted).replay).toBe(false);
  });
});

describe('a verdict with a note', () => {
  it('goes through as it is', async () => {
    const verdict = { verdict: 'sign-out', note: 'signed in elsewhere' } as const;
    for (const judge of [() => verdict, () => Promise.resolve(verdict), firstOf(statuses(), () => verdict)]) {
      const one = exchange();
      const guard = guardOptions(resolveClientOptions<string, object>({ judge }, warn), one);
      expect(await guard.judge?.({ status: 200 })).toEqual(verdict);
      expect(one.stop).not.toHaveBeenCalled();
    }
  });
});

describe('what a request says of itself', () => {
  it('goes over what the client says', () => {
    const settings = resolveClientOptions<string, object>({ whenSignedOut: 'reject' }, warn);
    expect(guardOptions(settings, exchange()).whenSignedOut).toBe('reject');
    const options = { whenSignedOut: 'send' } as const;
    expect(guardOptions(settings, exchange({ options })).whenSignedOut).toBe('send');
    expect(guardOptions(settings, exchange()).endpoint?.()).toBe('GET /orders');
  });
});

describe('what is attached', () => {
  it('is put right or refused, by whatever function it comes from', () => {
    const settings = resolveClientOptions<string, object>(
      {
        attach: (token) => ({ headers: { 'X-Token': token } }),
      },
      warn,
    );
    expect(settings.attached()).toBeUndefined();
    expect(settings.attach(' a\n')).toEqual({ headers: { 'X-Token': 'a' } });
    expect(settings.attached()).toEqual({ headers: { 'X-Token': 'a' } });
    expect(() => settings.attach('a\nb')).toThrow(/^attach: .* for X-Token, got a string\.$/);
  });
});
