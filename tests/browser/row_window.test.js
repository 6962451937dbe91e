import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { rowAt, rowWindowAt } = await load('row_window.js');

const offsets = (...heights) => heights.reduce((all, height) => [...all, all.at(-1) + height], [0]);

test('the row at a height is found among rows of any height', () => {
  const at = offsets(10, 30, 5);
  assert.deepEqual([-5, 0, 9, 10, 39, 40, 1_000].map((y) => rowAt(at, y)), [0, 0, 0, 1, 1, 2, 2]);
  assert.equal(rowAt([0], 5), 0);
});

test('the rows in sight are drawn, with some around them', () => {
  const many = offsets(...Array.from({ length: 10_000 }, () => 50));
  const { first, end } = rowWindowAt({ top: 250_000, height: 600, offsets: many });
  assert.deepEqual([first, end], [4_988, 5_025]);
  assert.deepEqual(rowWindowAt({ top: 0, height: 600, offsets: [0] }), { first: 0, end: 0 });
  assert.equal(rowWindowAt({ top: 1e9, height: 600, offsets: many }).end, 10_000);
});
