import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { originOf, plainOrigin } from '../../src/policy/origin-of.js';
import { originRule } from '../../src/policy/origins.js';
import { OldNativeUrl, RegExpUrl } from './native-urls.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What the platform says: the origin, with a mark where user-info comes before it; undefined where it goes nowhere. */
function platformOrigin(url: string): string | undefined {
  try {
    const { origin, username, password } = new URL(url, 'https://base.test');
    return username + password === '' ? origin : `user-info@${origin}`;
  } catch {
    return undefined;
  }
}

function isMisread(url: string): boolean {
  const plain = plainOrigin(url);
  const theirs = platformOrigin(url);
  // A name that only looks like an encoded one is no name at all, and nothing is sent anywhere.
  const isNowhere = theirs === undefined && plain?.includes('xn--');
  return plain !== undefined && plain !== theirs && !isNowhere;
}

const HOSTS = [
  'api.example.com',
  'API.Example.COM',
  'a.test',
  'localhost',
  'under_score.test',
  '-a-.test',
  'xn--bcher-kva.test',
  'xn--a.test',
  'bücher.test',
  'ａ.test',
  'api。example.com',
  'api.example.com．evil.test',
  'ſ.test',
  '%61pi.example.com',
  'api.example.com.',
  'api..example.com',
  '.example.com',
  'evil.test.api.example.com',
  'api.example.com.evil.test',
  '127.0.0.1',
  '127.1',
  '010.0.0.1',
  '0x7f.1',
  '2130706433',
  '256.0.0.1',
  '1.2.3.-1',
  '-1.2.3.4',
  '1.2.3.4.5',
  '1e1.2.3.4',
  'a.0x',
  'a.09',
  '1.2.3.4.',
  '[::1]',
  '[::ffff:1.2.3.4]',
  '*.example.com',
  'a b.test',
  'a\t.test',
  'a\n.test',
  'a\u00ad.test',
  'a\u200b.test',
  'evil.test\\@api.example.com',
  'evil.test／.example.com',
  '',
];

