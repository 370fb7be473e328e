import { expect } from 'vitest';
import { atLeastOne } from '../../../support/at-least-one.js';
import { waitFor } from '../../engines/wait-for.js';
import type { Outcome } from '../page/outcome.js';
import type { PageOptions } from '../page/options.js';
import type { Kept } from '../site.js';
import type { Page, Stage, Where } from '../stage.js';

/** Tabs that all know the same dead tokens: the next request in any of them is held. */
export async function openExpired(
  stage: Stage,
  count: number,
  options?: Partial<PageOptions>,
  where?: Where,
): Promise<[Page, ...Page[]]> {
  return openWith(stage.deadTokens(), stage, count, options, where);
}

/** Tabs that all know the same good tokens. */
export async function openSignedIn(
  stage: Stage,
  count: number,
  options?: Partial<PageOptions>,
): Promise<[Page, ...Page[]]> {
  return openWith(stage.liveTokens(), stage, count, options);
}

async function openWith(
  tokens: ReturnType<Stage['liveTokens']>,
  stage: Stage,
  count: number,
  options?: Partial<PageOptions>,
  where?: Where,
): Promise<[Page, ...Page[]]> {
  const first = await stage.open(options, where);
  await first.call('signIn', tokens);
  return [first, ...(await stage.openMany(count - 1, options, where))];
}

/** This tab begins a request, and the refresh it needs: carried out by the server, its answer kept back. */
export async function refreshKept({ site }: Stage, page: Page): Promise<Kept> {
  const kept = site.keepRefresh();
  await page.call('begin');
  await kept.arrived;
  return kept;
}

/** This tab begins requests, and they wait for somebody else's refresh. */
export async function hold(page: Page, count = 1): Promise<void> {
  await page.call('begin', count);
  await page.call('until', 'held', count);
}

/** A page, or what a page opened. */
type Callable = Pick<Page, 'call'>;

/**
 * All begin their requests at the same moment, told by the first. What two pages say arrives in any order: WebKit's
 * network process may hear the signal of one before it hears that another has begun to listen, which then misses it. So
 * a first signal is repeated until all have heard it, and what follows reaches them all.
 */
export async function startAtOnce(pages: readonly [Callable, ...Callable[]], times = 1): Promise<void> {
  const [first] = pages;
  await Promise.all(pages.map((page) => page.call('awaitStart', times)));
  await waitFor('every tab to listen', async () => {
    await first.call('signal', 'listen');
    return (await Promise.all(pages.map((page) => page.call('listens')))).every(Boolean);
  });
  await first.call('signal', 'go');
}

/** A lease is half as long again as the deadline of the refresh it is for. */
const LEASE_PER_DEADLINE = 1.5;

/**
 * The next claim of this tab is over a second later, in the eyes of the others: its clock lags by the rest of the lease.
 * A lease that is short by itself comes with a deadline that a slow machine misses.
 */
export function shortenLease(
  page: Page,
  { refreshTimeoutMs }: Pick<PageOptions, 'refreshTimeoutMs'>,
): Promise<void> {
  return page.call('jump', 1_000 - refreshTimeoutMs * LEASE_PER_DEADLINE);
}

/** The statuses or errors of what was begun in this tab. */
export async function outcomesOf(page: Page): Promise<(number | string | undefined)[]> {
  return (await page.call('outcomes')).map(result);
}

export function result({ status, error }: Outcome): number | string | undefined {
  return status ?? error;
}

/** All tabs agree on the tokens, and a page that is loaded anew finds the same. */
export async function expectOneSession(stage: Stage, pages: readonly Page[]): Promise<void> {
  const fresh = await stage.open();
  const stored = await fresh.call('accessToken');
  expect(stored).not.toBeNull();
  for (const page of atLeastOne(pages)) expect(await page.call('accessToken'), page.name).toBe(stored);
}

export async function expectSignedOut(pages: readonly Page[]): Promise<void> {
  for (const page of atLeastOne(pages)) {
    expect(await page.call('snapshot'), page.name).toMatchObject({ status: 'signed-out' });
    expect(await page.call('accessToken')).toBeNull();
  }
}
