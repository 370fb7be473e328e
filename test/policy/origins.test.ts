import { afterEach, describe, expect, it, vi } from 'vitest';
import { originRule } from '../../src/policy/origins.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const API = 'https://api.example.com';

describe('originRule', () => {
  it('allows the listed origins and nothing else', () => {
    const allows = originRule([API, 'http://127.0.0.1:3000/']);
    const urls = [
      `${API}/x`,
      API,
      'HTTPS://API.EXAMPLE.COM:443/x',
      'http://127.0.0.1:3000/y',
      'http://127.0.0.1/y',
    ];
    expect(urls.map((url) => allows(url))).toEqual([true, true, true, true, false]);
    expect(allows('/x')).toBe(false);
    expect(allows('https://page.test/x', 'https://page.test')).toBe(false);
  });

  it('allows the origin of the base when none is listed', () => {
    const allows = originRule();
    expect(allows(`${API}/x`, `${API}/v1`)).toBe(true);
    expect(allows('//api.example.com/x', `${API}/v1`)).toBe(false);
    expect(allows('//evil.test/x', `${API}/v1`)).toBe(false);
    expect(allows(`${API}/x`, 'https://other.test')).toBe(false);
    expect(allows(`${API}/x`, null as never)).toBe(false);
  });

  it('allows a relative URL by where the page sends it, whatever the base', () => {
    expect(originRule()('/x', `${API}/v1`)).toBe(false);
    vi.stubGlobal('location', { href: 'https://page.test/' });
    vi.stubGlobal('document', { baseURI: 'https://evil.test/' });
    expect(originRule()('/x', `${API}/v1`)).toBe(false);
    expect(originRule(['https://page.test'])('/x', `${API}/v1`)).toBe(false);
    expect(originRule(['https://evil.test'])('/x', `${API}/v1`)).toBe(true);
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

  it.each(['/api', 'api', '../api', '', '/\\evil.test/api', '\\\\evil.test', 'https:evil.test/x'])(
    'never trusts what <base href> makes of the base %j',
    (base) => {
      vi.stubGlobal('location', { href: 'https://page.test/app/' });
      vi.stubGlobal('document', { baseURI: 'http://foreign.test/' });
      const allows = originRule();
      expect(allows('/api/x', base)).toBe(false);
      expect(allows('http://foreign.test/api/x', base)).toBe(false);
      expect(allows('https://page.test/api/x', base)).toBe(true);
    },
  );

  it('minds a <base href> that comes later, changes, and goes', () => {
    vi.stubGlobal('location', { href: 'https://page.test/app/' });
    const document = { baseURI: 'https://page.test/app/' };
    vi.stubGlobal('document', document);
    const allows = originRule();
    const bases = [
      'https://page.test/app/',
      'https://evil.test/',
      'https://page.test/other/',
      'http://page.test/',
    ];
    const allowed = bases.map((base) => {
      document.baseURI = base;
      return [allows('/x', '/api'), allows('x', '/api')];
    });
    expect(allowed).toEqual([true, false, true, false].map((each) => [each, each]));
  });

  it('takes the scheme of a base without one from the page', () => {
    vi.stubGlobal('location', { href: 'https://page.test/app/' });
    const allows = originRule();
    expect(allows('//api.example.com/x', '//api.example.com/v1')).toBe(true);
    vi.stubGlobal('document', { baseURI: 'http://page.test/' });
    expect(allows('//api.example.com/x', '//api.example.com/v1')).toBe(false);
    expect(allows('http://api.example.com/x', '//api.example.com/v1')).toBe(false);
    expect(allows(`${API}/x`, '//api.example.com/v1')).toBe(true);
    vi.unstubAllGlobals();
    expect(originRule()('//api.example.com/x', '//api.example.com/v1')).toBe(false);
  });

  it('trusts no relative URL where an element stands in the place of document.baseURI', () => {
    vi.stubGlobal('location', { href: 'https://page.test/' });
    vi.stubGlobal('document', { baseURI: { toString: () => 'https://page.test/' } });
    expect(originRule()('/x')).toBe(false);
    expect(originRule()('https://page.test/x')).toBe(true);
  });

  it('does not take the address of a sandboxed page for its origin', () => {
    vi.stubGlobal('location', { href: 'https://page.test/' });
    vi.stubGlobal('document', { baseURI: 'https://page.test/' });
    vi.stubGlobal('origin', 'null');
    expect(originRule()('/x')).toBe(false);
    expect(originRule()('https://page.test/x')).toBe(false);
    expect(originRule()('//api.example.com/x', '//api.example.com')).toBe(false);
    expect(originRule()(`${API}/x`, API)).toBe(true);
    expect(originRule(['https://page.test'])('/x')).toBe(true);
  });

  it('takes no address with an asterisk for all that it would stand for', () => {
    vi.stubGlobal('location', { href: 'https://*.example.com/' });
    expect(originRule()(`${API}/x`)).toBe(false);
    expect(originRule()(`${API}/x`, 'https://*.example.com')).toBe(false);
  });

  it('does not take a script’s own variable `origin` for that of the page', () => {
    vi.stubGlobal('location', { href: 'https://page.test/' });
    vi.stubGlobal('origin', 'https://evil.test');
    expect(originRule()('https://evil.test/x')).toBe(false);
    expect(originRule()('/x')).toBe(true);
  });

  it('knows a worker made of a blob by who made it, and that nothing is relative there', () => {
    vi.stubGlobal('location', { href: 'blob:https://page.test/0b7c' });
    vi.stubGlobal('origin', 'https://page.test');
    expect(originRule()('https://page.test/x')).toBe(true);
    expect(originRule()('/x')).toBe(false);
    expect(originRule()('blob:https://page.test/1c8d')).toBe(false);
  });

  it.each([
    'about:srcdoc',
    'about:blank',
    'file:///app/index.html',
    'capacitor://localhost',
    'data:text/html,x',
  ])('knows no origin of a page at %s, and takes those that are listed', (href) => {
    vi.stubGlobal('location', { href });
    expect(originRule()('/x')).toBe(false);
    expect(originRule()(href)).toBe(false);
    vi.stubGlobal('document', { baseURI: 'https://page.test/' });
    expect(originRule()('/x')).toBe(false);
    expect(originRule(['https://page.test'])('/x')).toBe(true);
  });

  it('allows nothing where no origin is known', () => {
    const allows = originRule();
    expect(['/x', 'https://any.test/', '', 'http://['].map((url) => allows(url))).toEqual(
      Array(4).fill(false),
    );
  });

  it('tells once that no origin is known, when the first request asks', () => {
    const tell = vi.fn<() => void>();
    const allows = originRule(undefined, tell);
    // A base may still come.
    expect(allows(`${API}/x`, API)).toBe(true);
    expect(allows('https://foreign.test/x', API)).toBe(false);
    expect(tell).not.toHaveBeenCalled();
    expect([allows(`${API}/x`), allows('/x', '/api')]).toEqual([false, false]);
    expect(tell).toHaveBeenCalledTimes(1);
  });

  it('tells so of an empty list, and not of a list of others', () => {
    const tell = vi.fn<() => void>();
    originRule([API], tell)('https://foreign.test/x');
    expect(tell).not.toHaveBeenCalled();
    originRule([], tell)(`${API}/x`, API);
    expect(tell).toHaveBeenCalledTimes(1);
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
      expect(originRule()(`${API}/x`, url)).toBe(false);
      vi.stubGlobal('location', { href: url });
      expect(originRule([API])('/x')).toBe(false);
    },
  );

  it.each([
    '',
    'null',
    '*',
    '/api',
    'api.example.com',
    '//api.example.com',
    'file:///x',
    'wss://api.example.com',
    'capacitor://localhost',
    'chrome-extension://abcdef',
    'blob:https://api.example.com/x',
    'https:api.example.com',
    'https:/api.example.com',
    'https:///api.example.com',
    'https:\\\\api.example.com',
    'https://',
    'https://*',
    'https://*.',
    'https://*.com',
    'https://*.com:8443',
    'https://*.com.',
    'https://*.localhost',
    'https://**.example.com',
    'https://*.*.example.com',
    'https://api.*.com',
    'https://*api.example.com',
    'https://*example.com',
    'https://api.example.com:*',
    'https://*.127.0.0.1',
    'https://*.[::1]',
    '*://api.example.com',
    '*.example.com',
    'https://api.example.com/v1',
    'https://api.example.com//',
    'https://api.example.com/*',
    'https://api.example.com?q',
    'https://api.example.com#f',
    'https://api.example.com\\',
    'https://user@api.example.com',
    'https://@api.example.com',
    'https://%61pi.example.com',
    'https://api.example.com.',
    'https://api.example.com.:8443',
    'https://*.example.com./',
    'https://api..example.com',
    'https://.example.com',
    ' https://api.example.com',
    'https://api.example.com\n',
    'https://api.\texample.com',
    'https://api.example.com:99999',
    'https://127.0.0.256',
    7,
    null,
    new URL(API),
  ])('refuses %j in the list', (origin) => {
    const expected = expect.objectContaining({ code: 'invalid-option', option: 'origins' }) as Error;
    expect(() => originRule([API, origin] as string[])).toThrow(expected);
  });

  it.each([
    ['https://bücher.test', 'https://xn--bcher-kva.test/x'],
    ['HTTP://[::1]:3000/', 'http://[::1]:3000/x'],
    ['https://api.example.com:443', `${API}/x`],
    ['https://api.example.com/', `${API}/x`],
    ['http://localhost:8080', 'http://localhost:8080/x'],
  ])('takes %j for what it says', (origin, url) => {
    expect(originRule([origin])(url)).toBe(true);
  });
});

describe('all origins below one', () => {
  const allows = originRule(['https://*.example.com', 'http://*.dev.test:8080', 'https://*.any.co.uk/']);

  it.each([
    'https://api.example.com/x',
    'https://API.EXAMPLE.COM:443',
    'https://a.b.c.example.com?q',
    'https://any.example.com/x',
    'https:\\\\api.example.com\\x',
    'http://a.dev.test:8080/x',
    'https://a.any.co.uk/x',
  ])('take in %j', (url) => {
    expect(allows(url)).toBe(true);
  });

  it.each([
    'https://example.com/x',
    'https://example.com./x',
    'https://.example.com/x',
    'https://..example.com/x',
    'https://api.example.com./x',
    'https://evilexample.com/x',
    'https://evil-example.com/x',
    'https://api.example.com.evil.test/x',
    'https://evil.test/.example.com',
    'https://evil.test?.example.com',
    'https://evil.test#.example.com',
    'https://evil.test\\.example.com',
    'https://evil.test／.example.com',
    'https://user@api.example.com/x',
    'https://evil.test:80.example.com/x',
    'http://api.example.com/x',
    'https://api.example.com:8443/x',
    'http://a.dev.test/x',
    'https://a.dev.test:8080/x',
    'https://any.co.uk/x',
    '/x',
    '//api.example.com/x',
  ])('leave out %j', (url) => {
    expect(allows(url)).toBe(false);
  });

  it('take in relative URLs of a page below', () => {
    vi.stubGlobal('location', { href: 'https://shop.example.com/a' });
    expect([allows('/x'), allows('x'), allows('//api.example.com/x')]).toEqual([true, true, true]);
    vi.stubGlobal('location', { href: 'https://example.com/a' });
    expect(allows('/x')).toBe(false);
  });
});
