import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scrub } from '../../src/policy/scrub.js';

const TOKEN = 'secret+token/with=signs';
const HEADER = { headers: { Authorization: `Bearer ${TOKEN}` } };
const QUERY = { query: { token: TOKEN, k: 'short' } };

function printed(error: unknown): string {
  const { message, stack } = error as Error;
  return [inspect(error, { depth: 9, showHidden: true }), message, stack].join('\n');
}

describe('an error without what was attached', () => {
  it.each([
    [`invalid header value "Bearer ${TOKEN}"`, HEADER, 'invalid header value "…"'],
    [`invalid ${TOKEN}!`, HEADER, 'invalid …!'],
    [`invalid ${encodeURIComponent(TOKEN)}`, HEADER, 'invalid …'],
    [`no URL: /x?a=1&token=${TOKEN}#top`, QUERY, 'no URL: /x?a=1&token=…#top'],
    [`no URL: /x?token=${encodeURIComponent(TOKEN)}&k=short "q"`, QUERY, 'no URL: /x?token=…&k=… "q"'],
    ['in short', QUERY, 'in short'],
    ['said nothing', {}, 'said nothing'],
  ])('says of %j, with %j: %j', (message, attachment, expected) => {
    const error = new TypeError(message);
    expect(scrub(error, attachment)).toBe(error);
    expect(error.message).toBe(expected);
    expect(printed(error)).not.toContain('secret');
  });

  it('has none in its stack, its causes, and what platforms add', () => {
    const url = `https://api.example.com/x?token=${encodeURIComponent(TOKEN)}`;
    const cause = Object.assign(new TypeError(`Invalid URL ${TOKEN}`), {
      input: url,
      at: new URL(url),
      code: 7,
    });
    const error = new AggregateError([new Error(TOKEN)], `failed ${TOKEN}`, { cause });
    Object.assign(cause, { cause: error, home: new URL('https://api.example.com/') });
    scrub(error, QUERY);
    expect(printed(error)).not.toContain('secret');
    expect(cause).toMatchObject({ input: 'https://api.example.com/x?token=…', code: 7 });
    expect(String((cause as unknown as { home: URL }).home)).toBe('https://api.example.com/');
  });

  it('may be one whose message cannot be set, or no error at all', () => {
    const error = new DOMException(`failed ${TOKEN}`, 'NetworkError');
    scrub(error, QUERY);
    expect(error.message).toBe('failed …');
    expect(scrub(`failed ${TOKEN}`, HEADER)).toBe('failed …');
    const foreign = { token: TOKEN };
    expect([scrub(foreign, HEADER), scrub(null, HEADER), foreign.token]).toEqual([foreign, null, TOKEN]);
    expect(() => scrub(Object.freeze(new Error(TOKEN)), HEADER)).not.toThrow();
  });
});
