// Nothing that comes in stops a server or disturbs another client.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import test from 'node:test';

import {connect} from './support/client.js';
import {exchange} from './support/exchange.js';
import {NOTIFIER, STOCK_TRACKER, startServer, within} from './support/program.js';

/** A client that proves by seq and since that it has missed nothing. */
async function connectWitness(t, server) {
  const client = await connect(t, server, '/stocks');
  let last = (await client.takeType('update')).seq;
  return async function seesNext(count) {
    for (let i = 0; i < count; ++i) {
      const message = await client.take((m) => m.type === 'update', 'the next change');
      if (!message.snapshot) {
        assert.ok(message.since <= last, `the chain is whole: ${message.since} after ${last}`);
      }
      assert.ok(message.seq >= last);
      last = message.seq;
    }
  };
}

const deep = (levels) => '['.repeat(levels) + ']'.repeat(levels);

// Text messages that are answered with an error and nothing else.
const refused = [
  ['', 'invalid-json'],
  ['{', 'invalid-json'],
  ['null', 'invalid-json'],
  ['[]', 'invalid-json'],
  ['"add-stock"', 'invalid-json'],
  ['{"type":"add-stock","stock":"A"} {}', 'invalid-json'],
  ['{"type":"add-stock","stock":"\\ud800"}', 'invalid-json'],
  [`{"type":"add-stock","stock":${deep(1000)}}`, 'invalid-json'],
  [deep(8000), 'invalid-json'],
  ['{}', 'missing-field'],
  ['{"type":7}', 'invalid-field'],
  ['{"type":null}', 'missing-field'],
  ['{"type":"no-such-type"}', 'unknown-type'],
  ['{"type":"__proto__"}', 'unknown-type'],
];

const refusedByStocks = [
  ['{"type":"add-stock"}', 'missing-field'],
  ['{"type":"add-stock","stock":1e300}', 'invalid-field'],
  ['{"type":"add-stock","stock":{}}', 'invalid-field'],
  ['{"type":"add-stock","stock":"a\\u0000b"}', 'invalid-symbol'],
  ['{"type":"subscribe","stocks":"AAPL"}', 'invalid-field'],
  ['{"type":"subscribe","stocks":[1]}', 'invalid-field'],
  ['{"type":"subscribe","stocks":["NOPE"]}', 'unknown-stock'],
  ['{"type":"add-stock","stock":"AAPL","requestId":{}}', 'invalid-field'],
];

const refusedByNotifications = [
  ['{"type":"set-identifier","identifier":"all"}', 'reserved-identifier'],
  ['{"type":"set-identifier","identifier":"api"}', 'reserved-identifier'],
  ['{"type":"set-identifier","identifier":"serve\\u200Br"}', 'reserved-identifier'],
  ['{"type":"set-identifier","identifier":"\\u0455erver"}', 'reserved-identifier'],
  ['{"type":"set-identifier","identifier":"\\uFF41\\uFF4C\\uFF4C"}', 'reserved-identifier'],
  ['{"type":"set-identifier","identifier":"\\u3164"}', 'invalid-identifier'],
  ['{"type":"set-identifier","identifier":""}', 'invalid-identifier'],
  ['{"type":"set-identifier","identifier":7}', 'invalid-field'],
  ['{"type":"send-notification","recipientId":"all"}', 'missing-field'],
  ['{"type":"send-notification","recipientId":"all","message":" "}', 'empty-message'],
  ['{"type":"send-notification","recipientId":"all","message":"\\u3164"}', 'empty-message'],
  ['{"type":"send-notification","recipientId":"nobody","message":"x"}', 'unknown-recipient'],
  [JSON.stringify({type: 'send-notification', recipientId: 'all', message: 'x'.repeat(2001)}),
   'message-too-long'],
  ['{"type":"resume","epoch":1,"after":-1}', 'invalid-field'],
];

for (const [path, channel, own] of [[STOCK_TRACKER, '/stocks', refusedByStocks],
                                    [NOTIFIER, '/notifications', refusedByNotifications]]) {
  test(`wrong messages on ${channel} get an error, and the connection stays open`, async (t) => {
    const server = await startServer(t, path);
    const client = await connect(t, server, channel);
    for (const [text, code] of [...refused, ...own]) {
      client.send(text);
      const answer = await client.takeType('error');
      assert.equal(answer.code, code, text.slice(0, 80));
      assert.ok(answer.message.length > 10);
    }
    client.socket.send(Buffer.from([1, 2, 3]));
    assert.equal((await client.takeType('error')).code, 'binary');
    assert.equal(client.closeEvent, null);
  });
}

