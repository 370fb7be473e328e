import { describe, expect, it } from 'vitest';
import { classifyFailure, describeFailure } from '../../src/session/state/failure.js';

const NOW = Date.UTC(2026, 0, 1);
const withStatus = (status: number, headers: object = {}): object => ({ response: { status, headers } });

describe('classifyFailure', () => {
  it.each([
    ['an axios error of 400', withStatus(400), 'ended'],
    ['a thrown Response of 401', new Response(null, { status: 401 }), 'ended'],
    ['a statusCode of 403', { statusCode: 403 }, 'ended'],
    ['an OAuth error', { error: 'invalid_grant' }, 'ended'],
    ['an OAuth code', { code: 'invalid_grant' }, 'ended'],
    ['an OAuth error in the body', { response: { status: 500, data: { error: 'invalid_grant' } } }, 'ended'],
    ['an OAuth error in own data', { data: { error: 'invalid_grant' } }, 'ended'],
    ['429', withStatus(429), 'throttled'],
    ['500', withStatus(500), 'unavailable'],
    ['503', withStatus(503), 'unavailable'],
    ['404', withStatus(404), 'unavailable'],
    ['a gateway that gave up: 502', withStatus(502), 'ambiguous'],
    ['a gateway that gave up: 504', withStatus(504), 'ambiguous'],
    ['a thrown reply that is no failure', { status: 200 }, 'ambiguous'],
    ['a refused connection', { code: 'ECONNREFUSED' }, 'offline'],
    ['an unknown host beneath fetch', new TypeError('x', { cause: { code: 'ENOTFOUND' } }), 'offline'],
    ['a reset connection', { code: 'ECONNRESET' }, 'ambiguous'],
    ['a failed fetch', new TypeError('Failed to fetch'), 'ambiguous'],
    ['text', 'no', 'ambiguous'],
    ['nothing', undefined, 'ambiguous'],
    ['null', null, 'ambiguous'],
    ['a status that is none', { status: 'error' }, 'ambiguous'],
  ])('takes %s', (_, error, expected) => {
    expect(classifyFailure(error)).toBe(expected);
  });
});

describe('retry-after', () => {
  const retryAt = (headers: unknown): number | undefined =>
    describeFailure({ response: { status: 503, headers } }, 'unavailable', NOW).retryAt;

  it('is read in seconds', () => {
    expect(retryAt({ 'retry-after': '120' })).toBe(NOW + 120_000);
    expect(retryAt({ 'Retry-After': 120 })).toBe(NOW + 120_000);
    expect(retryAt(new Headers({ 'Retry-After': '120' }))).toBe(NOW + 120_000);
  });

  it('is read as an HTTP date', () => {
    expect(retryAt({ 'retry-after': new Date(NOW + 90_000).toUTCString() })).toBe(NOW + 90_000);
  });

  it("measures a date against the server's own clock", () => {
    const headers = {
      date: new Date(NOW + 7_200_000).toUTCString(),
      'retry-after': new Date(NOW + 7_260_000).toUTCString(),
    };
    expect(retryAt(headers)).toBe(NOW + 60_000);
  });

  it('never lasts longer than an hour', () => {
    expect(retryAt({ 'retry-after': '999999' })).toBe(NOW + 3_600_000);
  });

  it.each(['', 'soon', '-5', '0'])('is nothing when it says %j', (value) => {
    expect(retryAt({ 'retry-after': value })).toBeUndefined();
  });

  it('is also read from a thrown Response', () => {
    const response = new Response(null, { status: 503, headers: { 'Retry-After': '5' } });
    expect(describeFailure(response, 'unavailable', NOW)).toMatchObject({
      status: 503,
      retryAt: NOW + 5_000,
    });
  });

  it.each([undefined, null, { 'retry-after': {} }])('is missing in %j', (headers) => {
    expect(retryAt(headers)).toBeUndefined();
  });
});

describe('describeFailure', () => {
  it('tells the name, the code and the status, and never the message', () => {
    const error = Object.assign(new Error('Bearer secret'), { code: 'ERR_BAD_RESPONSE', status: 500 });
    expect(describeFailure(error, 'unavailable', NOW)).toEqual({
      kind: 'unavailable',
      error: 'Error (ERR_BAD_RESPONSE)',
      status: 500,
    });
  });

  it('names what is no error by its type', () => {
    expect(describeFailure('secret', 'ambiguous', NOW)).toEqual({ kind: 'ambiguous', error: 'string' });
    expect(describeFailure(undefined, 'ambiguous', NOW)).toEqual({ kind: 'ambiguous', error: 'undefined' });
  });
});
