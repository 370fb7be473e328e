import { afterEach, describe, expect, it, vi } from 'vitest';
import { originRule } from '../../src/policy/origins.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const API = 'https://api.example.com';

describe('originRule', () => {
  it('allows the listed origins and nothing else', () => {
    const allows = originRule([API, 'http://127.0.0.1:3000/ignored/path']);
    const urls = [
      `${API}/x`,
      API,
      'HTTPS://API.EXAMPLE.COM:443/x',
      'http://127.0.0.1:3000/y',
      'http://127.0.0.1/y',
    ];
    expect(urls.map((url) => allows(url))).toEqual([true, true, true, true, false]);
    expect(allows('/x')).toBe(false);
    expect(allows('/x', `${API}/v1`)).toBe(true);
    expect(allows('https://page.test/x', 'https://page.test')).toBe(false);
  });

  it('allows the origin of the base when none is listed', () => {
    const allows = originRule();
    expect(allows(`${API}/x`, `${API}/v1`)).toBe(true);
    expect(allows('/x', `${API}/v1`)).toBe(true);
    expect(allows('//api.example.com/x', `${API}/v1`)).toBe(true);
    expect(allows('//evil.test/x', `${API}/v1`)).toBe(false);
    expect(allows(`${API}/x`, 'https://other.test')).toBe(false);
  });

  it('allows the page’s origin too', () => {
    vi.stubGlobal('location', { href: 'https://page.test/app/#/x' });
    const allows = originRule();
    expect(['/x', 'x', '', '?q', 'https://page.test/y'].map((url) => allows(url))).toEqual(
      Array(5).fill(true),
    );
    expect(allows('https://page.test/x', API)).toBe(true);
    expect(allows('/x', '/api')).toBe(true);
    expect(allows(`${API}/x`)).toBe(false);
  });

  it('follows the page when it moves on', () => {
    vi.stubGlobal('location', { href: 'https://page.test/a' });
    const allows = originRule();
    expect(allows('/x')).toBe(true);
    vi.stubGlobal('location', { href: 'file:///a.html' });
    expect(allows('/x')).toBe(false);
  });

  it('minds where <base href> points to', () => {
    vi.stubGlobal('location', { href: 'https://page.test/app/' });
    vi.stubGlobal('document', { baseURI: 'https://elsewhere.test/' });
    const allows = originRule();
    expect(allows('/x')).toBe(false);
    expect(allows('https://page.test/x')).toBe(true);
  });

  it('allows nothing where no origin is known', () => {
    const allows = originRule();
    expect(['/x', 'https://any.test/', '', 'http://['].map((url) => allows(url))).toEqual(
      Array(4).fill(false),
    );
  });

  it.each(['file:///x', 'data:text/plain,x', 'about:blank', 'blob:null/x'])(
    'never takes %s for the origin of a page out of a file',
    (url) => {
      vi.stubGlobal('location', { href: 'file:///index.html' });
      expect(originRule()(url)).toBe(false);
    },
  );

  it.each([`https://user@api.example.com/x`, `https://:pass@api.example.com/x`])(
    'does not trust %s',
    (url) => {
      expect(originRule([API])(url)).toBe(false);
      expect(originRule()('/x', url)).toBe(false);
    },
  );

  it.each([[['/api']], [['']], [[7]], [['file:///x']]])('refuses %j', (origins) => {
    expect(() => originRule(origins as never)).toThrow(expect.objectContaining({ option: 'origins' }));
  });
});
