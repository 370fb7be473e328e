import { describe, expect, it } from 'vitest';
import { app, browser, visitor, withVisitor } from './stage.js';
import { visit, zh } from './visitor.js';

withVisitor();

/** As the switches of the settings page leave it. */
async function turnOff(...switches: ('judgeBefore' | 'judgeAfter')[]): Promise<void> {
  const off = JSON.stringify(Object.fromEntries(switches.map((name) => [name, false])));
  await visitor.page.evaluate((stored) => localStorage.setItem('admin.switches', stored), off);
  await visitor.open('/');
}

async function waitUntilExpired(): Promise<void> {
  await visitor.page.locator('.gauge[data-state=expired]').waitFor();
}

describe('tokens on the wire', () => {
  it('go as the params appkey and token, with JSON defaults', async () => {
    const sent = visitor.page.waitForRequest(/\/api\/orders\?/);
    await visitor.open('/orders');
    const request = await sent;
    const { searchParams } = new URL(request.url());
    expect(searchParams.getAll('appkey')).toEqual(['holdfast-admin']);
    expect(searchParams.getAll('token')).toEqual([expect.stringMatching(/^at_/)]);
    expect(request.headers()['accept']).toBe('application/json');
    expect(request.headers()['authorization']).toBeUndefined();
  });

  it('move to the Authorization header by a switch', async () => {
    await visitor.open('/settings');
    const loaded = visitor.page.waitForEvent('load');
    await visitor.page.getByText(zh.settings.header, { exact: true }).click();
    await loaded;
    const sent = visitor.page.waitForRequest(/\/api\/orders/);
    await visitor.open('/orders');
    const request = await sent;
    expect(request.headers()['authorization']).toMatch(/^Bearer at_/);
    expect(request.url()).not.toContain('token=');
  });
});

describe('the envelope', () => {
  it('with errcode 30001, 40001, 42001 or 40014 means dead tokens: refreshed and sent again', async () => {
    const dead = [30001, 40001, 42001, 40014];
    for (const [index, errcode] of dead.entries()) {
      await visitor.page.route(
        /\/api\/orders\?/,
        (route) => route.fulfill({ json: { errcode, errmsg: 'dead', data: null } }),
        { times: 1 },
      );
      // The answer to the replay: before it has come, another search would call it off.
      const answered = visitor.page.waitForResponse(
        async (response) => /\/api\/orders\?/.test(response.url()) && (await response.json()).errcode === 0,
      );
      await (index === 0
        ? visitor.open('/orders')
        : visitor.page.getByRole('button', { name: zh.orders.filter }).click());
      await answered;
      await visitor.page.getByText('SO-1001', { exact: true }).waitFor();
      expect((await app.state()).counters.refreshes).toBe(index + 1);
    }
  });

  it('with any other errcode rejects with itself and refreshes nothing', async () => {
    await visitor.page.route(/\/api\/orders\?/, (route) =>
      route.fulfill({ json: { errcode: 48001, errmsg: 'not yours', data: null } }),
    );
    await visitor.open('/orders');
    await visitor.page.getByText('not yours (48001)').waitFor();
    expect((await app.state()).counters.refreshes).toBe(0);
  });
});

describe('judging', () => {
  it('goes by the clock and by the errcode in one setup', async () => {
    await app.change({ accessLifetimeMs: 1_000 });
    await visitor.signIn('ada');
    await app.change({ accessLifetimeMs: 60_000 });
    await waitUntilExpired();
    await visitor.fire(10, 'fire');
    expect([await visitor.number('refreshes'), await visitor.number('sends')]).toEqual([1, 10]);
    await visitor.fire(10, 'kill');
    expect([await visitor.number('refreshes'), await visitor.number('sends')]).toEqual([1, 20]);
    expect(await visitor.cards('answered')).toBe(10);
  });

  it('by the clock alone sends nothing in vain', async () => {
    await visitor.open('/settings');
    const loaded = visitor.page.waitForEvent('load');
    await visitor.page.getByRole('switch', { name: zh.settings.after }).locator('xpath=..').click();
    await loaded;
    await visitor.page.getByRole('link', { name: zh.nav.storm }).click();
    await app.change({ accessLifetimeMs: 1_000 });
    await visitor.signIn('ada');
    await app.change({ accessLifetimeMs: 60_000 });
    await waitUntilExpired();
    await visitor.fire(10, 'fire');
    expect([await visitor.number('refreshes'), await visitor.number('sends')]).toEqual([1, 10]);
    await visitor.fire(3, 'kill');
    expect([await visitor.number('refreshes'), await visitor.cards('failed')]).toEqual([0, 3]);
  });

  it('by the errcode alone learns it from the server', async () => {
    await turnOff('judgeBefore');
    await visitor.page.locator('.gauge[data-state=unknown]').waitFor();
    await visitor.fire(10, 'kill');
    expect([await visitor.number('refreshes'), await visitor.number('sends')]).toEqual([1, 20]);
    expect(await visitor.cards('answered')).toBe(10);
  });

  it('with both off leaves the errcode to the caller', async () => {
    await turnOff('judgeBefore', 'judgeAfter');
    await visitor.fire(4, 'kill');
    expect([await visitor.number('refreshes'), await visitor.number('sends')]).toEqual([0, 4]);
    expect(await visitor.page.locator('li[data-state=failed]').first().textContent()).toContain('40014');
  });
});

