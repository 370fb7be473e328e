import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { landingPath, loginLocation } from '../../examples/admin/src/redirect.js';

const ORIGIN = 'https://app.test';
const PAGES = ['/login', '/orders'];

/** What is asked of Vue's router here: which page a path is, if any. */
const router = {
  resolve(path: string) {
    const { pathname } = new URL(path, ORIGIN);
    const isPage = PAGES.includes(pathname);
    return { matched: isPage ? [{}] : [], name: isPage ? pathname.slice(1) : undefined };
  },
} as unknown as Parameters<typeof landingPath>[0];

beforeEach(() => {
  vi.stubGlobal('location', { origin: ORIGIN });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('after login', () => {
  it.each(['/orders', '/orders?page=2#total', `${ORIGIN}/orders`])('%s is followed', (redirect) => {
    expect(landingPath(router, redirect)).toBe(redirect.replace(ORIGIN, ''));
  });

  it.each([
    undefined,
    ['/orders', '/orders'],
    '/login',
    '/login?redirect=%2Flogin',
    '/nowhere',
    '//evil.test/orders',
    'https://evil.test/orders',
    '/\\evil.test/orders',
    'javascript:alert(1)',
    'http://[',
  ])('%s leads to the first page', (redirect) => {
    expect(landingPath(router, redirect)).toBe('/');
  });
});

describe('the way to the login page', () => {
  it('leads back to where the person was, with the code of the customer', () => {
    const from = { name: 'orders', fullPath: '/orders?page=2#total', query: { page: '2' } };
    expect(loginLocation(from, 'HF-1815')).toEqual({
      path: '/login',
      query: { redirect: '/orders?page=2#total', code: 'HF-1815' },
    });
  });

  it('from the login page itself keeps the redirect that is there, and never nests', () => {
    const from = { name: 'login', fullPath: '/login?redirect=/orders', query: { redirect: '/orders' } };
    expect(loginLocation(from, undefined)).toEqual({ path: '/login', query: { redirect: '/orders' } });
    expect(loginLocation({ ...from, query: {} }, undefined)).toEqual({ path: '/login', query: {} });
  });
});
