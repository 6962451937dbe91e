import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {STOCK_TRACKER, startServer} from './support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
test.after(() => rmSync(folder, {recursive: true}));

const hasPrice = (symbol) => (message) => message.data?.[symbol] !== undefined;

test('lines on standard input go out exactly as they were written', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  await client.takeType('update');
  server.child.stdin.end('AAPL 151.25\nNVDA 12.5\n');
  // Two symbols that are new: each is told by itself.
  await client.take((m) => m.type === 'new-stock' && m.data.stock === 'AAPL');
  assert.ok(client.lastText.includes('"data":{"stock":"AAPL","price":151.25}'), client.lastText);
  await client.take((m) => m.type === 'new-stock' && m.data.stock === 'NVDA');
  assert.ok(client.lastText.includes('"data":{"stock":"NVDA","price":12.5}'), client.lastText);
});

test('who connects after the end of the input gets all of it; the server goes on', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const early = await connect(t, server, '/stocks');
  server.child.stdin.end('AAPL 151.25\nNVDA 12.5\n');
  await server.output('stderr', /standard input has ended; 0 bad lines were skipped/);
  await early.take((m) => m.data?.stock === 'NVDA' || m.data?.NVDA, 'the last price');
  const client = await connect(t, server, '/stocks');
  const snapshot = await client.takeType('update');
  assert.equal(snapshot.snapshot, true);
  assert.ok(client.lastText.includes('"data":{"AAPL":151.25,"NVDA":12.5}'), client.lastText);
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
});

test('prices keep every digit on their way from the input to the client', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  const prices = ['0.00001234', '9223372036.85477580', '-37.63', '150.10', '1e2'];
  const expected = ['0.00001234', '9223372036.85477580', '-37.63', '150.10', '100'];
  server.child.stdin.write(prices.map((price, i) => `S${i} ${price}\n`).join(''));
  for (const [i, text] of expected.entries()) {
    await client.take((m) => m.type === 'new-stock' && m.data.stock === `S${i}`);
    assert.ok(client.lastText.includes(`"price":${text}}`), client.lastText);
  }
});

test('every form of a line is read, a bad one is told with its number and skipped', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.end([
    '# a comment',
    'AAPL 1',
    'TSLA,2',
    'nonsense',
    '{"symbol":"MSFT","price":3.5,"note":"x"}',
    'NVDA 1x',
    '2026-01-02T14:30:00Z,BRK.B,4',
    'LAST 5',
  ].join('\n'));  // the last line has no line feed
  // One message may bring several: the snapshot all, if the feed was faster.
  const wanted = new Set(['AAPL', 'TSLA', 'MSFT', 'BRK.B', 'LAST']);
  await client.take((m) => {
    for (const symbol of wanted) {
      if (m.data?.stock === symbol || hasPrice(symbol)(m)) wanted.delete(symbol);
    }
    return wanted.size === 0;
  }, 'all five');
  await server.output('stderr', /standard input, line 4: [^\n]+; the line is skipped/);
  await server.output('stderr', /standard input, line 6: /);
  await server.output('stderr', /standard input has ended; 2 bad lines were skipped/);
});

test('a flood of bad lines does not flood the log', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.end('bad\n'.repeat(5000) + 'GOOD 1\n');
  await server.output('stderr', /standard input has ended; 5000 bad lines were skipped/);
  const told = server.stderr.match(/the line is skipped/g).length;
  assert.equal(told, 20 + 5);
  await client.take((m) => m.data?.stock === 'GOOD' || m.data?.GOOD === 1, 'the good line');
});

