import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serve, type LoopbackServer } from '../support/serve.js';
import { launchBrowser } from './launch.js';
import { bundle, html } from './pages.js';

/** What the page of this test has in its global scope: one request by each client, and what became of it. */
type Ask = (client: 'fetch' | 'axios', url: string, options: object) => Promise<string>;
declare const ask: Ask;

/** `folder`: where the clients lie for browsers, empty for those that run everywhere. */
const entry = (folder: string): string => `
  import axios from 'axios';
  import { createSession, header } from './src/index.js';
  import { guardAxios } from './src/clients/axios${folder}.js';
  import { guardFetch } from './src/clients/fetch${folder}.js';

  globalThis.ask = async (client, url, options) => {
    const session = createSession({ refresh: () => Promise.reject(new Error('no refresh')) });
    await session.signIn({ accessToken: 'the-secret' });
    const given = { ...options, ...(options.header && { attach: header(options.header) }) };
    delete given.header;
    try {
      if (client === 'fetch') return String((await guardFetch(session, given)(url)).status);
      const api = axios.create({ adapter: 'xhr' });
      guardAxios(api, session, given);
      return String((await api.get(url)).status);
    } catch (error) {
      return error.name + ': ' + error.message;
    }
  };
`;

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'x-token, authorization',
};

let browser: Browser;
let page: Page;
let foreign: LoopbackServer;
let home: LoopbackServer;
/** What the page runs. */
let script = '';
/** The `<base href>` of the page. */
let base = '';

beforeAll(async () => {
  browser = await launchBrowser();
  foreign = await serve(() => Promise.resolve(new Response('foreign', { headers: CORS })));
  home = await serve((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/away') return Promise.resolve(Response.redirect(`${foreign.origin}/there`, 302));
    if (pathname !== '/') return Promise.resolve(new Response('home'));
    return Promise.resolve(html(`${base && `<base href="${base}">`}<script>${script}</script>`));
  });
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([foreign?.close(), home?.close()]);
});

beforeEach(() => {
  (foreign.requests as unknown[]).length = 0;
});

async function open(baseHref = ''): Promise<void> {
  base = baseHref;
  await page?.close();
  page = await browser.newPage();
  await page.goto(home.origin);
}

const request = (client: 'fetch' | 'axios', url: string, options: object = {}): Promise<string> =>
  page.evaluate(([it, to, given]) => ask(it, to, given), [client, url, options] as const);

/** The headers of what reached the other origin, but for the question that goes before it. */
const arrived = () => foreign.requests.filter(({ method }) => method === 'GET').map(({ headers }) => headers);

describe.each([
  ['fetch', 'for all platforms', ''],
  ['axios', 'for all platforms', ''],
  ['fetch', 'for browsers', '/browser'],
  ['axios', 'for browsers', '/browser'],
] as const)('a page, by %s %s', (client, _, folder) => {
  beforeAll(async () => {
    script = await bundle(entry(folder));
  });

  test('takes a header of its own along to where it is redirected, and no Authorization', async () => {
    await open();
    expect(await request(client, '/away', { header: 'X-Token' })).toBe('200');
    expect(arrived()).toMatchObject([{ 'x-token': 'the-secret' }]);
    expect(await request(client, '/away')).toBe('200');
    expect(arrived()[1]).not.toHaveProperty('authorization');
  });

  test('fails where it is told to refuse that', async () => {
    await open();
    const outcome = await request(client, '/away', { header: 'X-Token', crossOriginRedirects: 'refuse' });
    expect(outcome).toMatch(/crossOriginRedirects/);
    expect(outcome).not.toContain('the-secret');
    // XMLHttpRequest tells of a redirect when it has happened.
    expect(arrived()).toHaveLength(client === 'fetch' ? 0 : 1);
  });

  test('sends no token to a foreign <base>, and goes on sending it home', async () => {
    await open(`${foreign.origin}/`);
    expect(await request(client, 'orders')).toBe('200');
    expect(arrived()).toHaveLength(1);
    expect(arrived()[0]).not.toHaveProperty('authorization');
    expect(await request(client, `${home.origin}/orders`)).toBe('200');
    const [last] = home.requests.filter(({ url }) => url === '/orders').slice(-1);
    expect(last?.headers).toMatchObject({ authorization: 'Bearer the-secret' });
  });
});
