import { beforeEach, describe, expect, it } from 'vitest';
import { app, visitor, withVisitor } from './stage.js';
import { zh } from './visitor.js';

withVisitor();

beforeEach(async () => {
  await visitor.open('/faults');
  await visitor.page.getByRole('button', { name: zh.faults.fire }).waitFor();
});

const news = (): Promise<string> => visitor.page.locator('[role=status]').innerText();

async function arrange(fault: string): Promise<void> {
  await visitor.page.locator(`[data-fault=${fault}]`).click();
  await expect.poll(news).toContain(zh.faults.done.split('{')[0]);
}

async function heal(): Promise<void> {
  await visitor.page.getByRole('button', { name: zh.faults.heal }).click();
  await expect.poll(news).toBe(zh.faults.done.replace('{what}', zh.faults.heal));
}

/** Fires, and returns what came of the 20 requests: answered, failed, ended with the session. */
async function fire(): Promise<number[]> {
  await visitor.page.getByRole('button', { name: zh.faults.fire }).click();
  await expect.poll(news).toMatch(/^20 |个因登录态失效结束$/);
  return (await news()).match(/\d+/g)?.map(Number) ?? [];
}

describe('what callers see of an error', () => {
  it.each([
    ['broken', { errcode: 500, errmsg: 'Internal Server Error' }],
    ['unplugged', { errcode: -1, errmsg: 'Network Error' }],
    ['unknown', { errcode: 44004, errmsg: 'there is no such order' }],
  ])('is { errcode, errmsg }, in the case of %s', async (probe, seen) => {
    await visitor.page.locator(`[data-probe=${probe}]`).click();
    const output = visitor.page.locator('output code');
    await expect.poll(() => output.innerText()).not.toBe('');
    expect(JSON.parse(await output.innerText())).toEqual(seen);
  });
});

describe('the buttons', () => {
  it('revoke the access token: one refresh, nobody notices', async () => {
    await arrange('revoke');
    expect(await fire()).toEqual([20, 0, 0]);
    expect((await app.state()).counters).toMatchObject({ refreshes: 1, served: 20 });
  });

  it('refuse the next refresh: back to the login page', async () => {
    await arrange('revoke');
    await arrange('refuse');
    await visitor.page.getByRole('button', { name: zh.faults.fire }).click();
    await visitor.page.waitForURL(/\/login\?redirect=\/faults&code=HF-1815/);
    await expect.poll(() => visitor.page.locator('.el-message').allTextContents()).toEqual([zh.session.lost]);
  });

  it('answer the refresh with 503: requests fail until Retry-After, and the session is kept', async () => {
    await arrange('revoke');
    await arrange('unavailable');
    expect(await fire()).toEqual([0, 20, 0]);
    expect(await fire()).toEqual([0, 20, 0]);
    expect((await app.state()).counters.refreshes).toBe(1);
    await expect.poll(fire, { timeout: 10_000, interval: 50 }).toEqual([20, 0, 0]);
    expect((await app.state()).counters.refreshes).toBe(2);
  });

  it('drop the answer of the refresh: the next requests recover, with no alarm at the server', async () => {
    await arrange('revoke');
    await arrange('drop');
    const [answered, failed] = await fire();
    expect([answered, failed]).toEqual([0, 20]);
    expect(await fire()).toEqual([20, 0, 0]);
    expect((await app.state()).counters).toMatchObject({ refreshes: 2, reuseAlarms: 0 });
  });

  it('delay the refresh, and sign out meanwhile: the late answer signs nobody in', async () => {
    await arrange('revoke');
    await arrange('delay');
    const loggedOut = visitor.page.waitForEvent('requestfinished', (request) =>
      /auth\/logout/.test(request.url()),
    );
    await visitor.page.getByRole('button', { name: zh.faults.fire }).click();
    await visitor.page.locator('.gauge[data-state=refreshing]').waitFor();
    await visitor.page.locator('[data-fault=signOut]').click();
    await visitor.page.waitForURL(/\/login/);
    await loggedOut;
    await visitor.open('/orders');
    await visitor.page.waitForURL(/\/login/);
    expect(await visitor.page.locator('.el-message').count()).toBe(0);
  });

  it('sign in as another user: what was held never goes out under the new name', async () => {
    await arrange('revoke');
    await arrange('delay');
    const names: string[] = [];
    visitor.page.on('request', (request) => {
      if (/\/api\/(orders|quotes|files)/.test(request.url())) names.push(request.url());
    });
    await visitor.page.getByRole('button', { name: zh.faults.fire }).click();
    await visitor.page.locator('.gauge[data-state=refreshing]').waitFor();
    await visitor.page.locator('[data-fault=other]').click();
    await visitor.page.getByText('林徽因').waitFor();
    await expect.poll(news).toMatch(/20 个因登录态失效结束$/);
    expect(names).toHaveLength(20);
    await heal();
    expect(await fire()).toEqual([20, 0, 0]);
  });

  it('show in the events of the session what happened, and no token', async () => {
    await arrange('revoke');
    await fire();
    const events = visitor.page.getByRole('list').last();
    await expect.poll(() => events.innerText()).toContain('refreshed');
    expect(await events.innerText()).toContain('refresh-started rejected');
    expect(await visitor.page.locator('body').innerText()).not.toMatch(/[ar]t_[0-9a-f]{8}/);
  });
});
