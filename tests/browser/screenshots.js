// Draws the pictures of docs/images/ from the real servers:
//
//   TICKERHUB_STOCK_TRACKER=… TICKERHUB_NOTIFIER=… node screenshots.js [DIR [stocks|notifications]]

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, waitForConnection, waitForText } from './browser.js';
import { Server } from './servers.js';

const out = process.argv[2] ?? fileURLToPath(new URL('../../docs/images', import.meta.url));
const LOOKS = {
  '': { viewport: { width: 1200, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce' },
  '-phone': { viewport: { width: 360, height: 740 }, colorScheme: 'dark', deviceScaleFactor: 2, reducedMotion: 'reduce' },
};
const STOCKS = ['AAPL=150', 'TSLA=800', 'MSFT=300', 'NVDA=121.4', 'BRK.B=402.15', 'BTC-USD=67125.5', 'ETH-USD=3121.07', '^GSPC=5308.13', 'SHIB-USD=0.00001234'];
const POINTS = 30; // of a sparkline that shows something

const cleanups = [];
const lifetime = { after: (callback) => cleanups.push(callback) };
const shoot = (page, name) => page.screenshot({ path: path.join(out, `${name}.png`) });

async function open(browser, url, look = {}) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  await page.goto(url);
  await waitForConnection(page, 'live');
  return page;
}

async function shootStocks(browser) {
  const stocks = STOCKS.flatMap((stock) => ['--stock', stock]);
  const server = await Server.start(lifetime, 'stocks', ['--interval', '900ms', '--speed', '2000', ...stocks]);
  const pages = await Promise.all(Object.values(LOOKS).map((look) => open(browser, server.url, look)));
  for (const [index, suffix] of Object.keys(LOOKS).entries()) {
    await pages[index].waitForFunction(
      (count) => document.querySelector('polyline').getAttribute('points').split(' ').length >= count,
      POINTS,
      { timeout: 120_000 },
    );
    await shoot(pages[index], `stock-tracker${suffix}`);
  }
}

async function nameMe(page, name) {
  await page.fill('#identifier', name);
  await page.press('#identifier', 'Enter');
  await page.waitForFunction((wanted) => document.getElementById('me').textContent === wanted, name);
  await page.evaluate(() => document.activeElement.blur());
}

async function send(page, { to, message, level, title = '', link = '', action = '' }) {
  await page.waitForSelector(`#recipient option[value="${to}"]`, { state: 'attached' });
  await page.selectOption('#recipient', to);
  await page.$eval('#send details', (details) => (details.open = true));
  await page.fill('#title', title);
  await page.fill('#link', link);
  await page.fill('#action', action);
  await page.fill('#action-link', action ? link : '');
  await page.fill('#message', message);
  await page.locator(`input[name="level"][value="${level}"]`).check();
  await page.click('#send button[type="submit"]');
  await waitForText(page, '#send [data-part="done"]', /reached/);
}

const MESSAGES = [
  { to: 'all', level: 'success', message: 'The nightly build is green.' },
  { to: 'ann', level: 'success', title: 'Order filled', message: '40 TSLA at 801.50', link: '/orders/40' },
  { to: 'all', level: 'warning', title: 'Maintenance', message: 'Trading pauses for ten minutes at 18:00.', link: '/maintenance' },
  { to: 'ann', level: 'info', message: 'Could you look at my review when you have a minute? It is the one about the limits.' },
  { to: 'ann', level: 'warning', title: 'Margin', message: 'Your account uses 92 % of its margin.' },
  { to: 'ann', level: 'critical', title: 'Order refused', message: 'The limit of your order for 40 TSLA is out of the band of the day.', link: '/orders', action: 'Change the order' },
];
const LAST = { to: 'all', level: 'critical', title: 'Feed lost', message: 'Prices of the second venue stand still since 14:02.', link: '/status' };

async function shootNotifications(browser) {
  for (const [suffix, look] of Object.entries(LOOKS)) {
    const server = await Server.start(lifetime, 'notifications');
    const ann = await open(browser, server.url, look);
    await nameMe(ann, 'ann');
    const bob = await open(browser, server.url);
    await nameMe(bob, 'bob');
    await nameMe(await open(browser, server.url), 'chandra');
    await open(browser, server.url);
    await waitForText(ann, '#people [data-part="total"]', /^4$/);
    await ann.fill('#groups [name="group"]', 'ops');
    await ann.press('#groups [name="group"]', 'Enter');
    await ann.waitForSelector('#groups li[data-key="#ops"]');
    for (const message of MESSAGES) await send(bob, message);
    // What does not match the filter is not on the screen, so it pops up.
    await ann.selectOption('#filter-scope', 'personal');
    await ann.evaluate(() => document.activeElement.blur());
    await send(bob, LAST);
    await ann.waitForSelector('#popups .card[data-level="critical"]');
    await shoot(ann, `notifier${suffix}`);
  }
}

mkdirSync(out, { recursive: true });
const browser = await launch();
try {
  if (process.argv[3] !== 'notifications') await shootStocks(browser);
  if (process.argv[3] !== 'stocks') await shootNotifications(browser);
} finally {
  await browser.close();
  for (const cleanup of cleanups) await cleanup();
}
