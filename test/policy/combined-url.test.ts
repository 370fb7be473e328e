import { describe, expect, it } from 'vitest';
import { combinedUrl, everyReading, type CombinedUrl } from '../../src/policy/combined-url.js';

const API = 'https://api.test/v1';
const ELSEWHERE = 'https://evil.test/x';

/** Everything that was asked about. */
function readings(config: CombinedUrl): string[] {
  const asked: string[] = [];
  expect(everyReading(config, (url) => asked.push(url) > 0)).toBe(true);
  expect(asked).not.toEqual([]);
  // One that is not trusted is enough.
  for (const refused of asked) expect(everyReading(config, (url) => url !== refused)).toBe(false);
  return asked;
}

describe('what axios may make of a URL and its base', () => {
  it.each<[CombinedUrl, string[]]>([
    [{}, ['']],
    [{ url: '/x' }, ['/x']],
    [{ url: ELSEWHERE }, [ELSEWHERE]],
    [{ baseURL: '', url: ELSEWHERE }, [ELSEWHERE]],
    [{ baseURL: API }, [API]],
    [{ baseURL: API, url: '' }, [API]],
    [{ baseURL: API, url: 'x' }, [`${API}/x`]],
    [{ baseURL: `${API}//`, url: '/x' }, [`${API}/x`]],
    [{ baseURL: '/', url: 'x' }, ['/x']],
    [{ baseURL: API, url: ELSEWHERE }, [ELSEWHERE]],
    [{ baseURL: API, url: 'HTTPS://evil.test/x' }, ['HTTPS://evil.test/x']],
    [{ baseURL: API, url: '//evil.test' }, ['//evil.test']],
    [{ baseURL: API, url: 'a+b.c-1://x' }, ['a+b.c-1://x']],
    [{ baseURL: API, url: '/\\evil.test' }, [`${API}/\\evil.test`]],
    [{ baseURL: API, url: '\\\\evil.test' }, [`${API}/\\\\evil.test`]],
    [{ baseURL: API, url: '\thttps://evil.test' }, [`${API}/\thttps://evil.test`]],
    [{ baseURL: API, url: ' //evil.test' }, [`${API}/ //evil.test`]],
    [{ baseURL: API, url: 'https:evil.test' }, [`${API}/https:evil.test`]],
    [{ baseURL: 'https://api.test', url: '@evil.test' }, ['https://api.test/@evil.test']],
    [{ baseURL: 'https://api.test', url: '.evil.test' }, ['https://api.test/.evil.test']],
  ])('%j', (config, expected) => {
    expect(readings(config)).toEqual(expected);
  });

  it.each<[CombinedUrl, string[]]>([
    [{ baseURL: API, url: ELSEWHERE }, [ELSEWHERE, `${API}/${ELSEWHERE}`]],
    [{ baseURL: API, url: '//evil.test' }, ['//evil.test', `${API}/evil.test`]],
    [{ baseURL: API, url: '/x' }, [`${API}/x`]],
    [{ url: ELSEWHERE }, [ELSEWHERE, `/${ELSEWHERE}`]],
  ])('%j with allowAbsoluteUrls: false, which not every version heeds', (config, expected) => {
    expect(readings({ ...config, allowAbsoluteUrls: false })).toEqual(expected);
  });

  it('a base that ends in many slashes, of which not every version takes all off', () => {
    expect(readings({ baseURL: '///', url: 'evil.test' })).toEqual(['/evil.test', '//evil.test']);
  });

  it('a URL object, which some versions take', () => {
    const url = new URL(ELSEWHERE) as unknown as string;
    expect(readings({ url })).toEqual([ELSEWHERE]);
    expect(readings({ baseURL: API, url })).toEqual([ELSEWHERE]);
  });
});

describe('the URL as axios makes it', () => {
  it.each<[CombinedUrl, string]>([
    [{}, ''],
    [{ url: '/x' }, '/x'],
    [{ baseURL: API }, API],
    [{ baseURL: `${API}/`, url: '/x' }, `${API}/x`],
    [{ baseURL: API, url: ELSEWHERE }, ELSEWHERE],
    [{ baseURL: API, url: ELSEWHERE, allowAbsoluteUrls: false }, `${API}/${ELSEWHERE}`],
  ])('%j', (config, expected) => {
    expect(combinedUrl(config)).toBe(expected);
  });
});
