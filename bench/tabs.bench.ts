import { launchChromium } from '../test/browser/engines/chromium.js';
import { openExpired, refreshKept, startAtOnce } from '../test/browser/tabs/cases/support.js';
import type { Outcome } from '../test/browser/tabs/page/outcome.js';
import { bundleScripts, openSite, type Scripts } from '../test/browser/tabs/site.js';
import { setStage, type OpenStage, type Page } from '../test/browser/tabs/stage.js';
import type { Engine } from '../test/browser/engines/engine.js';
import type { Answer, Row } from './support/answer.js';

const TABS = 20;
const ROUNDS = 9;
const REFRESH_DELAY_MS = 60;
/** The server forgives the token whose answer its holder did not live to see. */
const GRACE = { refreshTimeoutMs: 60_000, reuseGraceMs: 60_000 } as const;

/** What tabs of a real Chromium cost each other, on loopback, with a refresh of 60 ms. */
export async function run(): Promise<Answer> {
  const [engine, scripts] = await Promise.all([launchChromium(), bundleScripts()]);
  try {
    const alone = await onStage(engine, scripts, (stage) => wake(stage, 1));
    const many = await onStage(engine, scripts, (stage) => wake(stage, TABS));
    const closed = await onStage(engine, scripts, (stage) => takeOver(stage, (holder) => holder.close()));
    const crashed = await onStage(engine, scripts, (stage) => takeOver(stage, (holder) => holder.crash()));
    return {
      question: `How long do tabs wait for each other, where a refresh takes ${REFRESH_DELAY_MS} ms?`,
      rows: [
        row('one tab alone, dead token to answer', alone.last),
        row(`${TABS} tabs wake at once: refreshes each time`, many.refreshes, { unit: '', budget: 1 }),
        row(`${TABS} tabs: the last answer`, many.last, { ratio: many.last / alone.last }),
        row(`${TABS} tabs: from the first answer to the last`, many.spread, { budget: 150 }),
        row('the holder is closed: until the next refresh arrives', closed, { budget: 1000 }),
        row('the holder crashes: until the next refresh arrives', crashed, { budget: 1000 }),
      ],
    };
  } finally {
    await engine.close();
  }
}

function row(
  name: string,
  value: number,
  more: { unit?: string; ratio?: number; budget?: number } = {},
): Row {
  const { budget } = more;
  return { name, value, unit: 'ms', ...more, ...(budget !== undefined && { ok: value <= budget }) };
}

async function onStage<Value>(
  engine: Engine,
  scripts: Scripts,
  measure: (stage: OpenStage) => Promise<Value>,
): Promise<Value> {
  const site = await openSite(scripts);
  site.auth.settings.refreshDelayMs = REFRESH_DELAY_MS;
  const stage = setStage(engine, site);
  try {
    return await measure(stage);
  } finally {
    await stage.leave();
    await site.close();
  }
}

/** Medians over the rounds; of the refreshes the most. */
async function wake(
  stage: OpenStage,
  count: number,
): Promise<{ last: number; spread: number; refreshes: number }> {
  const pages = await openExpired(stage, count, { unlimited: true });
  const [first] = pages;
  const rounds: { last: number; spread: number; refreshes: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = stage.site.presented.length;
    await startAtOnce(pages);
    const outcomes: Outcome[] = (await Promise.all(pages.map((page) => page.call('outcomes')))).flat();
    if (outcomes.some(({ status }) => status !== 200)) throw new Error('expected every tab to be served');
    const settled = outcomes.map(({ settledAt }) => settledAt);
    const began = Math.min(...outcomes.map(({ startedAt }) => startedAt));
    rounds.push({
      last: Math.max(...settled) - began,
      spread: Math.max(...settled) - Math.min(...settled),
      refreshes: stage.site.presented.length - before,
    });
    await first.call('signIn', stage.deadTokens());
    await allKnow(pages);
  }
  return {
    last: median(rounds.map(({ last }) => last)),
    spread: median(rounds.map(({ spread }) => spread)),
    refreshes: Math.max(...rounds.map(({ refreshes }) => refreshes)),
  };
}

async function allKnow(pages: readonly Page[]): Promise<void> {
  const tokens = new Set<string | null>();
  do {
    tokens.clear();
    for (const token of await Promise.all(pages.map((page) => page.call('accessToken')))) tokens.add(token);
  } while (tokens.size > 1);
}

/** From when a tab that refreshes goes to when the server hears from the one that took over. */
async function takeOver(stage: OpenStage, lose: (holder: Page) => Promise<void>): Promise<number> {
  stage.site.auth.settings.reuseGraceMs = GRACE.reuseGraceMs;
  const delays: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [holder, other] = await openExpired(stage, 2, GRACE);
    await refreshKept(stage, holder);
    await other?.call('begin');
    await other?.call('until', 'held');
    const next = stage.site.keepRefresh();
    const at = performance.now();
    await lose(holder);
    await next.arrived;
    // The answer itself takes its time before it is kept.
    delays.push(performance.now() - at - REFRESH_DELAY_MS);
    next.release();
    await other?.call('outcomes');
    await other?.close();
  }
  return median(delays);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
