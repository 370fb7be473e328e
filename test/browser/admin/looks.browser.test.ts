import { expect, it } from 'vitest';
import { en } from '../../../examples/admin/src/i18n/en.js';
import { app, browser, withAdmin } from './stage.js';
import { visit, zh } from './visitor.js';

withAdmin();

it.each(['light', 'dark'] as const)('fits a phone without scrolling sideways, in %s', async (colorScheme) => {
  const visitor = await visit(browser, app, { viewport: { width: 390, height: 844 }, colorScheme });
  const tooWide = (): Promise<number> =>
    visitor.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await visitor.open('/login');
  await visitor.page.getByRole('button', { name: 'ada' }).waitFor();
  expect(await tooWide()).toBe(0);
  await visitor.signIn('ada');
  await visitor.fire(12, 'kill');
  expect(await tooWide()).toBe(0);
  for (const name of ['tabs', 'orders', 'faults', 'settings'] as const) {
    await visitor.page.getByRole('link', { name: zh.nav[name], exact: true }).click();
    await visitor.page.getByRole('heading', { level: 1, name: zh[name].title }).waitFor();
    // A table measures its columns after it is there.
    await expect.poll(tooWide).toBe(0);
  }
  await visitor.leave();
});

it('speaks the language of the browser, and the other one by a button that is remembered', async () => {
  const visitor = await visit(browser, app, { locale: 'en-GB' });
  await visitor.open('/login');
  await visitor.page.getByRole('heading', { name: en.login.title }).waitFor();
  expect(await visitor.page.locator('html').getAttribute('lang')).toBe('en');
  await visitor.page.getByRole('button', { name: en.app.language }).click();
  await visitor.page.getByRole('heading', { name: zh.login.title }).waitFor();
  await visitor.open('/login');
  await visitor.page.getByRole('heading', { name: zh.login.title }).waitFor();
  expect(await visitor.page.locator('html').getAttribute('lang')).toBe('zh-CN');
  await visitor.leave();
});

it('keeps the theme that was chosen', async () => {
  const visitor = await visit(browser, app, { colorScheme: 'light' });
  await visitor.open('/login');
  await visitor.page.getByRole('button', { name: zh.app.theme }).click();
  expect(await visitor.page.locator('html').getAttribute('class')).toContain('dark');
  await visitor.open('/login');
  await visitor.page.getByRole('button', { name: zh.app.theme, pressed: true }).waitFor();
  await visitor.leave();
});

it('works by keyboard alone', async () => {
  const visitor = await visit(browser, app);
  const { page } = visitor;
  await visitor.open('/login');
  await page.getByLabel(zh.login.username).focus();
  await page.keyboard.type('ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type('ada');
  await page.keyboard.press('Enter');
  await page.getByText(zh.storm.none).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(zh.app.skip);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('slider');
  await page.keyboard.press('Home');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => visitor.cards('answered')).toBe(1);
  await visitor.leave();
});

it('edits an order in a dialog that the keyboard can leave', async () => {
  const visitor = await visit(browser, app);
  const { page } = visitor;
  await visitor.signIn('ada');
  await visitor.open('/orders');
  await page.getByRole('button', { name: `${zh.orders.edit} SO-1002` }).click();
  await app.revokeAccess();
  await page.getByLabel(zh.orders.note).fill('易碎');
  await page.getByRole('button', { name: zh.orders.save }).click();
  await page.getByText('SO-1002 已保存').waitFor();
  expect((await app.state()).counters.refreshes).toBe(1);
  await page.getByRole('button', { name: `${zh.orders.edit} SO-1002` }).click();
  await expect.poll(() => page.getByLabel(zh.orders.note).inputValue()).toBe('易碎');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await visitor.leave();
});
