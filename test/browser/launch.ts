import { chromium, type Browser } from 'playwright-core';
import { findBrowser } from '../../scripts/find-browser.mjs';

/**
 * No sandbox, because containers run tests as root; no QUIC, because loopback servers speak TCP; and none of the
 * browser's own traffic, so that a test sees the requests of its page alone.
 */
export const CHROMIUM_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the Chromium that `npm test` found or installed. Close it when the tests are done. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await pathOfBrowser(), args: CHROMIUM_ARGUMENTS });
}

export async function pathOfBrowser(): Promise<string> {
  const path = await findBrowser();
  if (path !== undefined) return path;
  throw new Error('No Chromium found: set CHROMIUM_PATH, or run node scripts/install-browser.mjs.');
}
