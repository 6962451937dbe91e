import assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, STOCK_TRACKER, startServer, within} from './support/program.js';

function bootstrapOf(html) {
  const [, text] = html.match(/<script type="application\/json"[^>]*>([\s\S]*?)<\/script>/);
  return JSON.parse(text);
}

function assertPageHeaders(response) {
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const policy = response.headers.get('content-security-policy');
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /connect-src 'self';/);
  assert.match(policy, /form-action 'none'/);
  assert.match(policy, /base-uri 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|ws:|https?:/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(response.headers.get('x-frame-options'), 'DENY');
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(response.headers.get('cross-origin-opener-policy'), 'same-origin');
}

/** The page once it has all of `texts`: it is rendered at most once a second. */
async function pageWith(server, texts) {
  for (;;) {
    const html = await (await fetch(server.url)).text();
    if (texts.every((text) => html.includes(text))) return html;
  }
}

test('the stock page holds the current prices before any script has run', async (t) => {
  const server = await startServer(
      t, STOCK_TRACKER, ['--source', 'stdin', '--stock', 'TSLA=800', '--stock', 'AAPL=150'],
      {stdin: 'pipe'});
  const first = await fetch(server.url);
  assertPageHeaders(first);
  const html = await first.text();
  assert.ok(html.indexOf('AAPL') < html.indexOf('TSLA'), 'in the order of the symbols');
  assert.ok(html.includes('150.00') && html.includes('800.00'));
  assert.deepEqual(bootstrapOf(html), await (await fetch(`${server.url}api/stocks`)).json());

  const client = await connect(t, server, '/stocks');
  server.child.stdin.write('AAPL 151.25\n');
  await client.take((m) => m.data?.AAPL === 151.25 && !m.snapshot, 'the new price');
  const later = await within(pageWith(server, ['151.25', '+1.25', '+0.83%']), 'the new price in the page');
  assert.equal(bootstrapOf(later).data.AAPL, 151.25);
});

test('the page of no stocks is a page too', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const response = await fetch(server.url);
  assertPageHeaders(response);
  assert.deepEqual(bootstrapOf(await response.text()).data, {});
});

test('the notification page holds who is online, and markup in names stays text', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const client = await connect(t, server, '/notifications');
  const name = '</script><img src=x onerror=alert(1)>';
  assert.equal((await client.ask({type: 'set-identifier', identifier: name})).type, 'identified');
  const response = await fetch(server.url);
  assertPageHeaders(response);
  const html = await response.text();
  assert.ok(!html.includes('<img src=x'), 'escaped in the text and in the JSON');
  assert.ok(html.includes('&lt;img src=x'));
  assert.equal(bootstrapOf(html).data[0].identifier, name);
  assert.deepEqual(bootstrapOf(html), await (await fetch(`${server.url}api/users`)).json());
});

for (const [name, path] of [['stock tracker', STOCK_TRACKER], ['notifier', NOTIFIER]]) {
  test(`every file that the page of the ${name} asks for is there with its type`, async (t) => {
    const server = await startServer(t, path);
    const html = await (await fetch(server.url)).text();
    const names = [...html.matchAll(/(?:src|href)="\.\/([^":#]+\.(?:js|css|svg))"/g)].map((m) => m[1]);
    assert.ok(names.length >= 2, 'at least a script and a style sheet');
    const types = {js: /^text\/javascript/, css: /^text\/css/, svg: /^image\/svg\+xml/};
    const seen = new Set();
    while (names.length > 0) {
      const file = names.pop();
      if (seen.has(file)) continue;
      seen.add(file);
      const response = await fetch(server.url + file);
      assert.equal(response.status, 200, file);
      assert.match(response.headers.get('content-type'), types[file.split('.').pop()]);
      assert.match(response.headers.get('cache-control'), /no-cache/);
      const content = await response.text();
      // Modules bring further modules.
      if (file.endsWith('.js')) {
        for (const [, next] of content.matchAll(/from '\.\/([^']+)'/g)) names.push(next);
      }
    }
  });
}

test('a file that has not changed is not sent again', async (t) => {
  const server = await startServer(t, STOCK_TRACKER);
  const html = await (await fetch(server.url)).text();
  const [, file] = html.match(/src="\.\/([^"]+\.js)"/);
  const tag = (await fetch(server.url + file)).headers.get('etag');
  assert.ok(tag);
  const again = await fetch(server.url + file, {headers: {'If-None-Match': tag}});
  assert.equal(again.status, 304);
});

test('--pages serves a directory of your own', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
  t.after(() => rmSync(folder, {recursive: true}));
  writeFileSync(join(folder, 'index.html'), '<h1>{{mine}}</h1>');
  writeFileSync(join(folder, 'app.js'), 'export {};');
  mkdirSync(join(folder, 'images'));
  writeFileSync(join(folder, 'images', 'dot.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, '.env'), 'SECRET=1');
  const server = await startServer(t, STOCK_TRACKER, ['--pages', folder]);
  const get = async (path) => fetch(server.url + path);
  assert.equal(await (await get('')).text(), '<h1>{{mine}}</h1>', 'as it is');
  assert.equal(await (await get('app.js')).text(), 'export {};');
  assert.match((await get('images/dot.svg')).headers.get('content-type'), /^image\/svg\+xml/);
  assert.equal((await get('.env')).status, 404);
  assert.equal((await get('stocks.js')).status, 404, 'none of the built-in pages');
  // The service is there as before.
  const client = await connect(t, server, '/stocks');
  assert.equal((await client.takeType('update')).snapshot, true);
});

test('the version in the pages is that of the headers', async (t) => {
  const header = readFileSync(new URL('../../../include/tickerhub/version.h', import.meta.url), 'utf8');
  const [, version] = header.match(/TICKERHUB_VERSION "([^"]+)"/);
  for (const path of [STOCK_TRACKER, NOTIFIER]) {
    const server = await startServer(t, path);
    assert.ok((await (await fetch(server.url)).text()).includes(version));
  }
});