// Each is closed with the code that says why; see docs/protocol.md.
const closed = [
  ['1 MB of text', 1009, (socket) => socket.send('x'.repeat(1_000_000))],
  ['1 MB of bytes', 1009, (socket) => socket.send(Buffer.alloc(1_000_000))],
  ['text that is not UTF-8', 1007, (socket) => socket._socket.write(maskedFrame(0x81, [0xff, 0xfe]))],
  ['a reserved opcode', 1002, (socket) => socket._socket.write(maskedFrame(0x83, []))],
  ['reserved bits', 1002, (socket) => socket._socket.write(maskedFrame(0xf1, []))],
  ['a frame without a mask', 1002, (socket) => socket._socket.write(Buffer.from([0x81, 0x01, 0x61]))],
  ['a length of 2^63', [1002, 1009],
   (socket) => socket._socket.write(Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]))],
];

function maskedFrame(first, bytes) {
  return Buffer.from([first, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes]);
}

test('bad frames end their own connection only', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--interval', '5ms', '--threads', '2']);
  const seesNext = await connectWitness(t, server);
  for (const [what, codes, send] of closed) {
    const client = await connect(t, server, '/stocks');
    send(client.socket);
    const {code} = await within(client.closed, `the close after ${what}`);
    assert.ok([codes].flat().includes(code), `${what}: ${code}`);
    await seesNext(2);
  }
});

test('what is no good request is answered or dropped, and the updates go on', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--interval', '5ms']);
  const seesNext = await connectWitness(t, server);
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const upgrade = (path, version = 13, rest = key) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: ${version}\r\n${rest}\r\n`;
  const cases = [
    ['GET /no/such/path HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 404/],
    ['GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 40[04]/],
    ['GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 40[04]/],
    ['DELETE /api/stocks HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 405/],
    ['GET /stocks HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 4\d\d/],
    [upgrade('/no/such/channel'), /^HTTP\/1\.1 404/],
    [upgrade('/'), /^HTTP\/1\.1 4\d\d/],
    [upgrade('/stocks', 8), /^HTTP\/1\.1 4\d\d/],
    [upgrade('/stocks', 13, ''), /^HTTP\/1\.1 4\d\d/],
    ['\r\n\r\n', /^(HTTP\/1\.1 4\d\d|$)/],
    ['not http at all\r\n\r\n', /^(HTTP\/1\.1 4\d\d|$)/],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', /^(HTTP\/1\.1 4\d\d|$)/],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, /^(HTTP\/1\.1 4\d\d|$)/],
    ['POST /api/stocks HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', /^(HTTP\/1\.1 4\d\d|$)/],
    ['POST /api/stocks HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n',
     /^(HTTP\/1\.1 4\d\d|$)/],
  ];
  for (const [request, expected] of cases) {
    assert.match(await exchange(server, request), expected, JSON.stringify(request.slice(0, 60)));
    await seesNext(1);
  }
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
});

test('connections that stop half way hold nobody up', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--interval', '5ms']);
  const seesNext = await connectWitness(t, server);
  const halves = ['', 'GET', 'GET / HTTP/1.1\r\nHost: x\r\n',
                  'POST /api/notifications HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc'];
  const sockets = [];
  for (const half of halves) {
    for (let i = 0; i < 5; ++i) {
      const socket = net.connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      t.after(() => socket.destroy());
      await within(once(socket, 'connect'), 'a connection');
      if (half) socket.write(half);
      sockets.push(socket);
    }
  }
  // One reset in the middle, one half closed.
  sockets[0].resetAndDestroy();
  sockets[1].end();
  await seesNext(5);
  // A WebSocket that dies without a word.
  const gone = await connect(t, server, '/stocks');
  gone.socket._socket.resetAndDestroy();
  await seesNext(5);
});

test('garbage of many kinds on a WebSocket connection stops nothing', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--interval', '5ms', '--threads', '2']);
  const seesNext = await connectWitness(t, server);
  // Repeatable: a linear congruential generator (Numerical Recipes).
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  for (let round = 0; round < 30; ++round) {
    const client = await connect(t, server, '/stocks');
    client.socket._socket.write(Buffer.from({length: 300}, random));
    client.socket._socket.end();
    await within(client.closed, 'the end of a connection');
    await seesNext(1);
  }
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
});

test('a client that asks without end is slowed down and closed, the others are not', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--interval', '5ms', '--flood-timeout', '300ms']);
  const seesNext = await connectWitness(t, server);
  const flooder = await connect(t, server, '/stocks');
  for (let i = 0; i < 2_000; ++i) flooder.send('{"type":"add-stock","stock":"AAPL"}');
  const {code} = await within(flooder.closed, 'the end of the flood');
  assert.equal(code, 1008);
  await seesNext(10);
});