/** Mostly what is plain: one that is odd in every part is refused for the first of them. */
const mostly = (plain: string, ...odd: string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(plain) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const host = fc.constantFrom(...HOSTS);

const twoHosts = fc.tuple(host, fc.constantFrom('', '.'), host).map((hosts) => hosts.join(''));

const EVIL = ['?@evil.test', '#@evil.test', '/@evil.test', '\\@evil.test', '@evil.test', '//evil.test'];
const PATHS = ['/x', '', '/', '?q', '#f', ...EVIL, '\\x', '\t', '\n', ' ', ';x', '%2f'] as const;

/** URLs as somebody writes them who wants to be taken for somebody else. */
const nasty = fc
  .tuple(
    mostly('', ' ', '\t', '\n', '\0', '\ufeff', '.', '/', '\\'),
    mostly('https', 'http', 'HTTPS', 'hTTp', 'ht\ttps', 'ſttp', 'ftp', 'ws', 'blob:https', 'https:https', ''),
    mostly('://', ':', ':/', ':///', ':\\\\', ':/\\', '//', ':\t//', ':/\n/'),
    mostly('', '@', 'user@', 'user:pass@', ':@', 'api.example.com@', 'api.example.com:443@', 'a\\@'),
    fc.oneof(mostly('api.example.com', ...HOSTS), twoHosts),
    mostly(
      '',
      ':',
      ':443',
      ':80',
      ':0443',
      ':8443',
      ':65535',
      ':65536',
      ':4294967739',
      ':8a',
      ':-1',
      ':４43',
    ),
    mostly(...PATHS),
  )
  .map((parts) => parts.join(''));

describe('an origin that is read without a parser', () => {
  it.each([
    ['https://a.test', 'https://a.test'],
    ['HTTPS://A.Test:443/x', 'https://a.test'],
    ['http://a.test:80?q', 'http://a.test'],
    ['http://a.test:443#f', 'http://a.test:443'],
    ['https://a.test:/x', 'https://a.test'],
    ['https://a.test:08443/x', 'https://a.test:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1/x', 'http://127.0.0.1'],
    ['https://a.test/@evil.test\n//evil.test', 'https://a.test'],
    ['https://xn--bcher-kva.test/', 'https://xn--bcher-kva.test'],
  ])('%j is %s', (url, origin) => {
    expect(plainOrigin(url)).toBe(origin);
    expect(platformOrigin(url)).toBe(origin);
  });

  it.each([
    '',
    '/x',
    '//a.test',
    'https:a.test',
    ' https://a.test',
    'https://a.test\\x',
    'https://user@a.test',
    'https://@a.test',
    'https://a.test.',
    'https://a.test:65536',
    'https://127.1',
    'https://1.2.3.256',
    'https://0x7f.0.0.1',
    'https://[::1]',
    'https://bücher.test',
    'ftp://a.test',
    'blob:https://a.test/x',
  ])('%j is left alone', (url) => {
    expect(plainOrigin(url)).toBeUndefined();
  });

  it.each([
    ['written to mislead', nasty],
    ['as they ought to be', fc.webUrl({ withFragments: true, withQueryParameters: true })],
    ['of any characters', fc.string({ unit: 'binary' }).map((text) => `https://${text}`)],
  ])('is what the platform reads, in URLs %s', (_, urls) => {
    expect(() =>
      fc.assert(
        fc.property(urls, (url) => !isMisread(url)),
        { numRuns: 2000 },
      ),
    ).not.toThrow();
  });

  it('is found in many of those', () => {
    expect(fc.sample(nasty, 1000).filter(plainOrigin).length).toBeGreaterThan(50);
  });

  it.each([
    ['no URL at all', undefined],
    ['one that throws', OldNativeUrl],
    ['one that misreads', RegExpUrl],
  ])('never lets more through than the platform’s URL does: %s', (_, theirs) => {
    const listed = ['https://api.example.com', 'https://*.a.test', 'http://127.0.0.1:8443'];
    const asStrict = fc.property(nasty, (url) => {
      const strict = originRule(listed)(url);
      vi.stubGlobal('URL', theirs);
      const without = originRule(listed)(url);
      vi.unstubAllGlobals();
      return strict || !without;
    });
    expect(() => fc.assert(asStrict, { numRuns: 1000 })).not.toThrow();
  });
});

describe('an origin that needs a parser', () => {
  const ODD: [url: string, origin: string | undefined][] = [
    ['https://bücher.test/x', 'https://xn--bcher-kva.test'],
    ['https:\\\\A.test\\x', 'https://a.test'],
    ['http://[::1]:3000/x', 'http://[::1]:3000'],
    ['https://user@a.test', undefined],
    ['https://:pass@a.test', undefined],
    ['wss://a.test', undefined],
    ['file:///x', undefined],
    ['blob:https://a.test/x', undefined],
    ['/x', undefined],
  ];
  it.each(ODD)('%j is %s', (url, origin) => {
    expect(originOf(url)).toBe(origin);
  });

  it.each([
    ['/x', 'https://page.test'],
    ['', 'https://page.test'],
    ['?q', 'https://page.test'],
    ['https:x', 'https://page.test'],
    ['http:evil.test', 'http://evil.test'],
    ['//evil.test', 'https://evil.test'],
    ['/\\evil.test', 'https://evil.test'],
    ['/\t/evil.test', 'https://evil.test'],
  ])('from a page, %j goes to %s', (url, origin) => {
    expect(originOf(url, 'https://page.test/app/')).toBe(origin);
  });

  it.each([
    ['none', undefined],
    ['that of React Native up to 0.79', OldNativeUrl],
    ['that of React Native since', RegExpUrl],
  ])('stays unknown where there is no URL that could tell: %s', (_, theirs) => {
    vi.stubGlobal('URL', theirs);
    expect(ODD.map(([url]) => originOf(url))).toEqual(ODD.map(() => undefined));
    expect(originOf('//evil.test', 'https://page.test')).toBeUndefined();
    expect(originOf('HTTPS://A.test:443/x')).toBe('https://a.test');
  });
});
