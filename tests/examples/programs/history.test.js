// What the stock tracker keeps of the past, over HTTP and on the channel.
import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {STOCK_TRACKER, startServer} from './support/program.js';

const T = Date.UTC(2021, 2, 5, 15);
const LINES = [
  '2021-03-05T15:00:00Z,BTC/USD,5.10',
  '2021-03-05T15:00:01Z,BTC/USD,5.20',
  '2021-03-05T15:02:00Z,BTC/USD,4',
  '2021-03-05T15:00:30Z,BTC/USD,9',  // late: only of its candle
  '2021-03-05T15:02:00Z,LAST,1',
  '',
].join('\n');

async function piped(t, args = []) {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin', ...args], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.write(LINES);
  await client.take((m) => m.data?.stock === 'LAST' || m.data?.LAST, 'the last price');
  return {server, client};
}

async function get(server, path) {
  const response = await fetch(`${server.url}${path}`);
  const text = await response.text();
  return {status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : null};
}

test('the past of a stock comes over HTTP, with all digits', async (t) => {
  const {server} = await piped(t);
  const prices = await get(server, 'api/stocks/BTC/USD/history?limit=2');
  assert.equal(prices.status, 200);
  assert.ok(prices.text.includes(`"BTC/USD":[[${T + 1_000},5.20],[${T + 120_000},4]]`), prices.text);
  const candles = await get(server, 'api/stocks/%42TC/USD/history?interval=1m');
  assert.ok(candles.text.includes(`[[${T},5.10,9,5.10,5.20],[${T + 120_000},4,4,4,4]]`), candles.text);
  const since = await get(server, `api/stocks/BTC/USD/history?since=${T + 2_000}`);
  assert.deepEqual(since.json.data, {'BTC/USD': [[T + 120_000, 4]]});
});

test('what cannot be answered is refused with a sentence', async (t) => {
  const {server} = await piped(t, ['--history-candles', '0']);
  const refused = async (path, status, sentence) => {
    const answer = await get(server, path);
    assert.deepEqual([answer.status, answer.json?.error.message ?? answer.text.trim()], [status, sentence]);
  };
  await refused('api/stocks/NONE/history', 404, 'NONE is not tracked.');
  await refused('api/stocks/LAST/history?limit=many', 400, "'limit' must be a whole number that is not negative.");
  await refused('api/stocks/LAST/history?interval=1m', 404, 'This server keeps no candles.');
  await refused('api/stocks/LAST/past', 404,
                'there is nothing at this path; /api/stocks/SYMBOL/history has the past of a stock');
  assert.equal((await get(server, 'api/stocks')).status, 200);
});

test('a client asks for the past of several stocks at once', async (t) => {
  const {client} = await piped(t);
  const answer = await client.ask({type: 'history', stocks: ['LAST', 'btc/usd'], limit: 1});
  assert.equal(answer.type, 'history');
  assert.deepEqual(answer.data, {'BTC/USD': [[T + 120_000, 4]], 'LAST': [[T + 120_000, 1]]});
  const refusal = await client.ask({type: 'history', stocks: ['LAST'], limit: 4_000});
  assert.equal(refusal.code, 'invalid-field');
});
