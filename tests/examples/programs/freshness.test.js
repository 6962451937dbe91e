// What clients and operators are told when prices are old, or stop to come.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {STOCK_TRACKER, run, startServer, within} from './support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
test.after(() => rmSync(folder, {recursive: true}));

const MARCH_2021 = Date.UTC(2021, 2, 5, 15);
const status = (feed) => (message) => message.type === 'status' && message.feed === feed;
const api = async (server) => (await fetch(`${server.url}api/stocks`)).json();

test('a price of 2021 that is piped in is one of 2021 for everybody', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.write('2021-03-05T15:00:00Z,CSCO,46.14\n');
  await client.take((m) => m.type === 'new-stock');
  assert.deepEqual((await api(server)).status, {feed: 'live', time: MARCH_2021});
  const late = await connect(t, server, '/stocks', {query: '?stocks=CSCO'});
  const snapshot = await late.takeType('update');
  assert.deepEqual(snapshot.status, {feed: 'live', time: MARCH_2021});
});

test('the end of the feed is told, behind its last price', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.write('2021-03-05T14:59:00Z,CSCO,46\n');
  await client.take((m) => m.type === 'new-stock');
  server.child.stdin.end('2021-03-05T15:00:00Z,CSCO,46.14');
  await client.take((m) => m.data?.CSCO === 46.14);
  assert.equal((await client.take(status('ended'))).time, MARCH_2021);
  assert.deepEqual((await api(server)).status, {feed: 'ended', time: MARCH_2021});
  await server.output('stderr', /info no price will come any more; clients are told/);
});

test('a feed that falls silent is told, and when it comes again', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin', '--stale-after', '50ms'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.write('A 1\n');
  await client.take((m) => m.type === 'new-stock');
  await client.take(status('quiet'));
  server.child.stdin.write('A 2\n');
  await client.take(status('live'));
  await server.output('stderr', /warning no price has come for 50ms; clients are told/);
  await server.output('stderr', /info prices come again/);
});

test('an input that cannot be read is told with its reason', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin', '--ready-needs-feed'],
                                   {through: `exec "$0" "$@" < ${folder}`});
  await server.output('stderr', /error standard input: reading has failed: Is a directory/);
  const client = await connect(t, server, '/stocks');
  assert.equal((await client.takeType('update')).status.feed, 'failed');
  const ready = await fetch(`${server.url}readyz`);
  assert.equal(await ready.text(), 'the source of prices has failed: reading has failed: Is a directory\n');
  const metrics = await (await fetch(`${server.url}metrics`)).text();
  assert.match(metrics, /^tickerhub_feed_state\{state="failed"\} 1$/m);
});

test('--exit-at-end ends the program behind the last price, and clients are told', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin', '--exit-at-end'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.write('A 1\n');
  await client.take((m) => m.type === 'new-stock');
  server.mustEnd = true;
  server.child.stdin.end('A 2\n');
  await client.take((m) => m.data?.A === 2);
  await client.take(status('ended'));
  assert.equal((await within(client.closed, 'the close')).code, 1001);
  assert.deepEqual(await server.end(), {status: 0, signal: null});
});

test('--exit-at-end after a recording, which drains its clients', async (t) => {
  const file = join(folder, 'recording.csv');
  writeFileSync(file, '2021-03-05T15:00:00Z,A,1\n2021-03-05T15:00:01Z,A,2\n');
  const server = await startServer(t, STOCK_TRACKER, [
    '--source', `replay:${file}`, '--speed', '2', '--exit-at-end', '--drain-seconds', '100ms',
  ]);
  const client = await connect(t, server, '/stocks');
  server.mustEnd = true;
  await client.take((m) => m.data?.A === 2);
  assert.equal((await within(client.closed, 'the close')).code, 4004);
  assert.deepEqual(await server.end(), {status: 0, signal: null});
});

test('--exit-at-end of an input that has failed is no success', async (t) => {
  const {status: code, stderr} = await run('/bin/sh', [
    '-c', `exec "$0" --port 0 --source stdin --exit-at-end < ${folder}`, STOCK_TRACKER,
  ]);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /no price will come any more: reading has failed: Is a directory/);
});
