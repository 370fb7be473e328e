import { describe, expect, it, vi } from 'vitest';
import { A_FUNCTION } from '../../src/checks.js';
import { resolveClientOptions, type ClientOptions } from '../../src/policy/client-options.js';

type Options = ClientOptions<string, { url: string }>;

function warn(): void {}

describe('the options of a client', () => {
  it('have defaults', () => {
    const { attach, judge, skip, replay, tokensFromReply } = resolveClientOptions<string, object>({}, warn);
    expect(attach('a')).toEqual({ headers: { Authorization: 'Bearer a' } });
    expect(judge({ status: 401, header: () => null, body: () => null })).toBe('refresh');
    expect([skip({}), replay, tokensFromReply]).toEqual([false, true, undefined]);
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
    [{ streams: 65_536 }, 'streams'],
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

describe('what is attached', () => {
  it('is put right or refused, by whatever function it comes from', () => {
    const settings = resolveClientOptions<string, object>(
      { attach: (token) => ({ headers: { 'X-Token': token } }) },
      warn,
    );
    expect(settings.attached()).toBeUndefined();
    expect(settings.attach(' a\n')).toEqual({ headers: { 'X-Token': 'a' } });
    expect(settings.attached()).toEqual({ headers: { 'X-Token': 'a' } });
    expect(() => settings.attach('a\nb')).toThrow(/^attach: .* for X-Token, got a string\.$/);
  });
});
