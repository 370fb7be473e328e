import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchBrowser } from '../launch.js';
import { startAdmin, type AdminApp } from './admin-app.js';
import { visit, type Visitor } from './visitor.js';

/** What the tests of a file stand on. Live bindings: each test file has this module for itself. */
export let browser: Browser;
export let app: AdminApp;
/** Signed in as ada, anew before each test; only on a stage {@link withVisitor}. */
export let visitor: Visitor;

/** A browser and the example app for all tests of a file, and the app's settings as they were before each. */
export function withAdmin(): void {
  beforeAll(async () => {
    [browser, app] = await Promise.all([launchBrowser(), startAdmin()]);
  });
  beforeEach(() => app.reset());
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });
}

/** The same, and a visitor who is signed in. */
export function withVisitor(): void {
  withAdmin();
  beforeEach(async () => {
    visitor = await visit(browser, app);
    await visitor.signIn('ada');
  });
  afterEach(() => visitor.leave());
}
