// The filter, the watch list, the order and the density of the stock page, in a
// browser, against the real stock tracker.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertNoSidewaysScroll, tabTo, useBrowser, waitForConnection, waitForText } from './browser.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);
const STOCKS = ['--interval', '1h', '--stock', 'AAPL=150', '--stock', 'PPL=30', '--stock', 'TSLA=1234567.5'];

const symbols = (page) => page.$$eval('#stocks tbody tr[data-symbol]', (rows) => rows.map((tr) => tr.dataset.symbol));
const waitForSymbols = (page, wanted) =>
  page.waitForFunction(
    (list) => [...document.querySelectorAll('#stocks tbody tr[data-symbol]')].map((tr) => tr.dataset.symbol).join() === list,
    wanted.join(),
  );
const star = (symbol) => `tr[data-symbol="${symbol}"] .star`;

describe('the table', () => {
  test('is filtered as one types, and says how much is left', async (t) => {
    const server = await Server.start(t, 'stocks', STOCKS);
    const page = await browser.open(t, server.url);
    await page.fill('#filter', 'ppl');
    await waitForSymbols(page, ['PPL']);
    await waitForText(page, '#shown', /^1 of 3$/);
    await page.fill('#filter', 'nobody');
    await waitForSymbols(page, []);
    await waitForText(page, '#none', /No stock matches/);
    assert.equal(await page.isVisible('#none'), true);
    await page.fill('#filter', '');
    await waitForSymbols(page, ['AAPL', 'PPL', 'TSLA']);
    assert.equal(await page.isVisible('#none'), false);
    assert.equal(await page.textContent('#shown'), '');
  });

  test('groups thousands and has as many decimals in each cell of a row', async (t) => {
    const server = await Server.start(t, 'stocks', STOCKS);
    const page = await browser.open(t, server.url);
    const text = (name) => page.textContent(`tr[data-symbol="TSLA"] .${name}`);
    assert.equal(await text('price'), '1,234,567.50');
    assert.equal(await text('high'), '1,234,567.50');
    assert.match(await text('time'), /\d/);
    assert.equal(await page.isVisible('tr[data-symbol="TSLA"] .bid'), false);
  });

  test('shows what a feed says beside the price, and nothing else', async (t) => {
    const server = await Server.start(t, 'stocks', ['--source', 'stdin']);
    const page = await browser.open(t, server.url, { width: 1600 });
    server.write('symbol,price,bid,ask,bidSize,volume,name,currency\n');
    server.write('AAPL,151.25,151.24,151.26,100,70790813,"Apple & <b>Co</b>",USD\n');
    await waitForSymbols(page, ['AAPL']);
    const text = (name) => page.textContent(`tr[data-symbol="AAPL"] .${name}`);
    const title = (name) => page.getAttribute(`tr[data-symbol="AAPL"] .${name}`, 'title');
    await waitForText(page, 'tr[data-symbol="AAPL"] .bid', /^151\.24$/);
    assert.equal(await text('ask'), '151.26');
    assert.equal(await text('volume'), '70,790,813');
    assert.equal(await text('name'), 'Apple & <b>Co</b>');
    assert.equal(await title('bid'), 'Size 100');
    assert.equal(await title('price'), 'USD');
    assert.equal(await page.isVisible('tr[data-symbol="AAPL"] .bid'), true);
    assert.equal(await page.$('tr[data-symbol="AAPL"] b'), null);
    // Only the bid changes, then a day begins.
    server.write('AAPL,151.25,151.23,,,,,\n');
    await waitForText(page, 'tr[data-symbol="AAPL"] .bid', /^151\.23$/);
    assert.equal(await text('ask'), '151.26');
    server.write('symbol,price,previousClose\nAAPL,152,150\nAAPL,153,152\n');
    await waitForText(page, 'tr[data-symbol="AAPL"] .change', /^\+1\.00$/);
    assert.equal(await text('low'), '153.00');
    assert.equal(await text('volume'), '');
    assert.equal(await text('bid'), '151.23');
  });

  test('remembers the watch list, the order and the density', async (t) => {
    const server = await Server.start(t, 'stocks', STOCKS);
    const user = await browser.newUser(t);
    const page = await browser.open(t, server.url, { user });
    await page.click(star('TSLA'));
    await page.click(star('AAPL'));
    assert.equal(await page.getAttribute(star('TSLA'), 'aria-pressed'), 'true');
    await page.click('th[data-column="price"] button');
    await page.check('#watched-only');
    await page.check('#dense');
    await waitForSymbols(page, ['TSLA', 'AAPL']);
    const dense = await page.$eval('tr[data-symbol="AAPL"]', (tr) => tr.offsetHeight);

    await page.reload();
    await waitForConnection(page, 'live');
    await waitForSymbols(page, ['TSLA', 'AAPL']);
    assert.equal(await page.isChecked('#dense'), true);
    assert.equal(await page.$eval('tr[data-symbol="AAPL"]', (tr) => tr.offsetHeight), dense);
    await page.uncheck('#dense');
    await page.waitForFunction((height) => document.querySelector('tr[data-symbol="AAPL"]').offsetHeight > height, dense);
    await page.click(star('TSLA'));
    await waitForSymbols(page, ['AAPL']);
    await page.uncheck('#watched-only');
    await waitForSymbols(page, ['TSLA', 'AAPL', 'PPL']);
  });

  test('says how to fill an empty watch list', async (t) => {
    const server = await Server.start(t, 'stocks', STOCKS);
    const page = await browser.open(t, server.url);
    await page.check('#watched-only');
    await waitForText(page, '#none', /Your watch list is empty/);
  });

  test('works where storage is switched off or holds rubbish', async (t) => {
    const server = await Server.start(t, 'stocks', STOCKS);
    const { context } = await browser.newUser(t);
    const page = await context.newPage();
    await page.addInitScript(() => localStorage.setItem('tickerhub.stocks', '{"order":{"column":"toString"},"watched":[[]]}'));
    await page.goto(server.url);
    await waitForSymbols(page, ['AAPL', 'PPL', 'TSLA']);
    const other = await context.newPage();
    await other.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new Error('off'); } }));
    await other.goto(server.url);
    await waitForSymbols(other, ['AAPL', 'PPL', 'TSLA']);
    await other.click(star('PPL'));
    await other.check('#watched-only');
    await waitForSymbols(other, ['PPL']);
  });

  test('can be used by keyboard and on a phone', async (t) => {
    const server = await Server.start(t, 'stocks', STOCKS);
    const page = await browser.open(t, server.url, { viewport: { width: 360, height: 740 } });
    await tabTo(page, '#filter');
    await page.keyboard.type('tsla');
    await waitForSymbols(page, ['TSLA']);
    await tabTo(page, star('TSLA'));
    await page.keyboard.press('Space');
    assert.equal(await page.getAttribute(star('TSLA'), 'aria-pressed'), 'true');
    assert.equal(await page.getAttribute(star('TSLA'), 'aria-label'), 'Watch TSLA');
    await assertNoSidewaysScroll(page);
    assert.deepEqual(await symbols(page), ['TSLA']);
  });
});
