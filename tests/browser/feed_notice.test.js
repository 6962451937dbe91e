// What the page says of prices that are not those of now: the modules alone,
// and the page in a browser against the real stock tracker.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { useBrowser, waitForText } from './browser.js';
import { load } from './pages_modules.js';
import { piped } from './servers.js';

const { feedNotice, OLD } = await load('feed_notice.js');
const { StockState } = await load('stock_state.js');

const MARCH_2021 = Date.UTC(2021, 2, 5, 15);

test('live prices need no notice', () => {
  assert.equal(feedNotice({ state: 'live', time: null }, MARCH_2021), '');
  assert.equal(feedNotice({ state: 'live', time: MARCH_2021 }, MARCH_2021 + OLD), '');
  assert.equal(feedNotice({ state: 'live', time: MARCH_2021 }, MARCH_2021 - OLD), '');
});

test('a notice has the date of the newest price, and why none comes', () => {
  const later = MARCH_2021 + OLD + 1;
  const asOf = 'Prices as of 5 March 2021, 15:00 UTC.';
  assert.equal(feedNotice({ state: 'live', time: MARCH_2021 }, later), asOf);
  assert.equal(feedNotice({ state: 'quiet', time: MARCH_2021 }, MARCH_2021), `No price has come for a while. ${asOf}`);
  assert.equal(feedNotice({ state: 'ended', time: MARCH_2021 }, later), `The feed has ended. ${asOf}`);
  assert.equal(feedNotice({ state: 'failed', time: null }, later), 'The feed has failed.');
});

const snapshot = (status) => ({ type: 'update', snapshot: true, seq: 1, data: { A: 1 }, quotes: {}, ...status });

test('the state is that of the snapshot, then of the newest status', () => {
  const state = new StockState();
  state.apply(snapshot({ status: { feed: 'quiet', time: 5 } }));
  assert.deepEqual(state.feed, { state: 'quiet', time: 5 });
  assert.deepEqual(state.apply({ type: 'status', feed: 'live' }), { kind: 'status' });
  assert.deepEqual(state.feed, { state: 'live', time: 5 });
  state.apply({ type: 'status', feed: 'a state of tomorrow', time: 'x' });
  assert.deepEqual(state.feed, { state: 'live', time: 5 });
  state.apply(snapshot({}));
  assert.deepEqual(state.feed, { state: 'live', time: null });
});

test('prices that come move the time on, and never back', () => {
  const state = new StockState();
  state.apply(snapshot({ status: { feed: 'live' } }));
  state.apply({ type: 'new-stock', seq: 2, since: 1, time: 50, data: { stock: 'B', price: 1 } });
  state.apply({ type: 'update', seq: 3, since: 2, time: 40, data: { A: 2 } });
  assert.equal(state.feed.time, 50);
});

describe('in a browser', () => {
  const browser = useBrowser(before, after);

  test('a price of 2021 that comes now is shown as of 2021', async (t) => {
    const server = await piped(t);
    const page = await browser.open(t, server.url);
    assert.equal(await page.isVisible('#feed'), false);
    server.stdin.write('2021-03-05T15:00:00Z,CSCO,46.14\n');
    await waitForText(page, '#feed', /^Prices as of 5 March 2021, 15:00 UTC\.$/);
    assert.equal(await page.isVisible('#feed'), true);
    assert.match(await page.innerText('#status'), /^Connected\s+Prices as of 5 March 2021, 15:00 UTC/);
    assert.equal(await page.getAttribute('body', 'data-feed'), 'old');
    assert.equal(await page.textContent('tr[data-symbol="CSCO"] .time'), '2021-03-05');
    // A price of now is live, and the older one still says how old it is.
    server.stdin.write('AAPL 150\n');
    await waitForText(page, '#status', /^\s*Live\s+Updated/);
    assert.equal(await page.isVisible('#feed'), false);
    await page.waitForSelector('tr[data-symbol="CSCO"].old');
    await page.waitForSelector('tr[data-symbol="AAPL"]:not(.old)');
  });

  test('the end of the feed is told, also to those who come later or run no script', async (t) => {
    const server = await piped(t);
    const page = await browser.open(t, server.url);
    server.stdin.end('2021-03-05T15:00:00Z,CSCO,46.14\n');
    const told = /^The feed has ended\. Prices as of 5 March 2021, 15:00 UTC\.$/;
    await waitForText(page, '#feed', told);
    await waitForText(page, '#announcer', /The feed has ended/);
    const plain = await browser.openPlain(t, server.url, '#feed', told);
    assert.match(await plain.innerText('#status'), /Prices as of 5 March 2021, 15:00 UTC/);
    const late = await browser.open(t, server.url);
    await waitForText(late, '#feed', told);
  });

  test('a feed that falls silent is told, and that it goes on', async (t) => {
    const server = await piped(t, ['--stale-after', '500ms']);
    const page = await browser.open(t, server.url);
    server.stdin.write('AAPL 150\n');
    await waitForText(page, '#feed', /^No price has come for a while\. Prices as of /);
    const timer = setInterval(() => server.stdin.write('AAPL 151\n'), 100);
    try {
      await page.waitForSelector('#feed', { state: 'hidden' });
    } finally {
      clearInterval(timer);
    }
  });
});
