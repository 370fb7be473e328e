/**
 * Draws docs/timeline.svg: fires a storm on the real page and takes its timeline as it is, with the colours of both
 * themes. Build first; run by `npm run timeline`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../../scripts/find-browser.mjs';

const REQUESTS = 24;
const WIDTH = 860;

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
const page = await browser.newPage({ locale: 'en-GB', viewport: { width: WIDTH + 300, height: 900 } });

await page.goto(`${origin}/login`);
await page.locator('#username').fill('ada');
await page.locator('#password').fill('ada');
await page.locator('button[type=submit]').click();
const slider = page.getByRole('slider');
await slider.focus();
await page.keyboard.press('Home');
for (let count = 1; count < REQUESTS; count += 1) await page.keyboard.press('ArrowRight');
// Once to warm up connections and code, once for the picture.
for (let round = 0; round < 2; round += 1) {
  await page.locator('.launch .el-button--primary:enabled').click();
  await page.locator('.launch .el-button--primary:disabled').waitFor();
  await page.locator('.launch .el-button--primary:enabled').waitFor();
}
await page.waitForFunction(
  (count) => document.querySelectorAll('li[data-state=answered]').length === count,
  REQUESTS,
);
const drawn = await page.locator('svg.timeline').evaluate((svg) => svg.outerHTML);
await browser.close();
server.kill('SIGTERM');

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
const target = new URL('../../../docs/timeline.svg', import.meta.url);
await writeFile(target, `${picture}\n`);
console.log(`${target.pathname}: ${picture.length} bytes`);
