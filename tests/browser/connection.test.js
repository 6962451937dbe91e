import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { BACKOFF, backoffDelay, Connection, mayReconnect, socketUrl, timeAway } = await load('connection.js');

test('the back-off doubles its span, up to the cap', () => {
  const spans = [0, 1, 2, 3, 4, 5, 6, 99].map((attempt) => backoffDelay(attempt, () => 0.999999));
  assert.deepEqual(spans, [499, 999, 1999, 3999, 7999, 14999, 14999, 14999]);
  assert.equal(BACKOFF.cap, 15_000);
});

test('the back-off is spread over its whole span', () => {
  assert.equal(backoffDelay(5, () => 0), 0);
  assert.equal(backoffDelay(5, () => 0.5), 7_500);
});

test('close codes from 4500 to 4999 mean not to come back', () => {
  for (const code of [1000, 1001, 1006, 1013, 4000, 4001, 4002, 4499]) assert.equal(mayReconnect(code), true, String(code));
  for (const code of [4500, 4501, 4999]) assert.equal(mayReconnect(code), false, String(code));
});

test('the socket is at the same host, encrypted if the page is', () => {
  assert.equal(socketUrl('/stocks', new URL('http://h:8080/a?b#c')), 'ws://h:8080/stocks');
  assert.equal(socketUrl('/stocks', new URL('https://h/')), 'wss://h/stocks');
  // Below the path where a proxy has put it.
  assert.equal(socketUrl('./stocks', new URL('https://h/')), 'wss://h/stocks');
  assert.equal(socketUrl('./stocks', new URL('https://h/below/this/')), 'wss://h/below/this/stocks');
  assert.equal(socketUrl('../stocks', new URL('http://h/below/page/')), 'ws://h/below/stocks');
});

// A browser with a clock that is turned by hand and sockets that do as told.
class FakeBrowser {
  time = 0;
  timers = [];
  sockets = [];
  window = new EventTarget();
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  random = () => 0.5;
  now = () => this.time;
  createSocket = (url) => {
    const socket = { url, sent: [], isClosed: false, send: (text) => socket.sent.push(text), close: () => (socket.isClosed = true) };
    this.sockets.push(socket);
    return socket;
  };
  setTimeout = (callback, delay) => {
    const timer = { callback, at: this.time + delay };
    this.timers.push(timer);
    return timer;
  };
  clearTimeout = (timer) => {
    this.timers = this.timers.filter((other) => other !== timer);
  };

  advance(by) {
    const end = this.time + by;
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.clearTimeout(next);
      this.time = next.at;
      next.callback();
    }
    this.time = end;
  }

  get socket() {
    return this.sockets.at(-1);
  }
}

function connect(options = {}) {
  const browser = new FakeBrowser();
  const states = [];
  const messages = [];
  const connection = new Connection(
    'ws://h/stocks',
    { onState: (state) => states.push(state), onMessage: (message) => messages.push(message), ...options },
    browser,
  );
  connection.start();
  return { browser, connection, states, messages };
}

test('it tells its states and what it hears', () => {
  const { browser, states, messages } = connect();
  browser.socket.onopen();
  browser.socket.onmessage({ data: '{"type":"heartbeat"}' });
  assert.deepEqual(states.map(({ name }) => name), ['connecting', 'open']);
  assert.deepEqual(messages, [{ type: 'heartbeat' }]);
});

test('what is no JSON object is dropped', () => {
  const { browser, messages } = connect();
  browser.socket.onopen();
  for (const data of ['{', '5', 'null', '"x"', new ArrayBuffer(2)]) browser.socket.onmessage({ data });
  assert.deepEqual(messages, []);
});

test('it comes back after the jittered delay', () => {
  const { browser, states } = connect();
  browser.socket.onopen();
  browser.socket.onclose({ code: 1006, reason: '' });
  assert.equal(states.at(-1).name, 'waiting');
  assert.equal(states.at(-1).retryAt, 250);
  browser.advance(249);
  assert.equal(browser.sockets.length, 1);
  browser.advance(1);
  assert.equal(browser.sockets.length, 2);
});

test('a server that restarts says how long to stay away', () => {
  assert.equal(timeAway(4004, 'the server restarts; come back in 3250 ms'), 3250);
  assert.equal(timeAway(4004, 'come back in 0 ms'), 0);
  assert.equal(timeAway(4004, 'come back in 99999999 ms'), 600_000);
  assert.equal(timeAway(4004, 'come back'), null);
  assert.equal(timeAway(4004, undefined), null);
  assert.equal(timeAway(1001, 'come back in 3250 ms'), null);
});

