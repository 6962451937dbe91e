// What clients may cost a program: its options, and what is refused.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, STOCK_TRACKER, run, startServer, within} from './support/program.js';

const still = ['--interval', '24h'];

for (const path of [STOCK_TRACKER, NOTIFIER]) {
  test(`${path.split('/').pop()} warns when the descriptor limit leaves room for few`, async (t) => {
    const child = spawn('sh', ['-c', 'ulimit -n 64; exec "$0" --port 0', path], {stdio: ['ignore', 'pipe', 'pipe']});
    t.after(() => child.kill());
    let log = '';
    child.stderr.on('data', (data) => (log += data));
    const warning = /warn.*the descriptor limit leaves room for \d+ clients; raise LimitNOFILE/;
    while (!warning.test(log)) await within(once(child.stderr, 'data'), 'the warning');
  });

  test(`${path.split('/').pop()} has the limits as options, with their defaults in --help`, async () => {
    const {stdout} = await run(path, ['--help']);
    for (const option of ['--max-connections', '--max-connections-per-address', '--max-accepts', '--max-messages',
                          '--message-burst', '--max-bytes', '--byte-burst', '--flood-timeout', '--max-messages-total',
                          '--max-unhandled-bytes-total', '--max-queued-bytes', '--handshake-timeout',
                          '--write-timeout', '--response-timeout', '--idle-timeout']) {
      assert.ok(stdout.includes(`${option} `), option);
    }
    for (const [args, expected] of [
      [['--max-connections', '0'], /--max-connections must be a whole number from 1 /],
      [['--max-messages', 'many'], /--max-messages must be a number from 0 on, not "many"/],
      [['--message-burst', '0'], /--message-burst must be a number from 1 on/],
      [['--ping-interval', '60s', '--idle-timeout', '30s'], /--idle-timeout \(30s\) must be longer than/],
      [[path === NOTIFIER ? '--name-budget' : '--stock-budget', '1:2,3'], /must be three pairs like 0.2:20,1:50,5:200/],
    ]) {
      const {status, stderr} = await run(path, args);
      assert.equal(status, 2);
      assert.match(stderr, expected);
    }
  });
}

test('a connection too many of an address is told so', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--max-connections-per-address', '2']);
  await connect(t, server, '/stocks');
  await connect(t, server, '/stocks');
  const response = await fetch(server.url);
  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '5');
  assert.equal(await response.text(), 'too many connections come from your address\n');
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
});

test('a hundred clients that add ten thousand stocks do not fill the book', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, still);
  const clients = await Promise.all(Array.from({length: 100}, () => connect(t, server, '/stocks?stocks=')));
  clients.forEach((client, c) => {
    for (let i = 0; i < 100; ++i) client.send({type: 'add-stock', stock: `S${c}.${i}`, requestId: i});
  });
  await clients[99].take((m) => m.type === 'error' && m.code === 'rate-limited', 'a refusal');
  await clients[0].take((m) => m.requestId === 99, 'the answer to the last');
  const {data} = await (await fetch(`${server.url}api/stocks`)).json();
  assert.ok(Object.keys(data).length <= 3 + 200 + 100, `${Object.keys(data).length} stocks`);
});

test('who renames itself without end is held back, and nobody is closed', async (t) => {
  const server = await startServer(t, NOTIFIER, ['--name-budget', '0.001:3,0:0,0:0']);
  const [ann, watcher] = [await connect(t, server, '/notifications'), await connect(t, server, '/notifications')];
  for (let i = 0; i < 20; ++i) ann.send({type: 'set-identifier', identifier: `name${i}`, requestId: i});
  await ann.take((m) => m.requestId === 19 && m.code === 'rate-limited', 'the last refusal');
  await watcher.take((m) => m.type === 'users' && m.data.some((user) => user.identifier === 'name3'), 'the last name');
  assert.equal(watcher.closeEvent, null);
});

test('a client may take back what it added', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, still);
  const [ann, bob] = [await connect(t, server, '/stocks'), await connect(t, server, '/stocks')];
  ann.send({type: 'add-stock', stock: 'nvda'});
  await bob.takeType('new-stock');
  bob.send({type: 'remove-stock', stock: 'NVDA'});
  assert.equal((await bob.takeType('error')).code, 'not-yours');
  ann.send({type: 'remove-stock', stock: 'NVDA'});
  assert.equal((await bob.takeType('stock-removed')).data.stock, 'NVDA');
});

test('a handshake that never ends is cut off', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--handshake-timeout', '300ms']);
  const slow = net.connect(server.port, '127.0.0.1');
  slow.write('GET /stocks HTTP/1.1\r\n');
  const drip = setInterval(() => slow.write('X-Slow: 1\r\n'), 50);
  slow.on('error', () => {});
  await within(once(slow, 'close'), 'the end of the handshake');
  clearInterval(drip);
});