describe('a storm', () => {
  it('with a dead token is one refresh, and each answer lands in its own card', async () => {
    for (const count of [1, 200]) {
      await visitor.fire(count, 'kill');
      expect(await visitor.cards('answered')).toBe(count);
      expect(await visitor.number('failed')).toBe(0);
      expect(await visitor.number('refreshes')).toBe(1);
      expect(await visitor.number('sends')).toBeLessThanOrEqual(2 * count);
    }
    const asked = await visitor.page.locator('li[data-order]').allTextContents();
    const methods = new Set(asked.map((text) => /GET|POST|upload/.exec(text)?.[0]));
    expect(methods).toEqual(new Set(['GET', 'POST', 'upload']));
  });

  it('starts the loading bar once and ends it once, holds included', async () => {
    await visitor.page.getByText(zh.storm.none).waitFor();
    await visitor.page.evaluate(() => {
      const seen: string[] = [];
      const isBar = (node: Node): boolean => (node as Element).matches?.('[role=progressbar]') ?? false;
      new MutationObserver((changes) => {
        for (const { addedNodes, removedNodes } of changes) {
          if ([...addedNodes].some(isBar)) seen.push('start');
          if ([...removedNodes].some(isBar)) seen.push('end');
        }
      }).observe(document.body, { childList: true, subtree: true });
      Object.assign(globalThis, { seen });
    });
    await visitor.fire(40, 'kill');
    await visitor.page.getByRole('progressbar').waitFor({ state: 'detached' });
    expect(await visitor.page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)).toEqual([
      'start',
      'end',
    ]);
  });
});

describe('the timeline', () => {
  const lengthOf = async (look: string): Promise<number> =>
    ((await visitor.page.locator(`path.${look}[d]`).first().getAttribute('d')) ?? '').length;

  it('shows requests held while the refresh runs, and then replayed and answered', async () => {
    const refresh = await visitor.keepRefresh();
    const fired = visitor.fire(12, 'kill');
    await visitor.page.locator('.refresh[data-outcome=running]').waitFor();
    await expect.poll(() => visitor.cards('held')).toBe(12);
    expect(await lengthOf('held')).toBeGreaterThan(0);
    expect(await lengthOf('replayed')).toBe(0);
    refresh.letGo();
    await fired;
    await visitor.page.locator('.refresh[data-outcome=refreshed]').waitFor();
    await expect.poll(() => lengthOf('replayed')).toBeGreaterThan(0);
    expect(await lengthOf('answered')).toBeGreaterThan(0);
    expect(await visitor.page.locator('.refresh').count()).toBe(1);
  });

  it('says the same in words and in a table, and moves little for those who asked for that', async () => {
    const calm = await visit(browser, app, { reducedMotion: 'reduce' });
    await calm.signIn('ada');
    await calm.fire(6, 'kill');
    await expect
      .poll(() => calm.page.getByRole('img').last().getAttribute('aria-label'))
      .toBe('6 个请求，6 个等待过，6 个重发，失败 0 个，刷新 1 次');
    await calm.page.getByText(zh.timeline.asTable).click();
    const rows = calm.page.locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(7);
    expect(await rows.first().textContent()).toContain(zh.timeline.refresh);
    expect(await rows.last().textContent()).toContain(zh.timeline.answered);
    await calm.leave();
  });
});
