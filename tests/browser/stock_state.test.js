import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { History, StockState } = await load('stock_state.js');

const snapshot = (seq, data, quotes = {}) => ({ type: 'update', snapshot: true, seq, data, quotes });
const update = (since, seq, data, rest = {}) => ({ type: 'update', since, seq, time: 1_000 * seq, data, ...rest });

function stateAt(seq, data, quotes) {
  const state = new StockState();
  assert.equal(state.apply(snapshot(seq, data, quotes)).kind, 'snapshot');
  return state;
}

test('a snapshot replaces all that was known', () => {
  const state = stateAt(12, { AAPL: 151.25, TSLA: 800 });
  state.apply(snapshot(20, { AAPL: 152 }));
  assert.deepEqual([...state.stocks.keys()], ['AAPL']);
  assert.equal(state.stocks.get('AAPL').price, 152);
});

test('a snapshot brings reference, high, low and time', () => {
  const state = stateAt(12, { AAPL: 151.25 }, { AAPL: { reference: 150, high: 152, low: 149.5, time: 77 } });
  const { reference, high, low, time } = state.stocks.get('AAPL');
  assert.deepEqual({ reference, high, low, time }, { reference: 150, high: 152, low: 149.5, time: 77 });
});

test('an update that continues from the last number is applied', () => {
  const state = stateAt(12, { AAPL: 151, MSFT: 300, TSLA: 800 });
  const outcome = state.apply(update(12, 13, { AAPL: 151.5, MSFT: 299, TSLA: 800 }));
  assert.equal(outcome.kind, 'changed');
  assert.deepEqual([...outcome.moves], [['AAPL', 'up'], ['MSFT', 'down'], ['TSLA', 'flat']]);
  assert.equal(state.stocks.get('AAPL').price, 151.5);
  assert.equal(state.stocks.get('AAPL').time, 13_000);
});

test('an update that overlaps what is known is complete', () => {
  const state = stateAt(12, { AAPL: 151 });
  assert.equal(state.apply(update(10, 13, { AAPL: 152 })).kind, 'changed');
  assert.equal(state.apply(update(13, 14, { AAPL: 153 })).kind, 'changed');
});

test('an update from beyond the last number is a gap and changes nothing', () => {
  const state = stateAt(12, { AAPL: 151 });
  assert.equal(state.apply(update(13, 14, { AAPL: 152 })).kind, 'gap');
  assert.equal(state.stocks.get('AAPL').price, 151);
  assert.equal(state.isComplete, false);
});

test('after a gap nothing counts until the snapshot', () => {
  const state = stateAt(12, { AAPL: 151 });
  state.apply(update(13, 14, { AAPL: 152 }));
  assert.equal(state.apply(update(14, 15, { AAPL: 153 })).kind, 'ignored');
  assert.equal(state.apply(snapshot(15, { AAPL: 153 })).kind, 'snapshot');
  assert.equal(state.apply(update(15, 16, { AAPL: 154 })).kind, 'changed');
});

test('a heartbeat beyond the last number is a gap, one at it is a sign of life', () => {
  const state = stateAt(12, { AAPL: 151 });
  assert.equal(state.apply({ type: 'heartbeat', seq: 12 }).kind, 'alive');
  assert.equal(state.apply({ type: 'heartbeat', seq: 13 }).kind, 'gap');
});

test('additions and removals count and can show a gap', () => {
  const state = stateAt(12, { AAPL: 151 });
  const added = { type: 'new-stock', since: 12, seq: 13, time: 5, data: { stock: 'NVDA', price: 12.5 } };
  assert.deepEqual(state.apply(added), { kind: 'added', symbol: 'NVDA' });
  const { reference, high, low } = state.stocks.get('NVDA');
  assert.deepEqual([reference, high, low], [12.5, 12.5, 12.5]);
  const removed = { type: 'stock-removed', since: 13, seq: 14, data: { stock: 'NVDA' } };
  assert.deepEqual(state.apply(removed), { kind: 'removed', symbol: 'NVDA' });
  assert.equal(state.apply({ ...removed, since: 15, seq: 16 }).kind, 'gap');
});

test('a price above the high raises it, one below the low lowers it', () => {
  const state = stateAt(1, { AAPL: 150 });
  state.apply(update(1, 2, { AAPL: 151 }));
  state.apply(update(2, 3, { AAPL: 149 }));
  const { price, high, low } = state.stocks.get('AAPL');
  assert.deepEqual([price, high, low], [149, 151, 149]);
});

test('a message tells of a high and a low in between', () => {
  const state = stateAt(1, { AAPL: 150 });
  state.apply(update(1, 2, { AAPL: 151 }, { quotes: { AAPL: { high: 152.5, low: 148 } } }));
  const { high, low } = state.stocks.get('AAPL');
  assert.deepEqual([high, low], [152.5, 148]);
  state.apply(update(2, 3, { AAPL: 151 }, { quotes: { AAPL: { high: 152, low: 149 } } }));
  assert.equal(state.stocks.get('AAPL').high, 152.5);
});

test('a new connection counts anew, from its snapshot', () => {
  const state = stateAt(500, { AAPL: 151 });
  state.expectSnapshot();
  assert.equal(state.apply(update(500, 501, { AAPL: 160 })).kind, 'ignored');
  assert.equal(state.apply(snapshot(3, { AAPL: 150 })).kind, 'snapshot');
  assert.equal(state.apply(update(3, 4, { AAPL: 149 })).kind, 'changed');
});

