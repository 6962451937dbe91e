import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, startServer} from './support/program.js';

const isAnnouncement = (message) => message.event === 'announcement';

test('each line on standard input is announced to everybody', async (t) => {
  const server = await startServer(t, NOTIFIER, [], {stdin: 'pipe'});
  const clients = [await connect(t, server, '/notifications'),
                   await connect(t, server, '/notifications')];
  for (const client of clients) await client.takeType('id');
  server.child.stdin.write('Maintenance at noon\r\n\n  \nCafé <b>open</b> {}\n');
  for (const client of clients) {
    const first = await client.take(isAnnouncement);
    assert.deepEqual([first.message, first.scope, first.from],
                     ['Maintenance at noon', 'all', 'server']);
    assert.equal((await client.take(isAnnouncement)).message, 'Café <b>open</b> {}');
  }
});

test('the end of standard input stops nothing', async (t) => {
  const server = await startServer(t, NOTIFIER, ['--log-level', 'debug'], {stdin: 'pipe'});
  const client = await connect(t, server, '/notifications');
  await client.takeType('id');
  server.child.stdin.end('last words');  // without a line feed
  assert.equal((await client.take(isAnnouncement)).message, 'last words');
  await server.output('stderr', /standard input has ended/);
  const late = await connect(t, server, '/notifications');
  await late.takeType('id');
});

test('a server that was started without standard input runs', async (t) => {
  const server = await startServer(t, NOTIFIER, [], {through: 'exec "$0" "$@" <&-'});
  const client = await connect(t, server, '/notifications');
  await client.takeType('id');
});

test('a line that is too long is skipped, and told', async (t) => {
  const server = await startServer(t, NOTIFIER, [], {stdin: 'pipe'});
  const client = await connect(t, server, '/notifications');
  await client.takeType('id');
  server.child.stdin.write(`${'x'.repeat(100_000)}\nshort\n`);
  assert.equal((await client.take(isAnnouncement)).message, 'short');
  await server.output('stderr', /longer than 2000 bytes/);
});

test('a line that is not UTF-8 is skipped, and told with its number', async (t) => {
  const server = await startServer(t, NOTIFIER, [], {stdin: 'pipe'});
  const client = await connect(t, server, '/notifications');
  await client.takeType('id');
  server.child.stdin.write('\n  \n');
  server.child.stdin.write(Buffer.from([0xff, 0xfe, 0x0a]));
  server.child.stdin.write('after it\n');
  assert.equal((await client.take(isAnnouncement)).message, 'after it');
  await server.output('stderr', /standard input, line 3: .*UTF-8.*skipped/);
  assert.doesNotMatch(server.stderr, /line [124]:/, 'blank lines are nothing to tell of');
});

test('--announce-every says its text again and again', async (t) => {
  const server = await startServer(
      t, NOTIFIER, ['--announce-every', '100ms', '--announcement', 'Drink water.']);
  const client = await connect(t, server, '/notifications');
  const ids = [];
  for (let i = 0; i < 3; ++i) {
    const announcement = await client.take(isAnnouncement);
    assert.equal(announcement.message, 'Drink water.');
    ids.push(announcement.id);
  }
  assert.deepEqual(ids, [...new Set(ids)].sort((a, b) => a - b));
});

test('--announce-every has something to say by itself', async (t) => {
  const server = await startServer(t, NOTIFIER, ['--announce-every', '100ms']);
  const client = await connect(t, server, '/notifications');
  assert.equal((await client.take(isAnnouncement)).message, 'The server is up and well.');
});
