import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { app, visitor, withVisitor } from './stage.js';
import { zh } from './visitor.js';

withVisitor();

const { names } = zh.tabs;

async function openTabs(count: number): Promise<Page[]> {
  await visitor.open('/tabs');
  const pages = [visitor.page];
  for (let opened = 1; opened < count; opened += 1) {
    const another = visitor.page.context().waitForEvent('page');
    await visitor.page.getByRole('link', { name: zh.tabs.another }).click();
    pages.push(await another);
  }
  for (const page of pages) await expect.poll(() => chips(page)).toHaveLength(count);
  return pages;
}

/** The names of the open tabs, as a page lists them. */
function chips(page: Page): Promise<string[]> {
  return page.getByRole('list', { name: zh.tabs.open }).getByRole('listitem').allTextContents();
}

type Lane = { name: string; bands: number; adoptions: number; held: boolean; answered: boolean };

function lanes(page: Page): Promise<Lane[]> {
  return page.locator('.lane').evaluateAll((drawn) =>
    drawn.map((lane) => ({
      name: lane.querySelector('.lane-name')?.textContent ?? '',
      bands: lane.querySelectorAll('.refresh[data-outcome=refreshed]').length,
      adoptions: lane.querySelectorAll('.adoption').length,
      held: lane.querySelector('path.held[d]')?.getAttribute('d') !== '',
      answered: lane.querySelector('path.answered')?.getAttribute('d') !== '',
    })),
  );
}

async function expectLanes(page: Page, condition: (drawn: readonly Lane[]) => boolean): Promise<Lane[]> {
  const isSo = (drawn: readonly Lane[]): boolean => drawn.length > 0 && condition(drawn);
  await expect.poll(async () => isSo(await lanes(page))).toBe(true);
  return await lanes(page);
}

function number(page: Page, name: string): Promise<string | null> {
  return page.locator(`[data-number=${name}] dd`).textContent();
}

it('shows one refresh and three timelines, the same in each of three tabs', async () => {
  const pages = await openTabs(3);
  const refresh = await visitor.keepRefresh();
  await visitor.page.getByRole('button', { name: zh.tabs.kill.replace('{count}', '8') }).click();
  await expectLanes(visitor.page, (drawn) => drawn.every(({ held }) => held));
  refresh.letGo();
  for (const page of pages) {
    await expect.poll(() => number(page, 'refreshes')).toBe('1');
    const drawn = await expectLanes(page, (all) => all.every(({ answered }) => answered));
    expect(drawn).toHaveLength(3);
    expect(drawn.filter(({ bands }) => bands === 1)).toHaveLength(1);
    expect(drawn.filter(({ adoptions }) => adoptions === 1)).toHaveLength(2);
    expect([await number(page, 'requests'), await number(page, 'failed')]).toEqual(['24', '0']);
  }
  const said = visitor.page.getByRole('status').filter({ hasText: '24' });
  await expect.poll(() => said.textContent()).toBe('3 个标签页，24 个请求，刷新 1 次，失败 0 个');
  const { refreshes, reuseAlarms } = (await app.state()).counters;
  expect({ refreshes, reuseAlarms }).toEqual({ refreshes: 1, reuseAlarms: 0 });
});

it('gives each tab a name and a colour, on the page and in the row of tabs', async () => {
  const pages = await openTabs(3);
  expect(await chips(visitor.page)).toEqual([names.coral, names.indigo, names.moss]);
  const titles = await Promise.all(pages.map((page) => page.title()));
  expect(new Set(titles)).toEqual(
    new Set([names.coral, names.indigo, names.moss].map((name) => `${name} · Holdfast Admin`)),
  );
  const icons = await Promise.all(pages.map((page) => page.locator('link[rel=icon]').getAttribute('href')));
  expect(new Set(icons).size).toBe(3);
});

it('forgets a tab that is closed, and gives its name to the next', async () => {
  const [first, second] = await openTabs(2);
  await second!.close();
  await expect.poll(() => chips(first!)).toEqual([names.coral]);
  const another = first!.context().waitForEvent('page');
  await first!.getByRole('link', { name: zh.tabs.another }).click();
  await another;
  await expect.poll(() => chips(first!)).toEqual([names.coral, names.indigo]);
});

it('shows nothing in the lane of a tab that did nothing, whatever the others did', async () => {
  const [idle, other] = await openTabs(2);
  await other!.getByRole('link', { name: zh.nav.storm }).click();
  await other!.getByRole('button', { name: zh.storm.kill, exact: true }).click();
  const [, busy] = await expectLanes(idle!, ([, drawn]) => drawn?.answered === true);
  expect(busy).toMatchObject({ bands: 1 });
  const [own] = await lanes(idle!);
  expect(own).toMatchObject({ bands: 0, adoptions: 0, answered: false });
});
