// A page of another origin in a browser, against the real servers. Only a browser
// shows what it lets such a page do.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { PATIENCE, useBrowser } from './browser.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);

// An origin of its own, whose page is empty. Returns the origin.
async function startOtherSite(t, policy = '') {
  const site = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.setHeader('Content-Security-Policy', policy);
    response.end('<!doctype html><title>other</title>');
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  t.after(() => site.close());
  return `http://127.0.0.1:${site.address().port}`;
}

// What a script of `page` can do with the server: each answer says how it went.
const attempt = (page, server, path) =>
  page.evaluate(
    async ([http, socket, api]) => {
      const connect = (url) =>
        new Promise((resolve) => {
          const client = new WebSocket(url);
          client.onmessage = ({ data }) => resolve(JSON.parse(data).type);
          client.onerror = () => resolve('refused');
        });
      const call = (options) =>
        fetch(http + api, options).then((response) => response.status, () => 'refused');
      const body = JSON.stringify({ recipientId: 'all', message: 'hello' });
      return {
        socket: await connect(socket),
        read: await call({}),
        // A simple request, which the browser sends without asking first.
        plainWrite: await call({ method: 'POST', mode: 'no-cors', body }),
        write: await call({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body }),
      };
    },
    [server.url, server.socketUrl, path],
  );

// The page's errors are what these tests are about.
async function openQuietly(t, url) {
  const context = await browser.browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  return page;
}

test('a page of another origin can neither connect, nor read, nor write', async (t) => {
  const server = await Server.start(t, 'notifications');
  const page = await openQuietly(t, await startOtherSite(t));
  assert.deepEqual(await attempt(page, server, 'api/users'), { socket: 'refused', read: 'refused', plainWrite: 0, write: 'refused' });
  // The write that the browser sent has been refused, too: it was number 1.
  const own = await openQuietly(t, server.url);
  const answer = await own.evaluate(() =>
    fetch('/api/notifications', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ recipientId: 'all', message: 'mine' }),
    }).then((response) => response.json()),
  );
  assert.equal(answer.id, 1);
});

test('a page that hides its origin can do no more', async (t) => {
  const server = await Server.start(t, 'notifications');
  const page = await openQuietly(t, await startOtherSite(t, 'sandbox allow-scripts'));
  assert.equal(await page.evaluate(() => self.origin), 'null');
  assert.deepEqual(await attempt(page, server, 'api/notifications'), { socket: 'refused', read: 'refused', plainWrite: 0, write: 'refused' });
});

test('a page of an allowed origin can do all of it', async (t) => {
  const other = await startOtherSite(t);
  const notifier = await Server.start(t, 'notifications', ['--allow-origin', other]);
  const page = await openQuietly(t, other);
  const { socket, read } = await attempt(page, notifier, 'api/users');
  assert.deepEqual([socket, read], ['id', 200]);
  const { write } = await attempt(page, notifier, 'api/notifications');
  assert.equal(write, 200);
  const tracker = await Server.start(t, 'stocks', ['--allow-origin', other]);
  const stocks = await attempt(page, tracker, 'api/stocks');
  assert.deepEqual([stocks.socket, stocks.read], ['update', 200]);
});