test('what is malformed or unknown is ignored', () => {
  const state = stateAt(12, { AAPL: 151 });
  for (const message of [{}, { type: 'later' }, { type: 'update', seq: 13 }, { type: 'update', snapshot: true, data: [] }, update(12, 13, null)]) {
    assert.equal(state.apply(message).kind, 'ignored', JSON.stringify(message));
  }
  state.apply(update(12, 13, { AAPL: 'x', MSFT: [], TSLA: null }));
  assert.equal(state.stocks.get('AAPL').price, 151);
  assert.equal(state.stocks.size, 1);
});

test('a symbol like a property of every object is a symbol', () => {
  const state = new StockState();
  state.apply(JSON.parse('{"type":"update","snapshot":true,"seq":1,"data":{"__proto__":5,"constructor":6},"quotes":{}}'));
  assert.deepEqual([...state.stocks.keys()].sort(), ['__proto__', 'constructor']);
  assert.equal(state.stocks.get('constructor').reference, 6);
});

test('a history has one point for each slot of time and is bounded', () => {
  const history = new History({ spacing: 1_000, capacity: 3 });
  for (const [price, time] of [[1, 0], [2, 1_000], [3, 1_500], [4, 2_000], [5, 3_000]]) history.push(price, time);
  assert.deepEqual(history.points, [{ price: 3, time: 1_500 }, { price: 4, time: 2_000 }, { price: 5, time: 3_000 }]);
});

test('an older price is no point of a history', () => {
  const history = new History();
  for (const [price, time] of [[1, 5_000], [2, 1_000], [3, 6_000]]) history.push(price, time);
  assert.deepEqual(history.points.map(({ price }) => price), [1, 3]);
});

test('what a feed has besides its price is kept, and only that', () => {
  const state = stateAt(1, { AAPL: 150 }, { AAPL: { bid: 149.9, ask: 150.1, volume: 0, name: 'Apple Inc.', currency: 5 } });
  state.apply(update(1, 2, { AAPL: 151 }, { quotes: { AAPL: { bid: 150.8 } } }));
  const { bid, ask, volume, name, currency, open } = state.stocks.get('AAPL');
  assert.deepEqual({ bid, ask, volume, name, currency, open },
    { bid: 150.8, ask: 150.1, volume: 0, name: 'Apple Inc.', currency: undefined, open: undefined });
});

test('a history goes on over a snapshot', () => {
  const state = stateAt(1, { AAPL: 150 }, { AAPL: { time: 1_000 } });
  state.apply(update(1, 9, { AAPL: 151 }));
  state.apply(snapshot(10, { AAPL: 152 }, { AAPL: { time: 20_000 } }));
  assert.deepEqual(state.stocks.get('AAPL').history.points.map(({ price }) => price), [150, 151, 152]);
});

test('prices may be texts, zero and below zero; they compare as numbers', () => {
  const state = stateAt(1, { A: '9.10', B: -1 }, { A: { reference: '9.10', high: '9.10', low: '9.10' } });
  const { moves } = state.apply(update(1, 2, { A: '10.00', B: 0 }));
  assert.deepEqual([...moves], [['A', 'up'], ['B', 'up']]);
  const { price, high, low } = state.stocks.get('A');
  assert.deepEqual({ price, high, low }, { price: '10.00', high: '10.00', low: '9.10' });
  assert.equal(state.stocks.get('B').price, 0);
});

test('an entry with a reference is whole: what it lacks is not known any more', () => {
  const state = stateAt(1, { AAPL: 150 }, { AAPL: { reference: 140, high: 155, low: 139, bid: 149.9, volume: 500, open: 141, name: 'Apple' } });
  const shown = state.stocks.get('AAPL');
  state.apply(update(1, 2, { AAPL: 150 }, { quotes: { AAPL: { reference: 150, high: 151, low: 150, time: 2_000, name: 'Apple' } } }));
  const { history, ...stock } = state.stocks.get('AAPL');
  assert.deepEqual(stock, { symbol: 'AAPL', price: 150, reference: 150, high: 151, low: 150, time: 2_000, name: 'Apple' });
  assert.equal(history.points.length > 0, true);
  assert.equal(state.stocks.get('AAPL'), shown, 'the rows of the table show this one');
  // The first price of the day is its high and its low.
  const first = { reference: 150, high: 152, low: 152, time: 3_000, open: 152 };
  const { moves } = state.apply(update(2, 3, { AAPL: 152 }, { quotes: { AAPL: first } }));
  assert.deepEqual([...moves], [['AAPL', 'up']]);
  assert.deepEqual([state.stocks.get('AAPL').low, state.stocks.get('AAPL').open], [152, 152]);
});

test('a new stock may come with its whole quote', () => {
  const state = stateAt(1, {});
  state.apply({ type: 'new-stock', since: 1, seq: 2, time: 5, data: { stock: 'NVDA', price: 12.5 },
    quotes: { NVDA: { reference: 12, high: 13, low: 12.5, time: 5, previousClose: 12, currency: 'USD' } } });
  const { reference, high, currency } = state.stocks.get('NVDA');
  assert.deepEqual([reference, high, currency], [12, 13, 'USD']);
});
