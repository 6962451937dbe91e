import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { StockList } = await load('stock_list.js');
const { rowWindow } = await load('row_window.js');
const { readPreferences } = await load('preferences.js');
const { nextOrder, sortStocks } = await load('stock_order.js');

const stocks = new Map(
  [
    { symbol: 'AAPL', name: 'Apple Inc.', price: 150 },
    { symbol: 'PPL', price: 30 },
    { symbol: 'TSLA', name: 'Tesla', price: 800 },
  ].map((stock) => [stock.symbol, stock]),
);
const shown = (list) => list.select(stocks).map(({ symbol }) => symbol);

test('a filter finds words in the symbol and in the name, in any case', () => {
  const list = new StockList();
  list.setFilter('ppl');
  assert.deepEqual(shown(list), ['AAPL', 'PPL']);
  list.setFilter('  INC a ');
  assert.deepEqual(shown(list), ['AAPL']);
  list.setFilter('nothing');
  assert.deepEqual(shown(list), []);
  assert.equal(list.isFiltered, true);
  list.setFilter(' ');
  assert.equal(list.isFiltered, false);
  assert.equal(shown(list).length, 3);
});

test('a watch list shows what is on it', () => {
  const list = new StockList(['TSLA', 'GONE']);
  list.isWatchedOnly = true;
  assert.deepEqual(shown(list), ['TSLA']);
  assert.equal(list.toggle('PPL'), true);
  assert.deepEqual(shown(list), ['PPL', 'TSLA']);
  assert.equal(list.toggle('TSLA'), false);
  assert.deepEqual(shown(list), ['PPL']);
});

test('only figures move', () => {
  const list = new StockList();
  assert.equal(list.isMoving, false);
  list.order = { column: 'percent', descending: true };
  assert.equal(list.isMoving, true);
});

test('who lacks a figure comes last, whichever way', () => {
  const some = [{ symbol: 'A' }, { symbol: 'B', bid: 1 }, { symbol: 'C', bid: 2 }];
  const order = (descending) => sortStocks(some, { column: 'bid', descending }).map(({ symbol }) => symbol).join('');
  assert.equal(order(true), 'CBA');
  assert.equal(order(false), 'BCA');
});

test('a percentage of a negative reference goes by its size, and of nothing is none', () => {
  const some = [
    { symbol: 'UP', price: -1, reference: -2 },
    { symbol: 'DOWN', price: -3, reference: -2 },
    { symbol: 'NEW', price: 5, reference: 0 },
  ];
  assert.deepEqual(sortStocks(some, { column: 'percent', descending: true }).map(({ symbol }) => symbol), ['UP', 'DOWN', 'NEW']);
});

test('names go from A, figures from the largest', () => {
  assert.equal(nextOrder({ column: 'price', descending: true }, 'name').descending, false);
  assert.equal(nextOrder({ column: 'name', descending: false }, 'volume').descending, true);
});

test('the rows in sight are drawn, and a few around them', () => {
  const list = { height: 800, rowHeight: 40, count: 5_000 };
  assert.deepEqual(rowWindow({ ...list, top: -200 }), { first: 0, end: 27 });
  assert.deepEqual(rowWindow({ ...list, top: 40_000 }), { first: 988, end: 1_032 });
  assert.deepEqual(rowWindow({ ...list, top: 199_500 }), { first: 4_975, end: 5_000 });
  assert.deepEqual(rowWindow({ ...list, top: 1e9 }), { first: 5_000, end: 5_000 });
  assert.deepEqual(rowWindow({ ...list, top: -1e9 }), { first: 0, end: 0 });
  assert.deepEqual(rowWindow({ ...list, top: 0, count: 0 }), { first: 0, end: 0 });
});

test('what a browser kept is understood, or left out', () => {
  const usual = { order: { column: 'symbol', descending: false }, watched: [], dense: false, watchedOnly: false };
  for (const text of [null, '', '{', '5', 'null', '[]', '{"order":5,"watched":{},"dense":1}', '{"order":{"column":"__proto__"}}']) {
    assert.deepEqual(readPreferences(text), usual, String(text));
  }
  assert.deepEqual(
    readPreferences('{"order":{"column":"bid","descending":true},"watched":["A",5,"","B"],"dense":true,"watchedOnly":true}'),
    { order: { column: 'bid', descending: true }, watched: ['A', 'B'], dense: true, watchedOnly: true },
  );
});
