import { describe, expect, it } from 'vitest';
import { withoutQuery, withQuery } from '../../src/policy/query-string.js';

describe('a URL with parameters', () => {
  it.each([
    ['/x', { token: 'a' }, '/x?token=a'],
    ['/x?a=1', { token: 'a' }, '/x?a=1&token=a'],
    ['/x#top', { token: 'a' }, '/x?token=a#top'],
    ['/x?a=1#top?token=b', { token: 'a' }, '/x?a=1&token=a#top?token=b'],
    ['/x?token=old&a=1&token=older', { token: 'a' }, '/x?a=1&token=a'],
    ['/x?%74oken=old&to+ken=kept', { token: 'a' }, '/x?to+ken=kept&token=a'],
    ['/x?to+ken=old', { 'to ken': 'a' }, '/x?to%20ken=a'],
    ['/x?token', { token: 'a' }, '/x?token=a'],
    ['/x?a=%zz&%zz=1', { token: 'a' }, '/x?a=%zz&%zz=1&token=a'],
    ['/x?a=1&&b=?&c', { token: 'a' }, '/x?a=1&&b=?&c&token=a'],
    ['/x', { token: 'a&b=c d', 'k=': 'ü' }, '/x?token=a%26b%3Dc%20d&k%3D=%C3%BC'],
    ['/x?a=1', {}, '/x?a=1'],
    ['/x?toString=1', { token: 'a' }, '/x?toString=1&token=a'],
  ])('%s with %j is %s', (url, parameters, expected) => {
    expect(withQuery(url, parameters as Record<string, string>)).toBe(expected);
  });

  it.each([
    ['/x?token=a', '/x'],
    ['/x?token=a&b=%20#top', '/x?b=%20#top'],
    ['/x?a=1&&b=2', '/x?a=1&&b=2'],
  ])('%s without the token is %s', (url, expected) => {
    expect(withoutQuery(url, { token: 'any' })).toBe(expected);
  });
});
