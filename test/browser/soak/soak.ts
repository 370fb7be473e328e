import { setTimeout as pause } from 'node:timers/promises';
import { launchChromium } from '../engines/chromium.js';
import type { Engine } from '../engines/engine.js';
import { waitFor } from '../engines/wait-for.js';
import { bundleScripts, openSite, type Presented, type Site } from '../tabs/site.js';
import { setStage, type Page } from '../tabs/stage.js';
import { randomFrom, type Random } from './random.js';

export type SoakOptions = { readonly tabs: number; readonly seconds: number; readonly seed: number };

/** What happened. All but the last four and what is expected of a lost answer is as it should be. */
export type SoakReport = {
  refreshes: number;
  served: number;
  closed: number;
  crashed: number;
  reloaded: number;
  opened: number;
  /** Requests that went down with their tab. */
  lost: number;
  /** Refreshes whose answer no tab was left to hear: the server had spent the token. */
  answersLost: number;
  /** Refresh tokens that came twice, the server being strict. */
  reuseAlarms: number;
  signOuts: number;
  /** Of those, the ones that no lost answer explains. */
  unexplainedAlarms: number;
  unexplainedSignOuts: number;
  /** How requests failed in tabs that lived. */
  readonly failures: string[];
  hung: number;
};

const LIFETIME_MS = 2_000;
/** Long enough that a tab is now and then gone before its answer. */
const REFRESH_DELAY_MS = 60;
const PAGE = { reuseGraceMs: 0, refreshTimeoutMs: 3_000, unlimited: true } as const;

/** Tabs on short tokens, under strict rotation, that come, go and crash as they please. */
export async function soak({ tabs, seconds, seed }: SoakOptions): Promise<SoakReport> {
  const [engine, scripts] = await Promise.all([launchChromium(), bundleScripts()]);
  const site = await openSite(scripts);
  Object.assign(site.auth.settings, { accessLifetimeMs: LIFETIME_MS, refreshDelayMs: REFRESH_DELAY_MS });
  try {
    return await run(engine, site, tabs, seconds, randomFrom(seed));
  } finally {
    await engine.close();
    await site.close();
  }
}

async function run(
  engine: Engine,
  site: Site,
  tabs: number,
  seconds: number,
  random: Random,
): Promise<SoakReport> {
  const report: SoakReport = {
    refreshes: 0,
    served: 0,
    closed: 0,
    crashed: 0,
    reloaded: 0,
    opened: 0,
    lost: 0,
    answersLost: 0,
    reuseAlarms: 0,
    signOuts: 0,
    unexplainedAlarms: 0,
    unexplainedSignOuts: 0,
    failures: [],
    hung: 0,
  };
  const stage = setStage(engine, site);
  const pages: Page[] = [];
  const open = async (): Promise<void> => {
    const page = await stage.open(PAGE);
    await page.call('live', random.between(80, 240));
    pages.push(page);
    report.opened += 1;
  };
  while (pages.length < tabs) await open();
  await signIn(site, pages);

  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    await pause(random.between(50, 600));
    await disturb(site, random, pages, report, open);
    await sweep(site, pages, report);
  }

  for (const page of pages) await page.call('rest');
  for (const page of pages) await settle(page);
  await sweep(site, pages, report);
  for (const page of pages) await harvest(page, report);
  await stage.leave();
  report.refreshes = site.presented.length;
  report.served = site.auth.counters.served;
  report.reuseAlarms = site.auth.counters.reuseAlarms;
  return report;
}

type Disturbance = 'close' | 'crash' | 'reload' | 'nothing';
/** One in so many hits the very tab that refreshes, before its answer comes. */
const AIMED = 4;

/** One tab goes, and another comes. */
async function disturb(
  site: Site,
  random: Random,
  pages: Page[],
  report: SoakReport,
  open: () => Promise<void>,
): Promise<void> {
  const what = random.pick<Disturbance>(['close', 'crash', 'reload', 'nothing']);
  if (what === 'nothing') return;
  const chosen = random.pick(pages);
  const kept = random.between(1, AIMED) === 1 ? site.keepRefresh() : undefined;
  // A session that has just ended has nothing to refresh: then there is nothing to hit.
  if (kept) await Promise.race([kept.arrived, pause(LIFETIME_MS * 2)]);
  const page = kept ? (refreshing(site, pages) ?? chosen) : chosen;
  await harvest(page, report);
  switch (what) {
    case 'reload':
      report.reloaded += 1;
      await page.reload();
      await page.call('live', random.between(80, 240));
      break;
    case 'close':
      report.closed += 1;
      await page.close();
      break;
    case 'crash':
      report.crashed += 1;
      await page.crash();
      break;
  }
  kept?.release();
  if (what === 'reload') return;
  pages.splice(pages.indexOf(page), 1);
  await open();
}

/** The tab whose refresh was the last to reach the server. */
function refreshing(site: Site, pages: readonly Page[]): Page | undefined {
  const tab = site.presented.at(-1)?.tab;
  return pages.find(({ name }) => tab?.startsWith(`${name} @`));
}

/** What a tab has counted; what it has open goes down with it. */
async function harvest(page: Page, report: SoakReport): Promise<void> {
  const { failures, open, hung } = await page.call('tally');
  report.failures.push(...failures);
  report.lost += open;
  report.hung += hung;
}

/** Judges the alarms since the last time, and signs in again where they ended the session. */
async function sweep(site: Site, pages: readonly Page[], report: SoakReport): Promise<void> {
  const living = new Set<string>();
  for (const page of pages) living.add(await page.call('name'));
  const judged = report.answersLost + report.unexplainedAlarms;
  for (const again of presentedAgain(site.presented).slice(judged)) {
    if (isLost(site, again, living)) report.answersLost += 1;
    else report.unexplainedAlarms += 1;
  }

  const states = await Promise.all(pages.map((page) => page.call('snapshot')));
  if (states.some(({ status }) => status !== 'signed-out')) return;
  report.signOuts += 1;
  if (report.signOuts - report.unexplainedSignOuts > report.answersLost) report.unexplainedSignOuts += 1;
  await signIn(site, pages);
}

/** The first presenting of each token that was presented again. */
function presentedAgain(presented: readonly Presented[]): Presented[] {
  const first = new Map<string, Presented>();
  const again = new Set<Presented>();
  for (const one of presented) {
    const before = first.get(one.refreshToken);
    if (before) again.add(before);
    else first.set(one.refreshToken, one);
  }
  return [...again];
}

/** The server gave new tokens, the tab that asked is gone, and nobody has ever used them. */
function isLost(site: Site, { answer, tab }: Presented, living: ReadonlySet<string>): boolean {
  if (!answer || living.has(tab)) return false;
  return !site.hasSeen(answer.accessToken) && !site.hasSeen(answer.refreshToken);
}

async function signIn(site: Site, pages: readonly Page[]): Promise<void> {
  await pages[0]?.call('signIn', site.auth.signIn('ada'));
  for (const page of pages) {
    await waitFor(
      'every tab to hear of it',
      async () => (await page.call('snapshot')).status === 'signed-in',
    );
  }
}

async function settle(page: Page): Promise<void> {
  for (;;) {
    const { open, hung } = await page.call('tally');
    if (open === 0 || hung > 0) return;
    await pause(20);
  }
}
