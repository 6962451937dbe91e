import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { inSlices } = await load('slices.js');

// Each item takes 3 ms of a clock that nothing else moves.
function slowly(items) {
  const log = { seen: [], ends: [], waiting: [] };
  let time = 0;
  const look = (item) => {
    time += 3;
    log.seen.push(item);
  };
  const clock = { now: () => time, later: (act) => log.waiting.push(act) };
  log.stop = inSlices(items, look, (isLast) => log.ends.push([log.seen.length, isLast]), clock);
  return log;
}

test('long work is done in pieces, the first one at once', () => {
  const log = slowly([1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(log.ends, [[3, false]]);
  while (log.waiting.length > 0) log.waiting.shift()();
  assert.deepEqual(log.seen, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(log.ends, [[3, false], [6, false], [7, true]]);
});

test('work that was stopped goes no further', () => {
  const log = slowly([1, 2, 3, 4, 5]);
  log.stop();
  log.waiting.shift()();
  assert.deepEqual(log.seen, [1, 2, 3]);
});

test('no work is done at once', () => {
  assert.deepEqual(slowly([]).ends, [[0, true]]);
});
