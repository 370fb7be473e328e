import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type LoopbackServer } from '../support/serve.js';
import { launchBrowser } from './launch.js';
import { html } from './pages.js';

let browser: Browser;
let server: LoopbackServer;

beforeAll(async () => {
  browser = await launchBrowser();
  server = await serve(async () => html(''));
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test('the browser has on loopback all that the web store builds on', async () => {
  const page = await browser.newPage();
  await page.goto(server.origin);
  const features = await page.evaluate(() => ({
    indexedDB: typeof indexedDB.open,
    locks: typeof navigator.locks.request,
    channel: typeof BroadcastChannel,
    worker: typeof Worker,
    serviceWorker: typeof navigator.serviceWorker.register,
  }));
  expect(Object.values(features)).toEqual(['function', 'function', 'function', 'function', 'function']);
  await page.close();
});

test('a new context shares nothing with another, as another person would', async () => {
  const [one, other] = await Promise.all([browser.newContext(), browser.newContext()]);
  const [mine, theirs] = await Promise.all([one.newPage(), other.newPage()]);
  await Promise.all([mine.goto(server.origin), theirs.goto(server.origin)]);
  await mine.evaluate(() => localStorage.setItem('who', 'ada'));
  expect(await theirs.evaluate(() => localStorage.getItem('who'))).toBeNull();
  await Promise.all([one.close(), other.close()]);
});
