import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {STOCK_TRACKER, run, startServer, within} from './support/program.js';

/** A server whose prices are written by the test. */
function startStill(t, args) {
  return startServer(t, STOCK_TRACKER, ['--source', 'stdin', '--stock', 'A=1', ...args],
                     {stdin: 'pipe'});
}

const updatesOf = (client) => client.messages.filter((m) => m.type === 'update' && !m.snapshot);
const isNewStock = (message) => message.type === 'new-stock';

test('--max-rate bounds the updates of every client and loses no price', async (t) => {
  // One update in a thousand seconds: no second one comes by itself.
  const server = await startStill(t, ['--max-rate', '0.001']);
  const client = await connect(t, server, '/stocks');
  const snapshot = await client.takeType('update');
  server.child.stdin.write('A 2\n');
  const first = await client.takeType('update');
  assert.deepEqual([first.since <= snapshot.seq, first.data], [true, {A: 2}]);
  // These wait, until a new stock brings them with it.
  server.child.stdin.write('A 9\nA 3\n');
  server.child.stdin.write('A 4\nB 1\n');
  const added = await client.take(isNewStock, 'the new stock');
  assert.equal(added.data.stock, 'B');
  const updates = updatesOf(client);
  assert.equal(updates.length, 2);
  assert.deepEqual([updates[1].data, updates[1].quotes], [{A: 4}, {A: {high: 9}}]);
  assert.equal(updates[1].since, first.seq);
  assert.equal(added.since, updates[1].seq);
});

test('maxRate bounds the updates of the client that asked for it', async (t) => {
  const server = await startStill(t, []);
  const [fast, slow] = [await connect(t, server, '/stocks'), await connect(t, server, '/stocks')];
  const answer = await slow.ask({type: 'subscribe', maxRate: 0.15});
  const asked = Date.now();
  assert.deepEqual([answer.stocks, answer.maxRate], ['all', 0.1]);
  assert.equal((await slow.takeType('update')).snapshot, true);
  const changes = 30;
  for (let price = 2; price <= changes + 1; ++price) {
    server.child.stdin.write(`A ${price}\n`);
    await fast.take((m) => m.data?.A === price, `the price ${price}`);
  }
  server.child.stdin.write('B 1\n');
  const added = await slow.take(isNewStock, 'the new stock');
  // One at once, one before the new stock, and one each ten seconds, however
  // long all this has taken.
  const updates = updatesOf(slow);
  const atMost = 2 + Math.ceil((Date.now() - asked) / 10_000);
  assert.ok(updates.length <= atMost, `${updates.length} updates, at most ${atMost}`);
  assert.deepEqual(updates.at(-1).data, {A: changes + 1});
  assert.equal(added.since, updates.at(-1).seq);
  assert.ok(updatesOf(fast).length >= changes);
});

test('a maxRate that cannot be is refused and changes nothing', async (t) => {
  const server = await startStill(t, []);
  const client = await connect(t, server, '/stocks');
  for (const maxRate of [-1, 0.05, '5', true, [1]]) {
    const answer = await client.ask({type: 'subscribe', stocks: ['A'], maxRate});
    assert.deepEqual([answer.type, answer.code], ['error', 'invalid-field'], `${maxRate}`);
    assert.match(answer.message, /^'maxRate' must be /);
  }
  const answer = await client.ask({type: 'subscribe', maxRate: 1e9});
  assert.deepEqual([answer.stocks, answer.maxRate], ['all', 50]);
});

test('--reuse-port lets two servers share a port, and not without it', async (t) => {
  const only = (stock) => ['--reuse-port', '--interval', '24h', '--stock', stock];
  const one = await startServer(t, STOCK_TRACKER, only('ONE=1'));
  await startServer(t, STOCK_TRACKER, only('TWO=1'), {port: one.port});
  // The kernel picks by a hash of the client's port: that hundreds all go to
  // one side does not happen.
  const seen = new Set();
  for (let i = 0; i < 500 && seen.size < 2; ++i) {
    const client = await connect(t, one, '/stocks');
    Object.keys((await client.takeType('update')).data).forEach((stock) => seen.add(stock));
    await within(client.close(), 'the close');
  }
  assert.deepEqual([...seen].sort(), ['ONE', 'TWO']);
  const third = await run(STOCK_TRACKER, ['--port', `${one.port}`]);
  assert.equal(third.status, 1);
  assert.match(third.stderr, /taken by another program/);
});
