// Each option that is a limit bounds what its name says; limits.test.js has those
// of connections and messages.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect, refusal} from './support/client.js';
import {NOTIFIER, STOCK_TRACKER, startServer} from './support/program.js';

const still = ['--interval', '24h'];

function folderOf(t) {
  const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
  t.after(() => rmSync(folder, {recursive: true}));
  return folder;
}

test('a session too many is refused, and the page is still served', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--max-sessions', '1']);
  await connect(t, server, '/stocks');
  assert.equal((await refusal(server, '/stocks')).status, 503);
  assert.equal((await fetch(server.url)).status, 200);
});

test('a connection too many of an admin listener is refused', async (t) => {
  const server = await startServer(
      t, STOCK_TRACKER,
      [...still, '--listen', '127.0.0.1:0', '--listen', '127.0.0.1:0,admin', '--max-admin-connections', '1'], {port: null});
  const [, admin] = await server.output('stdout', /^listening on \S+\nlistening on (\S+)\n/);
  const silent = net.connect(new URL(admin).port, '127.0.0.1');
  t.after(() => silent.destroy());
  await once(silent, 'connect');
  const second = await fetch(`${admin}metrics`);
  assert.equal(second.status, 503);
  assert.equal((await fetch(server.url)).status, 200);
});

test('buffers of sockets and the time to end are options', async (t) => {
  for (const size of ['0', '8192']) {
    const server = await startServer(t, STOCK_TRACKER, [
      ...still, '--send-buffer-bytes', size, '--receive-buffer-bytes', size, '--unsent-bytes', size, '--stop-timeout', '1s']);
    assert.equal((await (await connect(t, server, '/stocks')).takeType('update')).data.AAPL, 150);
  }
});

test('a client follows as many stocks by name as it may', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--max-subscriptions', '2']);
  const client = await connect(t, server, '/stocks?stocks=');
  assert.equal((await client.ask({type: 'subscribe', stocks: ['AAPL', 'MSFT']})).type, 'subscribed');
  assert.equal((await client.ask({type: 'subscribe', stocks: ['TSLA']})).code, 'too-many-subscriptions');
});

test('an answer about the past has as many prices as it may', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--history-answer', '2']);
  assert.equal((await fetch(`${server.url}api/stocks/AAPL/history?limit=2`)).status, 200);
  assert.equal((await fetch(`${server.url}api/stocks/AAPL/history?limit=3`)).status, 400);
});

test('a line of a feed is as long as it may be', async (t) => {
  const file = join(folderOf(t), 'prices.csv');
  writeFileSync(file, ['A,1', 'LONG,1.23456', 'B,2', ''].map((line) => line && `2026-01-01T00:00:00Z,${line}`).join('\n'));
  const server = await startServer(t, STOCK_TRACKER, ['--source', `replay:${file}`, '--max-line-bytes', '25']);
  await server.output('stderr', /prices\.csv has ended; 1 bad line was skipped/);
  const {data} = await (await fetch(`${server.url}api/stocks`)).json();
  assert.deepEqual(data, {A: 1, B: 2});
});

test('as many prices of a pipe wait as may', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin', '--max-pending', '2'], {stdin: 'pipe'});
  server.child.stdin.end('A 1\nB 2\nC 3\nD 4\nE 5\n');
  await server.output('stderr', /standard input has ended; 0 bad lines were skipped/);
  const client = await connect(t, server, '/stocks');
  await client.take((m) => m.data?.E === 5 || m.data?.stock === 'E', 'the newest price');
  const metrics = await (await fetch(`${server.url}metrics`)).text();
  assert.match(metrics, /^tickerhub_lines_dropped_total\{limit="max_pending"\} [1-9]/m);
});

test('texts and names are as long as they may be', async (t) => {
  const server = await startServer(t, NOTIFIER, ['--max-title-bytes', '2', '--max-link-bytes', '3', '--max-name-bytes', '3']);
  const client = await connect(t, server, '/notifications');
  assert.equal((await client.ask({type: 'set-identifier', identifier: 'anna'})).code, 'invalid-identifier');
  assert.equal((await client.ask({type: 'set-identifier', identifier: 'ann'})).type, 'identified');
  const send = (fields) => client.ask({type: 'send-notification', recipientId: 'all', message: 'x', ...fields});
  assert.equal((await send({title: 'ab', link: '/ab'})).type, 'sent');
  assert.equal((await send({title: 'abc'})).code, 'invalid-field');
  assert.equal((await send({link: '/abc'})).code, 'invalid-field');
});

test('as many bytes of notifications wait to be kept as may', async (t) => {
  for (const where of [[], ['--store', join(folderOf(t), 'notifications.db')]]) {
    const server = await startServer(t, NOTIFIER, [...where, '--max-in-flight-bytes', '100']);
    const client = await connect(t, server, '/notifications');
    const send = (message) => client.ask({type: 'send-notification', recipientId: 'all', message});
    assert.equal((await send('x')).type, 'sent');
    assert.equal((await send('x'.repeat(200))).code, 'busy');
  }
});

test('the file of notifications is as large as it may be', async (t) => {
  const store = join(folderOf(t), 'notifications.db');
  const server = await startServer(t, NOTIFIER, [
    '--store', store, '--max-store-bytes', '300000', '--notification-budget', '0:0,0:0,0:0']);
  const client = await connect(t, server, '/notifications');
  let answer;
  for (let i = 0; i < 1000; ++i) {
    answer = await client.ask({type: 'send-notification', recipientId: 'all', message: 'x'.repeat(1900)});
    if (answer.type !== 'sent') break;
  }
  assert.equal(answer.code, 'not-kept');
});

test('a token is as long as it may be', async (t) => {
  const secret = join(folderOf(t), 'secret');
  writeFileSync(secret, 'x'.repeat(32));
  const server = await startServer(t, NOTIFIER, ['--auth-secret-file', secret, '--auth-max-token-bytes', '10']);
  const {status, body} = await refusal(server, '/notifications', {headers: {Authorization: 'Bearer 12345678901'}});
  assert.equal(status, 401);
  assert.match(body, /too (long|large)/);
});
