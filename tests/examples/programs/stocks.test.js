import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {STOCK_TRACKER, startServer} from './support/program.js';

// Prices that stand still, so that what is compared does not move.
const still = ['--interval', '24h'];

test('it starts with three stocks and a new price for each every interval', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--interval', '20ms', '--seed', '1']);
  const client = await connect(t, server, '/stocks');
  const snapshot = await client.takeType('update');
  assert.equal(snapshot.snapshot, true);
  assert.deepEqual(Object.keys(snapshot.data).sort(), ['AAPL', 'MSFT', 'TSLA']);
  const references = Object.fromEntries(
      Object.entries(snapshot.quotes).map(([symbol, quote]) => [symbol, quote.reference]));
  assert.deepEqual(references, {AAPL: 150, TSLA: 800, MSFT: 300});
  const seen = {};
  let last = snapshot.seq;
  while (Object.keys(seen).length < 3) {
    const update = await client.takeType('update');
    assert.ok(update.since <= last, 'nothing is missing');
    last = update.seq;
    Object.assign(seen, update.data);
  }
});

test('--stock replaces the stocks to start with', async (t) => {
  const server = await startServer(
      t, STOCK_TRACKER, [...still, '--stock', 'brk.b=1.10', '--stock=BTC-USD=61250.5']);
  const client = await connect(t, server, '/stocks');
  await client.takeType('update');
  assert.ok(client.lastText.includes('"data":{"brk.b":1.10,"BTC-USD":61250.5}'), client.lastText);
});

test('a stock that one client adds is seen by all at once, and by who connects later', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--threads', '2']);
  const [ann, bob] = [await connect(t, server, '/stocks'), await connect(t, server, '/stocks')];
  await ann.takeType('update');
  await bob.takeType('update');
  ann.send({type: 'add-stock', stock: 'nvda'});
  const added = await bob.takeType('new-stock');
  assert.equal(added.data.stock, 'NVDA');
  assert.deepEqual(await ann.takeType('new-stock'), added);
  const late = await connect(t, server, '/stocks');
  assert.equal((await late.takeType('update')).data.NVDA, added.data.price);
});

test('GET /api/stocks is the snapshot that a client gets', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, still);
  const client = await connect(t, server, '/stocks');
  await client.takeType('update');
  const response = await fetch(`${server.url}api/stocks`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.equal(await response.text(), client.lastText);
});

test('a stock without a price is refused and nothing is added', async (t) => {
  const server = await startServer(
      t, STOCK_TRACKER, ['--source', 'stdin', '--stock', 'AAPL=150'], {stdin: 'pipe'});
  const [ann, bob] = [await connect(t, server, '/stocks'), await connect(t, server, '/stocks')];
  const answer = await ann.ask({type: 'add-stock', stock: 'XYZ'});
  assert.deepEqual([answer.type, answer.code], ['error', 'no-price']);
  const stocks = await (await fetch(`${server.url}api/stocks`)).json();
  assert.deepEqual(Object.keys(stocks.data), ['AAPL']);
  // What bob gets next is what comes next: nothing of it went to him.
  server.child.stdin.write('AAPL 151\n');
  await bob.take((m) => m.data?.AAPL === 151, 'the next price');
  assert.deepEqual(bob.messages.map((m) => m.type), ['update', 'update']);
});

test('what cannot be added is refused with its reason', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--max-stocks', '3']);
  const client = await connect(t, server, '/stocks');
  const refusal = async (stock) => (await client.ask({type: 'add-stock', stock})).code;
  assert.equal(await refusal('AAPL'), 'already-tracked');
  assert.equal(await refusal('<b>'), 'invalid-symbol');
  assert.equal(await refusal(''), 'invalid-symbol');
  assert.equal(await refusal('NVDA'), 'too-many-stocks');
});

test('a client that names more stocks than it may follow is refused, and follows what it did', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  const names = Array.from({length: 1_001}, (_, i) => `S${i}`);
  server.child.stdin.write(names.map((name) => `${name} 1\n`).join(''));
  await client.take((m) => m.data?.stock === names.at(-1), 'the last stock');
  const refused = await client.ask({type: 'subscribe', stocks: names});
  assert.deepEqual([refused.type, refused.code], ['error', 'too-many-subscriptions']);
  server.child.stdin.write('S7 2\n');
  await client.take((m) => m.data?.S7 === 2, 'a price of a stock that it did not name');
  const answer = await client.ask({type: 'subscribe', stocks: names.slice(1)});
  assert.equal(answer.stocks.length, 1_000);
});

test('a client that wants three of 2,000 stocks gets these from the start', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const everything = await connect(t, server, '/stocks');
  const names = Array.from({length: 2_000}, (_, i) => `S${i}`);
  server.child.stdin.write(names.map((name) => `${name} 151.25\n`).join(''));
  await everything.take((m) => m.data?.stock === names.at(-1), 'the last stock');
  const phone = await connect(t, server, '/stocks?stocks=S7,S77,S777&maxRate=2');
  const subscribed = await phone.takeType('subscribed');
  assert.deepEqual([subscribed.stocks, subscribed.maxRate], [['S7', 'S77', 'S777'], 2]);
  const snapshot = await phone.takeType('update');
  assert.deepEqual(Object.keys(snapshot.data), ['S7', 'S77', 'S777']);
  const all = await (await fetch(new URL('/api/stocks', server.url))).text();
  assert.ok(phone.lastText.length * 100 < all.length, `${phone.lastText.length} of ${all.length}`);
  const some = await fetch(new URL('/api/stocks?stocks=S7,S77,S777', server.url));
  assert.equal(await some.text(), phone.lastText);
});

test('--no-client-stocks keeps clients from adding any', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...still, '--no-client-stocks']);
  const client = await connect(t, server, '/stocks');
  assert.equal((await client.ask({type: 'add-stock', stock: 'NVDA'})).code, 'adding-disabled');
  const page = await (await fetch(server.url)).text();
  assert.ok(!page.includes('id="add"'), 'the page has no form for it');
});

test('--compression is agreed on with clients that offer it, and only then', async (t) => {
  const plain = await startServer(t, STOCK_TRACKER, still);
  assert.equal((await connect(t, plain, '/stocks')).socket.extensions, '');
  const server = await startServer(t, STOCK_TRACKER, [...still, '--compression']);
  const client = await connect(t, server, '/stocks');
  assert.match(client.socket.extensions, /^permessage-deflate/);
  const snapshot = await client.takeType('update');
  assert.deepEqual(snapshot.data, {AAPL: 150, TSLA: 800, MSFT: 300});
});
