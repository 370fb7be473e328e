import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../src/policy/challenges.js';

describe('parseChallenges', () => {
  it('reads several out of one header, quoted commas and escapes included', () => {
    const header = 'Basic realm="a, \\"b\\"" , charset=UTF-8, ,Digest qop="auth,auth-int", Bearer';
    expect(parseChallenges(header)).toEqual([
      { scheme: 'basic', parameters: { realm: 'a, "b"', charset: 'UTF-8' } },
      { scheme: 'digest', parameters: { qop: 'auth,auth-int' } },
      { scheme: 'bearer', parameters: {} },
    ]);
  });

  it('begins anew each time', () => {
    expect(parseChallenges('Bearer a=1')).toEqual(parseChallenges('Bearer a=1'));
  });

  it.each([
    ['', []],
    ['   ', []],
    ['"', []],
    ['a="', [{ scheme: 'a', parameters: {} }]],
  ])('makes nothing that has a parameter of %j', (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });

  it('drops a parameter that belongs to no challenge', () => {
    expect(parseChallenges('realm="x"')).toEqual([]);
  });

  it('takes names of objects for what they are', () => {
    expect(parseChallenges('Bearer __proto__="x", constructor=y')[0]?.scheme).toBe('bearer');
  });

  it('is done with a long header in no time', () => {
    expect(parseChallenges(`Bearer ${'a="\\'.repeat(5_000)}`).length).toBeGreaterThan(0);
  });
});
