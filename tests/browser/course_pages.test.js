// Pages that know nothing but the base vocabulary work against the servers
// unchanged, served by them through --pages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { PATIENCE, useBrowser, waitForText } from './browser.js';
import { nameIsInUse } from './notification_steps.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);
const pages = (name) => ['--pages', fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))];

async function open(t, url) {
  const { context } = await browser.newUser(t);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function submit(page, form, fields) {
  for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
  await page.click(`#${form} button`);
}

const received = (page) => page.$$eval('#received li', (lines) => lines.map((line) => line.textContent));

test('a simple stock page gets the list, the changes, and what is added', async (t) => {
  const server = await Server.start(t, 'stocks', ['--interval', '200ms', '--stock', 'AAPL=150', '--stock', 'XY=0.00001234', ...pages('course-stocks')]);
  const one = await open(t, server.url);
  const two = await open(t, server.url);
  await waitForText(one, '[data-stock="AAPL"]', /^AAPL: \d+(\.\d{1,8})?$/);
  const first = await one.textContent('[data-stock="AAPL"]');
  await one.waitForFunction((old) => document.querySelector('[data-stock="AAPL"]').textContent !== old, first);
  await submit(one, 'ask', { wanted: 'NVDA' });
  for (const page of [one, two]) await waitForText(page, '[data-stock="NVDA"]', /^NVDA: \d/);
  const late = await open(t, server.url);
  await waitForText(late, '[data-stock="NVDA"]', /^NVDA: \d/);
});

test('what a simple stock page should not send does not disturb it', async (t) => {
  const server = await Server.start(t, 'stocks', ['--interval', '200ms', ...pages('course-stocks')]);
  const page = await open(t, server.url);
  await page.waitForSelector('body.open');
  await submit(page, 'ask', { wanted: 'no <symbol>' });
  await submit(page, 'ask', { wanted: 'AAPL' });
  await submit(page, 'ask', { wanted: 'NVDA' });
  await waitForText(page, '[data-stock="NVDA"]', /^NVDA: \d/);
  assert.equal(await page.locator('#prices li').count(), 4);
});

test('simple notification pages get an id and a name, and reach each other', async (t) => {
  const server = await Server.start(t, 'notifications', pages('course-notifications'));
  const [ann, bob, cid] = [await open(t, server.url), await open(t, server.url), await open(t, server.url)];
  for (const page of [ann, bob, cid]) await waitForText(page, '#client', /^\S+$/);
  await submit(ann, 'name', { identifier: 'ann' });
  const cidsId = await cid.textContent('#client');
  await nameIsInUse(server, 'ann'); // such a page says nothing when it has its name
  await submit(bob, 'send', { to: 'ann', text: 'to ann' });
  await submit(bob, 'send', { to: cidsId, text: 'to a client id' });
  await submit(bob, 'send', { to: 'all', text: 'to everyone' });
  for (const page of [ann, bob, cid]) await waitForText(page, '#received', /to everyone/);
  assert.deepEqual(await received(ann), ['to ann', 'to everyone']);
  assert.deepEqual(await received(bob), ['to everyone']);
  assert.deepEqual(await received(cid), ['to a client id', 'to everyone']);
});

// The same without a browser, to the letter.
test('the first messages are those that simple pages wait for', async (t) => {
  const first = (url) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { handshakeTimeout: PATIENCE });
      t.after(() => socket.terminate());
      socket.once('error', reject);
      socket.once('message', (text) => resolve(JSON.parse(text)));
    });
  const stocks = await Server.start(t, 'stocks', ['--interval', '1h']);
  const update = await first(stocks.socketUrl);
  assert.equal(update.type, 'update');
  assert.deepEqual(update.data, { AAPL: 150, TSLA: 800, MSFT: 300 });
  const notifier = await Server.start(t, 'notifications');
  const id = await first(notifier.socketUrl);
  assert.equal(id.type, 'id');
  assert.match(id.clientId, /^\S+$/);
});