test('a known stock whose price comes in goes out as an update', async (t) => {
  const server = await startServer(
      t, STOCK_TRACKER, ['--source', 'stdin', '--stock', 'AAPL=150'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  const snapshot = await client.takeType('update');
  assert.deepEqual(snapshot.data, {AAPL: 150});
  server.child.stdin.write('AAPL 151.25\n');
  const update = await client.takeType('update');
  assert.deepEqual(update.data, {AAPL: 151.25});
  assert.ok(update.since <= snapshot.seq, 'nothing is missing');
});

test('a replay plays what was recorded, in order, and the server goes on', async (t) => {
  const recording = join(folder, 'day.csv');
  writeFileSync(recording, 'time,symbol,price\n1767364200,AAPL,150\n1767364260,AAPL,151.25\n' +
                               'what is this\n1767364320,NVDA,12.5\n');
  // Two minutes of recording in 12 ms.
  const server = await startServer(
      t, STOCK_TRACKER, ['--source', `replay:${recording}`, '--speed', '10000']);
  await server.output('stderr', /day\.csv has ended; 1 bad line was skipped/);
  const client = await connect(t, server, '/stocks');
  const snapshot = await client.takeType('update');
  assert.deepEqual(snapshot.data, {AAPL: 151.25, NVDA: 12.5});
  assert.deepEqual([snapshot.quotes.AAPL.reference, snapshot.quotes.AAPL.high], [150, 151.25]);
});

test('a replay at its own pace does not run ahead', async (t) => {
  const recording = join(folder, 'slow.csv');
  writeFileSync(recording, '1767364200,AAPL,150\n1767367800,AAPL,151\n');  // an hour apart
  const server = await startServer(t, STOCK_TRACKER, ['--source', `replay:${recording}`]);
  const client = await connect(t, server, '/stocks');
  await client.take((m) => m.data?.AAPL === 150 || m.data?.stock === 'AAPL', 'the first price');
  // The answer to a request comes behind whatever was due before it.
  await client.ask({type: 'add-stock', stock: 'AAPL'});
  assert.ok(!client.texts.some((text) => text.includes('"AAPL":151')));
});

test('a replay that loops starts again at its end', async (t) => {
  const recording = join(folder, 'loop.csv');
  writeFileSync(recording, '1767364200,AAPL,150\n1767364201,AAPL,151\n1767364202,AAPL,152\n');
  const server = await startServer(
      t, STOCK_TRACKER, ['--source', `replay:${recording}`, '--speed', '20', '--loop']);
  const client = await connect(t, server, '/stocks');
  for (let pass = 0; pass < 3; ++pass) {
    for (const price of [151, 152]) await client.take((m) => m.data?.AAPL === price, `${price}`);
  }
});

test('the same seed gives the same simulated run, another seed another', async (t) => {
  const firstPrices = async (seed) => {
    const server = await startServer(
        t, STOCK_TRACKER, ['--seed', seed, '--interval', '1h', '--speed', '1000']);
    const client = await connect(t, server, '/stocks');
    await client.takeType('update');
    client.send({type: 'add-stock', stock: 'NVDA'});
    return (await client.takeType('new-stock')).data.price;
  };
  const price = await firstPrices('7');
  assert.equal(await firstPrices('7'), price);
  assert.notEqual(await firstPrices('8'), price);
});

test('what a line says beside its price reaches clients and /api/stocks', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin', '--day-starts', '09:30', '--time-zone', 'America/New_York'], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  await client.takeType('update');
  server.child.stdin.write('symbol,price,bid,volume,name\nAAPL,151.25,151.20,7000,"A & B"\n');
  await client.takeType('new-stock');
  assert.match(client.lastText, /"quotes":\{"AAPL":\{"reference":151\.25,.*"bid":151\.20,"volume":7000,"name":"A \\u0026 B"\}\}/);
  server.child.stdin.write('AAPL,,151.30,7000,"A & B"\n');
  await client.take((m) => m.quotes?.AAPL?.bid);
  assert.match(client.lastText, /"data":\{"AAPL":151\.25\},"quotes":\{"AAPL":\{"bid":151\.30\}\}\}$/);
  const {quotes} = await (await fetch(`${server.url}api/stocks?stocks=AAPL`)).json();
  assert.deepEqual([quotes.AAPL.bid, quotes.AAPL.volume, quotes.AAPL.name], [151.3, 7000, 'A & B']);
});
