import { describe, expect, it, vi } from 'vitest';
import { bearer, header, query } from '../../src/index.js';
import { checkAttachment } from '../../src/policy/attach.js';

describe('bearer', () => {
  it.each([
    [{ accessToken: 'a' }, 'a'],
    [{ access_token: 'b' }, 'b'],
    [{ token: 'c' }, 'c'],
    ['d', 'd'],
  ])('finds the access token in %j', (tokens, expected) => {
    expect(bearer()(tokens)).toEqual({ headers: { Authorization: `Bearer ${expected}` } });
  });

  it('takes what it is told to read', () => {
    const attach = bearer(({ jwt }: { jwt: string }) => jwt);
    expect(attach({ jwt: 'a' })).toEqual({ headers: { Authorization: 'Bearer a' } });
  });

  it.each([{}, { accessToken: '' }, { accessToken: 7 }])(
    'attaches nothing where there is none: %j',
    (tokens) => {
      expect(bearer()(tokens)).toEqual({});
    },
  );
});

describe('header', () => {
  it('puts the bare token under its name', () => {
    expect(header('X-Token')({ accessToken: 'a' })).toEqual({ headers: { 'X-Token': 'a' } });
  });

  it('reads the same tokens once, and new tokens anew', () => {
    const read = vi.fn<(tokens: string) => string>((tokens) => tokens);
    const attach = header('X-Token', read);
    for (const tokens of ['a', 'a', 'b', 'a']) {
      expect(attach(tokens)).toEqual({ headers: { 'X-Token': tokens } });
    }
    expect(read).toHaveBeenCalledTimes(3);
  });

  it.each([undefined, '', 7, 'X Token', 'X:', 'X-Token\n'])('refuses %j for a name', (name) => {
    expect(() => header(name as string)).toThrow(/header\(name\): expected the name of a header/);
  });
});

describe('query', () => {
  it('attaches what it reads', () => {
    const attach = query((tokens: { accessToken: string }) => ({ token: tokens.accessToken }));
    expect(attach({ accessToken: 'a' })).toEqual({ query: { token: 'a' } });
  });

  it('refuses what is no function', () => {
    expect(() => query('token' as never)).toThrow(/query\(read\): expected a function, got a string/);
  });
});

describe('what is attached', () => {
  it.each([
    [{ headers: { a: ' \t b c\r\n' } }, { headers: { a: 'b c' } }],
    [{ headers: { a: ['b', 'c'], d: 7 } }, { headers: { a: 'b, c', d: '7' } }],
    [{ headers: { a: undefined, b: null } }, {}],
    [{ query: { a: 1, b: false, c: ['d', 'e'] } }, { query: { a: '1', b: 'false', c: 'd,e' } }],
    [{ query: { a: undefined, b: null, c: '' } }, { query: { c: '' } }],
    [{ query: undefined, headers: null }, {}],
    [
      { headers: { a: 'b' }, query: { c: 'd' } },
      { headers: { a: 'b' }, query: { c: 'd' } },
    ],
  ])('is put right: %j', (attachment, expected) => {
    const checked = checkAttachment(attachment);
    expect(checked).toEqual(expected);
    expect(checkAttachment(checked)).toBe(checked);
  });

  it.each([
    [{ headers: { a: 'sec\nret' } }],
    [{ headers: { a: 'sec\0ret' } }],
    [{ headers: { a: 'secret…' } }],
    [{ headers: { a: { token: 'secret' } } }],
    [{ headers: { a: [['secret']] } }],
    [{ headers: { a: Symbol('secret') } }],
    [{ headers: { 'a secret': 'b' } }],
    [{ query: { a: 'secret\uD800' } }],
    [{ query: { a: () => 'secret' } }],
    ['secret'],
    [null],
    [undefined],
  ])('is refused without being named: %j', (attachment) => {
    const attach = (): unknown => checkAttachment(attachment as never);
    expect(attach).toThrow(expect.objectContaining({ code: 'invalid-option', option: 'attach' }));
    expect(attach).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') as string }),
    );
  });

  it('is what header(), bearer() and query() make of what they read', () => {
    expect(bearer()({ accessToken: 'a\n' })).toEqual({ headers: { Authorization: 'Bearer a' } });
    expect(bearer()({ accessToken: ' \n' })).toEqual({});
    expect(() => header('X-Token')({ accessToken: 'a\nb' })).toThrow(/expected what can stand in a header/);
    expect(query(() => ({ a: 1, b: undefined }))({})).toEqual({ query: { a: '1' } });
  });
});
