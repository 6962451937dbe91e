import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { rowWindow, withRowsAround } = await load('row_window.js');

test('the rows in sight are drawn, with some around them', () => {
  const rows = (top) => rowWindow({ top, height: 600, rowHeight: 50, count: 10_000 });
  assert.deepEqual(rows(250_000), { first: 4_988, end: 5_024 });
  assert.deepEqual(rows(0), { first: 0, end: 24 });
  assert.equal(rows(1e9).end, 10_000);
  assert.deepEqual(withRowsAround({ first: 20, end: 22, count: 30 }), { first: 8, end: 30 });
  assert.deepEqual(withRowsAround({ first: 0, end: 1, count: 0 }), { first: 0, end: 0 });
});
