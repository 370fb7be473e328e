import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../src/index.js';
import { bringsCredentials } from '../../src/policy/credentials.js';

type Page = Parameters<typeof bringsCredentials<string>>[1];

function signedIn(tokens: string | null): Page {
  const snapshot = { status: tokens === null ? 'signed-out' : 'signed-in' } as ReturnType<Page['snapshot']>;
  return { current: () => tokens, ready: Promise.resolve(), snapshot: () => snapshot };
}

function attaching(authorization: string | undefined): {
  attach: () => Attachment;
  attached: () => Attachment | undefined;
} {
  const attachment = authorization === undefined ? {} : { headers: { authorization } };
  return { attach: () => attachment, attached: () => undefined };
}

describe('the caller’s own Authorization', () => {
  it.each([
    ['Basic abc', 'Bearer a', true],
    ['Basic abc', '', true],
    [' Digest  username="a"', 'Bearer a', true],
    ['Token old', 'token a', false],
    ['Bearer old', 'Token a', false],
    ['bearer old', 'Bearer a', false],
    ['old', 'Bearer a', false],
    ['a=b c', 'Bearer a', false],
    ['', 'Bearer a', false],
    [null, 'Bearer a', false],
    ['Basic abc', undefined, false],
  ])('%j, where %j is attached, says who asks: %j', (given, attached, expected) => {
    expect(bringsCredentials(attaching(attached), signedIn('a'), given)).toBe(expected);
  });

  it('says so too where nobody knows yet what would be attached', () => {
    expect(bringsCredentials(attaching('Basic a'), signedIn(null), 'Basic abc')).toBe(true);
  });

  it('is read once the store has been', async () => {
    let tokens: string | null = null;
    let isRead = false;
    const status = (): string => (isRead ? 'signed-in' : 'loading');
    const page: Page = {
      current: () => tokens,
      ready: Promise.resolve().then(() => {
        [tokens, isRead] = ['a', true];
      }),
      snapshot: () => ({ status: status() }) as ReturnType<Page['snapshot']>,
    };
    const answer = bringsCredentials(attaching('Basic a'), page, 'Basic abc');
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(false);
  });
});