test('it stays away as long as a server that restarts asks for, also if somebody looks', () => {
  const { browser, states } = connect();
  browser.socket.onopen();
  browser.socket.onclose({ code: 4004, reason: 'the server restarts; come back in 3250 ms' });
  assert.equal(states.at(-1).retryAt, 3250);
  browser.advance(1000);
  browser.window.dispatchEvent(new Event('online'));
  browser.document.dispatchEvent(new Event('visibilitychange'));
  browser.advance(2249);
  assert.equal(browser.sockets.length, 1);
  browser.advance(1);
  assert.equal(browser.sockets.length, 2);
  // The next failure is the first one.
  browser.socket.onclose({ code: 1006, reason: '' });
  assert.equal(states.at(-1).retryAt, 3250 + 250);
});

test('failures in a row wait longer, a stable connection begins anew', () => {
  const { browser, states } = connect();
  const delays = [];
  const fail = () => {
    browser.socket.onclose({ code: 1006, reason: '' });
    delays.push(states.at(-1).retryAt - browser.time);
    browser.advance(delays.at(-1));
  };
  for (let i = 0; i < 3; i += 1) fail();
  browser.socket.onopen();
  fail(); // accepted and dropped at once: no better than refused
  browser.socket.onopen();
  browser.advance(5_000);
  fail();
  assert.deepEqual(delays, [250, 500, 1_000, 2_000, 250]);
});

test('a full server is left alone for longer', () => {
  const { browser, states } = connect();
  browser.socket.onclose({ code: 1013, reason: 'full' });
  assert.equal(states.at(-1).retryAt, 4_000);
});

test('it stays away when told so, until the user asks', () => {
  const { browser, connection, states } = connect();
  browser.socket.onopen();
  browser.socket.onclose({ code: 4500, reason: 'banned' });
  browser.advance(1_000_000);
  browser.window.dispatchEvent(new Event('online'));
  assert.equal(browser.sockets.length, 1);
  assert.deepEqual(states.at(-1), { name: 'stopped', code: 4500, reason: 'banned' });
  connection.retryNow();
  assert.equal(browser.sockets.length, 2);
});

for (const [what, dispatch] of [
  ['the browser is online again', ({ window }) => window.dispatchEvent(new Event('online'))],
  ['the tab is looked at', ({ document }) => document.dispatchEvent(new Event('visibilitychange'))],
  ['the page comes out of the cache', ({ window }) => window.dispatchEvent(new Event('pageshow'))],
]) {
  test(`it tries at once when ${what}`, () => {
    const { browser } = connect();
    browser.socket.onclose({ code: 1006, reason: '' });
    dispatch(browser);
    assert.equal(browser.sockets.length, 2);
    browser.advance(400); // the timer that waited is gone
    assert.equal(browser.sockets.length, 2);
  });
}

test('a tab that is hidden does not hurry', () => {
  const { browser } = connect();
  browser.socket.onclose({ code: 1006, reason: '' });
  browser.document.visibilityState = 'hidden';
  browser.document.dispatchEvent(new Event('visibilitychange'));
  assert.equal(browser.sockets.length, 1);
});

test('connecting that leads nowhere is given up', () => {
  const { browser, states } = connect();
  const first = browser.socket;
  browser.advance(10_000);
  assert.equal(states.at(-1).name, 'waiting');
  assert.equal(first.isClosed, true);
  assert.equal(first.onopen, null);
});

test('a silent connection is probed, and replaced if it stays silent', () => {
  let probes = 0;
  const { browser, states } = connect({ probe: () => (probes += 1) });
  browser.socket.onopen();
  browser.advance(39_999);
  assert.equal(probes, 0);
  browser.advance(1);
  assert.equal(probes, 1);
  browser.advance(5_000);
  assert.equal(states.at(-1).name, 'waiting');
  assert.equal(states.at(-1).reason, 'silence');
});

test('a connection that answers the probe or speaks is kept', () => {
  let probes = 0;
  const { browser, connection } = connect({ probe: () => (probes += 1) });
  browser.socket.onopen();
  browser.advance(30_000);
  browser.socket.onmessage({ data: '{}' });
  browser.advance(39_000);
  assert.equal(probes, 0);
  browser.advance(1_000);
  assert.equal(probes, 1);
  browser.socket.onmessage({ data: '{}' });
  browser.advance(5_000);
  assert.equal(connection.state.name, 'open');
  assert.equal(browser.sockets.length, 1);
});

test('what is sent without a connection is refused', () => {
  const { browser, connection } = connect();
  assert.equal(connection.send({ type: 'subscribe' }), false);
  browser.socket.onopen();
  assert.equal(connection.send({ type: 'subscribe' }), true);
  assert.deepEqual(browser.socket.sent, ['{"type":"subscribe"}']);
});
