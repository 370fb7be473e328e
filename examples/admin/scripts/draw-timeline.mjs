/**
 * Draws docs/timeline.svg and docs/tabs.svg: fires storms on the real pages and takes their timelines as they are, with
 * the colours of both themes. Build first; run by `npm run timeline`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../../scripts/find-browser.mjs';

const REQUESTS = 24;
const WIDTH = 860;
const TABS = 3;
/** All tabs are at rest again by then. */
const SETTLING_MS = 2_000;

const server = spawn(
  process.execPath,
  [new URL('../dist/server/main.js', import.meta.url).pathname, '--serve', '--port', '0'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [printed] = await once(server.stdout, 'data');
const [origin] = /http:\S+/.exec(String(printed)) ?? [];

const executablePath = await findBrowser();
if (origin === undefined || executablePath === undefined) throw new Error('no server, or no browser');
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] });
const context = await browser.newContext({ locale: 'en-GB', viewport: { width: WIDTH + 300, height: 900 } });
const page = await context.newPage();

await page.goto(`${origin}/login`);
await page.locator('#username').fill('ada');
await page.locator('#password').fill('ada');
await page.locator('button[type=submit]').click();
const slider = page.getByRole('slider');
await slider.focus();
await page.keyboard.press('Home');
for (let count = 1; count < REQUESTS; count += 1) await page.keyboard.press('ArrowRight');
await fireTwice();
await take('timeline.svg');

await page.goto(`${origin}/tabs`);
for (let tabs = 2; tabs <= TABS; tabs += 1) {
  await page.locator('.launch a').click();
  await page.locator(`.launch li:nth-child(${tabs})`).waitFor();
}
await fireTwice();
await page
  .locator('.lane')
  .nth(TABS - 1)
  .waitFor();
await page.waitForTimeout(SETTLING_MS);
await take('tabs.svg');

await browser.close();
server.kill('SIGTERM');

/** Once to warm up connections and code, once for the picture, which begins anew after a rest. */
async function fireTwice() {
  for (let round = 0; round < 2; round += 1) {
    await page.waitForTimeout(SETTLING_MS);
    await page.locator('.launch .el-button--primary:enabled').click();
    await page.locator('.launch .el-button--primary:disabled').waitFor();
    await page.locator('.launch .el-button--primary:enabled').waitFor();
  }
}

/** @param {string} name */
async function take(name) {
  const drawn = await page.locator('svg.timeline').evaluate((svg) => svg.outerHTML);
  const css = await readFile(new URL('../src/timeline/timeline.css', import.meta.url), 'utf8');
  const ofBothThemes = css.replace(
    /\.dark (\.timeline \{[^}]*\})/,
    '@media (prefers-color-scheme: dark) { $1 }',
  );
  const picture = drawn
    .replace(/<!--.*?-->/g, '')
    .replace(/ data-v-[0-9a-f]+=""/g, '')
    .replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace(
      '>',
      `><style>${ofBothThemes}</style><rect width="100%" height="100%" rx="10" fill="var(--paper)"/>`,
    );
  const target = new URL(`../../../docs/${name}`, import.meta.url);
  await writeFile(target, `${picture}\n`);
  console.log(`${target.pathname}: ${picture.length} bytes`);
}