test('as many and as long symbols as a client may follow fit into one message', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const stocks = Array.from({length: 1000}, (_, i) => `S${i}`.padEnd(64, '_'));
  server.child.stdin.end(stocks.map((symbol) => `${symbol} 1\n`).join(''));
  await server.output('stderr', /standard input has ended; 0 bad lines were skipped/);
  const client = await connect(t, server, '/stocks?stocks=');
  await client.takeType('update');
  client.send({type: 'subscribe', stocks, maxRate: 50, requestId: 'x'.repeat(64)});
  const answer = await client.take((m) => m.requestId !== undefined);
  assert.equal(answer.type, 'subscribed');
  assert.equal(answer.stocks.length, 1000);
});

// Two clients of one proxy, one of which comes by IPv6 too late for its network.
test('budgets of an address are those of the client behind a trusted proxy', async (t) => {
  const by = (address) => ({headers: {'X-Forwarded-For': address}});
  for (const [path, channel, option, request] of [
    [NOTIFIER, '/notifications', '--notification-budget', {type: 'send-notification', recipientId: 'all', message: 'x'}],
    [NOTIFIER, '/notifications', '--reading-budget', {type: 'inbox'}],
    [NOTIFIER, '/notifications', '--mark-budget', {type: 'read', upTo: 1}],
    [NOTIFIER, '/notifications', '--membership-budget', {type: 'join', group: '#ops'}],
    [NOTIFIER, '/notifications', '--name-budget', {type: 'set-identifier'}],
    [STOCK_TRACKER, '/stocks', '--stock-budget', {type: 'add-stock'}],
    [STOCK_TRACKER, '/stocks', '--follow-budget', {type: 'unsubscribe', stocks: []}],
    [STOCK_TRACKER, '/stocks', '--history-budget', {type: 'history', stocks: ['AAPL']}],
  ]) {
    const server = await startServer(
        t, path, [...(path === STOCK_TRACKER ? still : []), '--trusted-proxy', '127.0.0.1', option, '0:0,0.001:1,0:0']);
    let count = 0;
    const isLimited = async (address) => {
      const client = await connect(t, server, channel, by(address));
      const ask = () => {
        client.send({...request, identifier: `name${++count}`, stock: `S${count}`, requestId: count});
        return client.take((m) => m.requestId === count || m.data?.stock === `S${count}`, `the answer to ${request.type}`);
      };
      if (['--name-budget', '--follow-budget'].includes(option)) await ask();  // the first one is free
      const answer = await ask();
      return answer.code === 'rate-limited';
    };
    const found = [];
    for (const address of ['203.0.113.7', '203.0.113.8', '::ffff:203.0.113.7', '198.51.100.1, 203.0.113.8',
                           '2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:1:2::9']) {
      if (await isLimited(address)) found.push(address);
    }
    assert.deepEqual(found, ['::ffff:203.0.113.7', '198.51.100.1, 203.0.113.8', '2001:db8:1:2::9'], option);
  }
});

test('over HTTP an address beyond its budget gets 429 and a time to come back', async (t) => {
  const body = JSON.stringify({recipientId: 'all', message: 'x'});
  for (const [path, args, url, init] of [
    [NOTIFIER, ['--notification-budget', '0:0,0.001:1,0:0'], 'api/notifications', {method: 'POST', body}],
    [NOTIFIER, ['--reading-budget', '0:0,0.001:1,0:0'], 'api/notifications', {}],
    [NOTIFIER, ['--reading-budget', '0:0,0.001:1,0:0'], 'api/notifications/stream', {}],
    [STOCK_TRACKER, [...still, '--history-budget', '0:0,0.001:1,0:0'], 'api/stocks/AAPL/history', {}],
  ]) {
    const server = await startServer(t, path, ['--trusted-proxy', '127.0.0.1', ...args]);
    const ask = (address) => fetch(`${server.url}${url}`, {
      ...init,
      headers: {'Content-Type': 'application/json', ...(address && {'X-Forwarded-For': address})},
    });
    assert.equal((await ask('203.0.113.7')).status, 200);
    const refused = await ask('::ffff:203.0.113.7');
    assert.equal(refused.status, 429);
    assert.equal((await refused.json()).error.code, 'rate-limited');
    const seconds = Number(refused.headers.get('retry-after'));
    assert.ok(seconds >= 1 && seconds <= 1000, `${seconds}`);
    assert.equal((await ask('203.0.113.8')).status, 200);
    for (let i = 0; i < 3; ++i) assert.equal((await ask()).status, 200, 'a program of this machine');
  }
});
