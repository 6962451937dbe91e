// What can be told of the pages without a browser: small pure functions, and
// rules for the files themselves.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { load, PAGES, staticFiles } from './pages_modules.js';

const { ageText, stateText } = await load('status.js');
const { nextOrder, sortStocks } = await load('stock_order.js');
const { sparklineDirection, sparklinePoints } = await load('sparkline.js');
const { readUsers } = await load('people.js');
const { sentText } = await load('send_form.js');
const { Requests } = await load('requests.js');

const read = (folder, name) => readFileSync(path.join(PAGES, folder, name), 'utf8');

test('an age is told in its largest unit', () => {
  const ages = [-5, 0, 999, 3_000, 59_999, 60_000, 3_600_000, 86_400_000].map(ageText);
  assert.deepEqual(ages, ['0 s', '0 s', '0 s', '3 s', '59 s', '1 min', '1 h', '1 d']);
});

test('every state of the connection has its words', () => {
  assert.equal(stateText({ name: 'connecting', attempt: 0 }, 0), 'Connecting');
  assert.equal(stateText({ name: 'connecting', attempt: 2 }, 0), 'Reconnecting');
  assert.equal(stateText({ name: 'open' }, 0), 'Live');
  assert.equal(stateText({ name: 'waiting', retryAt: 2_500 }, 0), 'Disconnected, trying again in 3 s');
  assert.equal(stateText({ name: 'waiting', retryAt: 0 }, 5), 'Reconnecting');
  assert.equal(stateText({ name: 'stopped', code: 4500, reason: 'banned' }, 0), 'Disconnected by the server: banned');
  assert.equal(stateText({ name: 'stopped', code: 4501, reason: '' }, 0), 'Disconnected by the server (4501)');
});

const stock = (symbol, price, reference, high = price, low = price) => ({ symbol, price, reference, high, low });
const STOCKS = [stock('B', 10, 5), stock('A', 100, 99), stock('C', 10, 20)];
const sorted = (column, descending) => sortStocks(STOCKS, { column, descending }).map(({ symbol }) => symbol).join('');

test('rows are sorted by each column, equal ones by symbol', () => {
  assert.equal(sorted('symbol', false), 'ABC');
  assert.equal(sorted('symbol', true), 'CBA');
  assert.equal(sorted('price', true), 'ABC');
  assert.equal(sorted('price', false), 'BCA');
  assert.equal(sorted('change', true), 'BAC');
  assert.equal(sorted('percent', false), 'CAB');
  assert.equal(sorted('high', true), 'ABC');
  assert.equal(sorted('low', true), 'ABC');
});

test('a header turns its own order round; figures start with the largest', () => {
  assert.deepEqual(nextOrder({ column: 'symbol', descending: false }, 'symbol'), { column: 'symbol', descending: true });
  assert.deepEqual(nextOrder({ column: 'symbol', descending: true }, 'price'), { column: 'price', descending: true });
  assert.deepEqual(nextOrder({ column: 'price', descending: true }, 'symbol'), { column: 'symbol', descending: false });
});

test('a sparkline spans its box, and lies in the middle if nothing moves', () => {
  const points = (...prices) => prices.map((price, index) => ({ price, time: 1_000 * index }));
  assert.equal(sparklinePoints(points(1, 3, 2), 106, 26), '3.0,23.0 53.0,3.0 103.0,13.0');
  assert.equal(sparklinePoints(points(5, 5), 106, 26), '3.0,13.0 103.0,13.0');
  assert.equal(sparklinePoints([]), '');
});

test('a sparkline has time on its axis', () => {
  const points = [{ price: 1, time: 0 }, { price: 3, time: 9_000 }, { price: 2, time: 10_000 }];
  assert.equal(sparklinePoints(points, 106, 26), '3.0,23.0 93.0,3.0 103.0,13.0');
});

