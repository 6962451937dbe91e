// The lines of the page start with what the server has kept: the modules alone,
// and the page in a browser against the real stock tracker.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PATIENCE, useBrowser } from './browser.js';
import { load } from './pages_modules.js';
import { piped, Server } from './servers.js';

const { History } = await load('stock_state.js');
const { Past } = await load('past.js');

const at = (time, price = time) => ({ price, time });

test('what was before is put in front, as far as there is room', () => {
  const history = new History({ spacing: 1, capacity: 4 });
  history.push(30, 30);
  history.push(40, 40);
  history.seed([at(5), at(10), at(20), at(30, 99), at(35)]);
  assert.deepEqual(history.points, [at(10), at(20), at(30), at(40)]);
  history.push(50, 50);
  assert.deepEqual(history.points, [at(20), at(30), at(40), at(50)]);
});

test('a line without a point of its own is all of the past', () => {
  const history = new History();
  history.seed([at(5), at(10)]);
  assert.deepEqual(history.points, [at(5), at(10)]);
});

// A Past whose rows are `symbols`, with what it has sent and filled.
function pastOf(symbols) {
  const sent = [];
  const filled = {};
  const past = new Past({
    send: (request) => sent.push(request),
    rows: () => symbols,
    fill: (symbol, points) => (filled[symbol] = points),
  });
  const looked = async () => {
    past.look();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { past, sent, filled, looked };
}

test('one request asks for the rows in sight, and once', async () => {
  const rows = ['A', 'B'];
  const { past, sent, filled, looked } = pastOf(rows);
  await looked();
  assert.deepEqual(sent.map(({ type, stocks, limit }) => ({ type, stocks, limit })), [
    { type: 'history', stocks: ['A', 'B'], limit: 60 },
  ]);
  const [{ requestId }] = sent;
  assert.equal(past.takes({ type: 'history', requestId: 'another' }), false);
  assert.equal(past.takes({ type: 'history', requestId, data: { A: [[5, '0.10'], [6, 1]] } }), true);
  assert.deepEqual(filled, { A: [at(5, 0.1), at(6, 1)] });
  await looked();
  assert.equal(sent.length, 1);
});

test('a request names no more stocks than an answer holds', async () => {
  const { sent, looked } = pastOf(Array.from({ length: 80 }, (_, i) => `S${i}`));
  await looked();
  assert.equal(sent[0].stocks.length, 50);
});

test('a server that keeps none is asked once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const rows = ['A'];
  const { past, sent } = pastOf(rows);
  past.look();
  t.mock.timers.tick(1_000);
  assert.equal(past.takes({ type: 'error', code: 'history-disabled', requestId: sent[0].requestId }), true);
  rows.push('B');
  past.look();
  t.mock.timers.tick(1_000);
  assert.equal(sent.length, 1);
});

test('a server that is asked too often is asked again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { past, sent } = pastOf(['A']);
  past.look();
  t.mock.timers.tick(1_000);
  past.takes({ type: 'error', code: 'rate-limited', requestId: sent[0].requestId });
  t.mock.timers.tick(600); // later than after an answer
  assert.equal(sent.length, 1);
  t.mock.timers.tick(600);
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[1].stocks, ['A']);
});

describe('in a browser', () => {
  const browser = useBrowser(before, after);
  test('the line of a page that has just come is full', async (t) => {
    const server = await piped(t);
    const seconds = [...Array(20).keys()];
    server.stdin.write(seconds.map((s) => `2021-03-05T15:00:${String(s).padStart(2, '0')}Z,AAPL,${100 + s}\n`).join(''));
    for (let kept = 0; kept < seconds.length; ) {
      const answer = await fetch(`${server.url}api/stocks/AAPL/history`);
      kept = answer.ok ? (await answer.json()).data.AAPL.length : 0;
    }
    const page = await browser.open(t, server.url); // nothing comes any more
    await page.waitForFunction(
      () => document.querySelector('tr[data-symbol="AAPL"] polyline')?.getAttribute('points').split(' ').length >= 20,
      null,
      { timeout: PATIENCE },
    );
    assert.equal(await page.$eval('tr[data-symbol="AAPL"] .sparkline', (line) => line.dataset.direction), 'up');
  });

  test('a server that keeps nothing is no fault', async (t) => {
    const server = await Server.start(t, 'stocks', ['--interval', '100ms', '--stock', 'AAPL=150', '--history-prices', '0']);
    const page = await browser.open(t, server.url);
    await page.waitForSelector('[data-flash]', { state: 'attached' });
    assert.equal(await page.textContent('#announcer'), '');
  });
});
