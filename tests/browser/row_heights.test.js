import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { RowHeights } = await load('row_heights.js');

const item = (id, era = 0) => ({ id, era });
const ids = (rows) => rows.slice(0, rows.count).map(({ id }) => id);

// Items with these heights, the newest on top.
function stack(...heights) {
  const rows = new RowHeights();
  const items = heights.map((_, i) => item(heights.length - i));
  for (const one of items) rows.add(one);
  items.forEach((one, i) => rows.measured(one, heights[i]));
  return { rows, items };
}

test('the row at a height is found among rows of any height', () => {
  const { rows, items } = stack(10, 30, 5);
  const indexAt = (y) => items.indexOf(rows.at(y));
  assert.deepEqual([-5, 0, 9, 10, 39, 40, 1_000].map(indexAt), [0, 0, 0, 1, 1, 2, 2]);
  assert.deepEqual(items.map((one) => [rows.topOf(one), rows.bottomOf(one)]), [[0, 10], [10, 40], [40, 45]]);
  assert.equal(new RowHeights().at(5), undefined);
});

test('rows that were not measured are taken as high as the others', () => {
  const { rows } = stack(10, 30);
  rows.add(item(1.5));
  assert.equal(rows.total, 60);
  rows.forgetHeights();
  assert.equal(rows.total, 3 * 84);
});

test('the newest are on top, those of an older epoch below', () => {
  const rows = new RowHeights();
  for (const one of [item(2), item(9, 0), item(1, 1), item(5), item(2, 1)]) rows.add(one);
  assert.deepEqual(ids(rows), [2, 1, 9, 5, 2]);
  assert.equal(rows.last.id, 2);
});

test('what comes twice is there once, and what is not there can go', () => {
  const { rows, items } = stack(10, 30);
  rows.add(items[0]);
  rows.remove(item(7));
  assert.deepEqual([rows.count, rows.total], [2, 40]);
});

test('thousands come and go anywhere, and each row is where the sum of those above says', () => {
  const rows = new RowHeights();
  let kept = [];
  let seed = 7;
  const random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let step = 0; step < 3_000; step += 1) {
    if (random(4) === 0 && kept.length > 0) {
      const [gone] = kept.splice(random(kept.length), 1);
      rows.remove(gone);
    } else {
      const one = item(step % 2 === 0 ? step : random(1_000_000) + 0.5);
      kept.push(one);
      rows.add(one);
      rows.measured(one, 1 + random(90));
    }
  }
  kept = [...kept].sort((a, b) => b.id - a.id);
  assert.equal(rows.count, kept.length);
  assert.deepEqual(rows.slice(0, rows.count), kept);
  assert.deepEqual(rows.slice(700, 720), kept.slice(700, 720));
  let y = 0;
  kept.forEach((one, i) => {
    assert.equal(rows.topOf(one), y);
    assert.equal(rows.indexOf(one), i);
    assert.equal(rows.at(y), one);
    y = rows.bottomOf(one);
  });
  assert.equal(rows.total, y);
  const same = new RowHeights();
  same.set(kept);
  assert.deepEqual(same.slice(0, same.count), kept);
});

test('one more among ten thousand looks at few of them', () => {
  let looks = 0;
  const watched = (id) =>
    new Proxy(item(id), {
      get(target, name) {
        looks += 1;
        return target[name];
      },
    });
  const rows = new RowHeights();
  for (let id = 1; id <= 10_000; id += 1) rows.add(watched(id));
  looks = 0;
  const one = watched(5_000.5);
  rows.add(one);
  rows.measured(one, 50);
  rows.topOf(one);
  rows.slice(rows.indexOf(one), rows.indexOf(one) + 40);
  rows.remove(one);
  assert.ok(looks < 500, `${looks} looks`);
});
