/**
 * `npm run conformance -- --tabs`: the libraries that share one session between tabs, in a real Chromium. Five tabs of
 * one page have the same dead token, and each makes two requests.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAuthServer } from 'holdfast/testing';
import { launchBrowser } from '../test/browser/launch.js';
import { serve } from '../test/support/serve.js';
import type { Verdict } from './runner/verdict.js';

type Browser = Awaited<ReturnType<typeof launchBrowser>>;

const TABS = 5;
const REQUESTS = 2;
/** A JWT tells its end in whole seconds. */
const FIRST_LIFETIME_MS = 2_000;
const LIFETIME_MS = 600_000;
/** Long enough that every tab has met the dead token before the first answer comes. */
const REFRESH_DELAY_MS = 2_000;

/** By subject. `scripts` are the bundled pages, by subject. */
export async function mainTabs(sources: string, scripts: ReadonlyMap<string, string>): Promise<number> {
  const browser = await launchBrowser();
  const verdicts: Record<string, Verdict> = {};
  try {
    for (const [subject, script] of scripts) {
      verdicts[subject] = await play(browser, script);
      console.log(`${subject}: ${inWords(verdicts[subject])}`);
    }
  } finally {
    await browser.close();
  }
  await writeFile(join(sources, 'tabs.json'), `${JSON.stringify(verdicts, null, 2)}\n`);
  return Object.entries(verdicts).some(
    ([name, { verdict }]) => name.startsWith('holdfast') && verdict !== 'pass',
  )
    ? 1
    : 0;
}

async function play(browser: Browser, script: string): Promise<Verdict> {
  const auth = createAuthServer({ accessTokens: 'jwt', accessLifetimeMs: FIRST_LIFETIME_MS });
  const site = await serve(async (request) => {
    if (new URL(request.url).pathname !== '/') return await auth(request);
    const page = `<!doctype html><script type="module">${script}</script>`;
    return new Response(page, { headers: { 'content-type': 'text/html' } });
  });
  const context = await browser.newContext();
  try {
    const tokens = auth.signIn('ada');
    const diesAt = Date.now() + FIRST_LIFETIME_MS;
    const pages = await Promise.all(Array.from({ length: TABS }, () => context.newPage()));
    const [first] = pages;
    await first?.goto(site.origin);
    await first?.evaluate((given) => window.tab.signIn(given), tokens);
    // The others are opened by somebody who is signed in.
    for (const page of pages.slice(1)) await page.goto(site.origin);
    Object.assign(auth.settings, { accessLifetimeMs: LIFETIME_MS, refreshDelayMs: REFRESH_DELAY_MS });
    await pause(Math.max(0, diesAt + 1_000 - Date.now()));

    const statuses = await Promise.all(
      pages.flatMap((page) =>
        Array.from({ length: REQUESTS }, () => page.evaluate(() => window.tab.request('/api/echo'))),
      ),
    );
    const served = statuses.filter((status) => status === 200).length;
    const { refreshes, reuseAlarms } = auth.counters;
    const wrong = [
      ...(served === statuses.length ? [] : [`${served} of ${statuses.length} served`]),
      ...(refreshes === 1 ? [] : [`${refreshes} refreshes (right: 1)`]),
      ...(reuseAlarms === 0 ? [] : [`${reuseAlarms} reuse alarms`]),
    ];
    return wrong.length === 0 ? { verdict: 'pass' } : { verdict: 'fail', seen: wrong.join(', ') };
  } finally {
    await context.close();
    auth.close();
    await site.close();
  }
}

function inWords(verdict: Verdict): string {
  return verdict.verdict === 'fail' ? verdict.seen : 'passed';
}
