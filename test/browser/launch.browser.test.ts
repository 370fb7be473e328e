import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './launch.js';

let browser: Browser;
let server: Server;
let origin: string;

beforeAll(async () => {
  browser = await launchBrowser();
  server = createServer((_request, response) => response.end('<!doctype html><title>blank</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server?.close(resolve));
});

test('the browser has on loopback all that the web store builds on', async () => {
  const page = await browser.newPage();
  await page.goto(origin);
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
  await Promise.all([mine.goto(origin), theirs.goto(origin)]);
  await mine.evaluate(() => localStorage.setItem('who', 'ada'));
  expect(await theirs.evaluate(() => localStorage.getItem('who'))).toBeNull();
  await Promise.all([one.close(), other.close()]);
});
