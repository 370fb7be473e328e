import { describe, expect, it } from 'vitest';
import {
  challenge,
  envelope,
  firstOf,
  graphql,
  statuses,
  type Judge,
  type JudgedReply,
} from '../../src/index.js';

type Told = { status?: number; headers?: Record<string, string>; body?: unknown };

function reply({ status = 200, headers = {}, body }: Told): JudgedReply {
  return { status, header: (name) => headers[name] ?? null, body: () => body };
}

function verdict(judge: Judge, told: Told): unknown {
  return judge(reply(told));
}

describe('statuses', () => {
  it('takes 401 for dead tokens when it is told nothing', () => {
    expect([401, 403, 200].map((status) => verdict(statuses(), { status }))).toEqual([
      'refresh',
      'pass',
      'pass',
    ]);
  });

  it('takes the statuses it is told', () => {
    const judge = statuses({ refresh: [419], signOut: [410] });
    expect([401, 419, 410].map((status) => verdict(judge, { status }))).toEqual([
      'pass',
      'refresh',
      'sign-out',
    ]);
  });

  it.each([{ refresh: 401 }, { signOut: [null] }, { refresh: '401' }])('refuses %j', (options) => {
    expect(() => statuses(options as never)).toThrow(/expected an array of numbers or strings/);
  });
});

describe('envelope', () => {
  const judge = envelope({ code: 'error.code', refresh: [42001, 'DEAD'], signOut: [8888] });

  it.each([
    [{ error: { code: 42001 } }, 'refresh'],
    [{ error: { code: '42001' } }, 'refresh'],
    [{ error: { code: 'DEAD' } }, 'refresh'],
    [{ error: { code: '8888' } }, 'sign-out'],
    [{ error: { code: 0 } }, 'pass'],
    [{ error: { code: [42001] } }, 'pass'],
    [{ error: null }, 'pass'],
    [{ 'error.code': 42001 }, 'pass'],
    [[], 'pass'],
    [null, 'pass'],
    [undefined, 'pass'],
    ['42001', 'pass'],
  ])('judges %j as %s', (body, expected) => {
    expect(verdict(judge, { body })).toBe(expected);
  });

  it('waits for a body that has to be read', async () => {
    expect(await verdict(judge, { body: Promise.resolve({ error: { code: 42001 } }) })).toBe('refresh');
  });

  it('never looks beyond the body’s own properties', () => {
    expect(verdict(envelope({ code: 'constructor.name', refresh: ['Object'] }), { body: {} })).toBe('pass');
  });

  it('asks a function where one is given', () => {
    const own = envelope({ code: (body) => (body as { at: number[] }).at[1], refresh: [7] });
    expect(verdict(own, { body: { at: [0, 7] } })).toBe('refresh');
  });

  it.each([
    [{ code: '', refresh: [] }, 'envelope({ code })'],
    [{ refresh: [] }, 'envelope({ code })'],
    [{ code: 'a' }, 'envelope({ refresh })'],
    [{ code: 'a', refresh: [{}] }, 'envelope({ refresh })'],
    [{ code: 'a', refresh: [], signOut: 1 }, 'envelope({ signOut })'],
  ])('refuses %j', (options, option) => {
    expect(() => envelope(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option', option }),
    );
  });
});

describe('graphql', () => {
  it.each([
    [{ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }, 'refresh'],
    [{ errors: [{}, null, { extensions: { code: 'FORBIDDEN' } }] }, 'pass'],
    [{ errors: 'UNAUTHENTICATED' }, 'pass'],
    [{ data: {} }, 'pass'],
    ['', 'pass'],
  ])('judges %j as %s', (body, expected) => {
    expect(verdict(graphql(), { body })).toBe(expected);
  });

  it('takes other codes', () => {
    const body = { errors: [{ extensions: { code: 'EXPIRED' } }] };
    expect(verdict(graphql({ refresh: ['EXPIRED'] }), { body })).toBe('refresh');
  });

  it('refuses what is no list', () => {
    expect(() => graphql({ refresh: 'EXPIRED' as never })).toThrow(/graphql\(\{ refresh \}\)/);
  });
});

describe('challenge', () => {
  const judged = (header?: string): unknown =>
    verdict(challenge(), { status: 401, ...(header && { headers: { 'www-authenticate': header } }) });

  it.each([
    undefined,
    'Bearer',
    'Bearer error="invalid_token"',
    'bearer ERROR=invalid_token',
    'Basic realm="insufficient_scope"',
    'Basic error="insufficient_scope"',
    'Bearer error_description="insufficient_scope, \\"error=insufficient_scope\\""',
    'Bearer error="insufficient_scope',
    '=,"garbage',
  ])('refreshes after %j', (header) => {
    expect(judged(header)).toBe('refresh');
  });

  it.each([
    'Bearer error="insufficient_scope"',
    'bearer Error = insufficient_scope',
    'Basic realm="a, b=\\"c", Bearer realm=x,error="insufficient_scope"',
    'Negotiate YWJj==, Bearer scope="a b", error="insufficient\\_scope"',
  ])('passes after %j', (header) => {
    expect(judged(header)).toBe('pass');
  });

  it('looks at a 401 alone', () => {
    expect(verdict(challenge(), { status: 403 })).toBe('pass');
  });
});

describe('firstOf', () => {
  it('takes the first verdict that is not pass', async () => {
    const judge = firstOf(statuses(), envelope({ code: 'code', refresh: [1], signOut: [2] }));
    expect(await verdict(judge, { status: 401, body: { code: 2 } })).toBe('refresh');
    expect(await verdict(judge, { body: { code: 2 } })).toBe('sign-out');
    expect(await verdict(judge, { body: { code: 3 } })).toBe('pass');
  });

  it('does not read a body that an earlier judge has no need of', async () => {
    const body = (): never => {
      throw new Error('read');
    };
    const judge = firstOf(statuses(), envelope({ code: 'code', refresh: [1] }));
    expect(await judge({ status: 401, header: () => null, body })).toBe('refresh');
  });

  it('refuses what is no judge', () => {
    expect(() => firstOf(statuses(), 401 as never)).toThrow(/firstOf\(judges\): expected judges, got 401/);
  });
});