test('a sparkline is as its own first and last point', () => {
  const direction = (...prices) => sparklineDirection(prices.map((price, time) => ({ price, time })));
  assert.equal(direction(1, 9, 2), 'up');
  assert.equal(direction(3, 9, 2), 'down');
  assert.equal(direction(3, 9, 3), 'flat');
  assert.equal(direction(), 'flat');
});

test('malformed users are left out', () => {
  const users = readUsers([{ identifier: 'ann', clientIds: ['a', 'b'] }, null, 5, {}, { identifier: 'x', anonymous: true }]);
  assert.deepEqual(users, [
    { identifier: 'ann', connections: 2, isAnonymous: false },
    { identifier: 'x', connections: 1, isAnonymous: true },
  ]);
  assert.deepEqual(readUsers('no list'), []);
});

test('what was sent says how many it reached', () => {
  assert.equal(sentText({ delivered: 2, queued: 0 }), 'Sent: reached 2 connections.');
  assert.equal(sentText({ delivered: 1, queued: 3 }), 'Sent: reached 1 connection, waits for 3 users.');
});

test('a request is answered once, by whoever answers first', () => {
  const sent = [];
  const answers = [];
  const requests = new Requests((request) => sent.push(request) > 0);
  requests.ask({ type: 'a' }, (answer) => answers.push(answer));
  requests.ask({ type: 'b' }, (answer) => answers.push(answer));
  assert.equal(requests.answered({ type: 'ok', requestId: sent[0].requestId }), true);
  assert.equal(requests.answered({ type: 'ok', requestId: sent[0].requestId }), false);
  assert.equal(requests.answered({ type: 'ok' }), false);
  requests.disconnected();
  assert.deepEqual(answers.map(({ type }) => type), ['ok', 'error']);
  const refused = new Requests(() => false);
  refused.ask({ type: 'c' }, (answer) => answers.push(answer));
  assert.match(answers.at(-1).message, /Not connected/);
});

test('each static file has a name of its own', () => {
  const names = staticFiles().map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test('no code makes HTML or code from text', () => {
  for (const { folder, name } of staticFiles().filter((file) => file.name.endsWith('.js'))) {
    assert.doesNotMatch(read(folder, name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\b|new Function/, name);
  }
});

test('the templates have neither inline script nor inline style, and put in nothing raw but the message', () => {
  for (const folder of ['stocks', 'notifications']) {
    const html = read(folder, 'index.mustache');
    assert.doesNotMatch(html, /\sstyle=|<style|\son[a-z]+=/i);
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) assert.match(tag, / src="\{\{root\}\}|type="application\/json"/);
    assert.deepEqual(html.match(/\{\{\{.*?\}\}\}|\{\{&.*?\}\}/g), ['{{{bootstrap}}}']);
    assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//);
  }
});

// Contrast (WCAG 2, 1.4.3) of each text colour on each ground it is used on.
function luminance(hex) {
  const [r, g, b] = hex.match(/[0-9a-f]{2}/gi).map((pair) => {
    const value = parseInt(pair, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

test('text has enough contrast by day and by night', () => {
  const css = read('shared', 'styles.css');
  const [day, night] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) =>
    Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])),
  );
  const grounds = {
    text: ['page', 'surface', 'raised', 'up-wash', 'down-wash', 'accent-wash'],
    muted: ['page', 'surface', 'raised', 'accent-wash'],
    up: ['page', 'surface', 'raised', 'accent-wash'],
    down: ['page', 'surface', 'raised', 'accent-wash'],
    warning: ['surface', 'warning-wash', 'accent-wash'],
    accent: ['surface', 'accent-wash'],
    'accent-text': ['accent'],
  };
  for (const colours of [day, night]) {
    for (const [text, on] of Object.entries(grounds)) {
      for (const ground of on) {
        const ratio = contrast(colours[text], colours[ground]);
        assert.ok(ratio >= 4.5, `${text} ${colours[text]} on ${ground} ${colours[ground]}: ${ratio.toFixed(2)}`);
      }
    }
    assert.ok(contrast(colours.edge, colours.surface) >= 3, 'the edge of a field');
  }
});
