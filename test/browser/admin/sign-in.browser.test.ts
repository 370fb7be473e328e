import { describe, expect, it } from 'vitest';
import { app, visitor, withVisitor } from './stage.js';
import { zh } from './visitor.js';

withVisitor();

const address = (): string => visitor.page.url().slice(app.origin.length);

describe('on the login page', () => {
  it('nothing is refreshed, though the stored tokens are dead', async () => {
    await app.change({ accessLifetimeMs: 1_000 });
    await visitor.signIn('ada');
    await visitor.page.locator('.gauge[data-state=expired]').waitFor();
    const noticed = visitor.page.waitForResponse(/\/api\/notice/);
    await visitor.open('/login');
    expect((await noticed).url()).not.toContain('token=');
    await visitor.page.getByRole('button', { name: 'lin' }).waitFor();
    await visitor.signIn('lin');
    expect((await app.state()).counters).toMatchObject({ refreshes: 0 });
  });

  it('a wrong password is an answer like any other', async () => {
    await visitor.open('/login');
    await visitor.page.getByLabel(zh.login.username).fill('ada');
    await visitor.page.getByLabel(zh.login.password, { exact: true }).fill('wrong');
    await visitor.page.getByRole('button', { name: zh.login.submit }).click();
    await visitor.page.getByText('(41001)').waitFor();
    expect((await app.state()).counters.refreshes).toBe(0);
  });
});

describe('when the refresh is refused', () => {
  it('says so once, forgets who it was, and comes back after login', async () => {
    await visitor.open('/?count=20#answers');
    const messages = visitor.page.locator('.el-message');
    const entries = await visitor.page.evaluate(() => history.length);
    await app.failNextRefresh('refuse');
    await visitor.page.getByRole('button', { name: zh.storm.kill }).click();
    await visitor.page.waitForURL(/\/login/);

    await messages.first().waitFor();
    expect(await messages.allTextContents()).toEqual(['自动登录失败,请重新登录']);
    const { pathname, searchParams } = new URL(visitor.page.url());
    expect(pathname).toBe('/login');
    expect(Object.fromEntries(searchParams)).toEqual({ redirect: '/?count=20#answers', code: 'HF-1815' });
    expect(await visitor.page.evaluate(() => localStorage.getItem('admin.user'))).toBeNull();
    expect(await visitor.page.evaluate(() => history.length)).toBe(entries);
    await visitor.page.getByText('HF-1815').waitFor();

    await visitor.signIn('ada');
    await expect.poll(address).toBe('/?count=20#answers');
  });

  it('callers reject with session-ended and show nothing of their own', async () => {
    const refresh = await visitor.keepRefresh();
    await app.failNextRefresh('refuse');
    await app.revokeAccess();
    await visitor.open('/orders');
    // A request of the orders page, which shows a message for whatever else goes wrong.
    await visitor.page.locator('.gauge[data-state=refreshing]').waitFor();
    refresh.letGo();
    await visitor.page.waitForURL(/\/login\?redirect=\/orders/);
    await visitor.page.locator('.el-message').first().waitFor();
    expect(await visitor.page.locator('.el-message').allTextContents()).toEqual([zh.session.lost]);
  });
});

describe('the redirect', () => {
  it('leads back to a page that was opened signed out', async () => {
    await visitor.page.getByRole('button', { name: zh.session.signOut, exact: true }).click();
    await visitor.page.waitForURL(/\/login/);
    await visitor.open('/settings?tab=server');
    await visitor.page.waitForURL(/\/login\?redirect=\/settings/);
    await visitor.signIn('ada');
    await expect.poll(address).toBe('/settings?tab=server');
  });

  it('is followed within this app only, and never to the login page', async () => {
    for (const redirect of ['/LOGIN/?redirect=/orders', '//evil.test/orders']) {
      await visitor.open(`/login?redirect=${encodeURIComponent(redirect)}`);
      await visitor.signIn('ada');
      await expect.poll(address, { message: redirect }).toBe('/');
    }
  });

  it('of a sign-out that reaches the login page in another tab does not nest', async () => {
    const other = await visitor.page.context().newPage();
    await other.goto(`${app.origin}/login?redirect=/orders`);
    await other.getByRole('button', { name: zh.login.submit }).waitFor();
    await visitor.page.getByRole('button', { name: zh.session.signOut, exact: true }).click();
    await visitor.page.waitForURL(/\/login/);
    await expect.poll(() => other.evaluate(() => localStorage.getItem('admin.user'))).toBeNull();
    expect(new URL(other.url()).search).toBe('?redirect=/orders');
  });
});

describe('in two tabs', () => {
  it('a sign-out in one reaches the other, with nothing to say', async () => {
    const other = await visitor.page.context().newPage();
    await other.goto(`${app.origin}/orders`);
    await other.getByText('SO-1001', { exact: true }).waitFor();
    await visitor.page.getByRole('button', { name: zh.session.signOut, exact: true }).click();
    await other.waitForURL(/\/login\?redirect=\/orders/);
    expect(await other.locator('.el-message').count()).toBe(0);
  });
});
