// A second opinion on what a correct client does: npm's ws.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import test from 'node:test';

import WebSocket from 'ws';

import {startServer, within} from '../examples/programs/support/program.js';

const ECHO = process.env.TICKERHUB_ECHO;
const MIB = 1024 * 1024;

const someText = (size) => {
  let text = '';
  for (let i = 0; text.length < size; ++i) text += `{"price":"${i * 7919 % 100003}"}`;
  return text.slice(0, size);
};

/** Messages in the order in which they came, to be taken one by one. */
async function connect(t, server, perMessageDeflate) {
  const socket = new WebSocket(server.url.replace(/^http/, 'ws'),
                               {perMessageDeflate, maxPayload: 64 * MIB});
  t.after(() => socket.terminate());
  const came = [];
  const waiting = [];
  socket.on('message', (data, binary) => {
    const resolve = waiting.shift();
    if (resolve) resolve({data, binary});
    else came.push({data, binary});
  });
  const next = () => within(
      came.length > 0 ? Promise.resolve(came.shift()) :
                        new Promise((resolve) => waiting.push(resolve)),
      'a message');
  await within(once(socket, 'open'), 'a session');
  return {socket, next};
}

async function expectEcho(client, message) {
  client.socket.send(message);
  const {data, binary} = await client.next();
  assert.equal(binary, typeof message !== 'string');
  assert.ok(data.equals(Buffer.from(message)), `${message.length} came back changed`);
}

async function close(client) {
  client.socket.close(1000, 'done');
  const [code] = await within(once(client.socket, 'close'), 'the close');
  assert.equal(code, 1000);
}

const parameters = {
  'no compression': false,
  'compression with the defaults': {threshold: 0},
  'no context takeover': {
    threshold: 0,
    clientNoContextTakeover: true,
    serverNoContextTakeover: true,
  },
};
for (let bits = 9; bits <= 15; ++bits) {
  parameters[`windows of ${bits} bits`] = {
    threshold: 0,
    clientMaxWindowBits: bits,
    serverMaxWindowBits: bits,
  };
}

for (const [name, perMessageDeflate] of Object.entries(parameters)) {
  test(`gets back what it sends, with ${name}`, async (t) => {
    const server = await startServer(t, ECHO, ['--compression']);
    const client = await connect(t, server, perMessageDeflate);
    assert.equal(client.socket.extensions, perMessageDeflate ? 'permessage-deflate' : '');
    for (const size of [0, 1, 125, 126, 127, 128, 255, 256, 65535, 65536, 65537, MIB]) {
      await expectEcho(client, someText(size));
      await expectEcho(client, randomBytes(size));
    }
    await close(client);
  });
}

test('gets back 16 MiB', async (t) => {
  const server = await startServer(t, ECHO, ['--compression']);
  for (const perMessageDeflate of [false, {}]) {
    const client = await connect(t, server, perMessageDeflate);
    await expectEcho(client, someText(16 * MIB));
    await expectEcho(client, randomBytes(16 * MIB));
    await close(client);
  }
});

test('gets back what it sends in fragments, compressed or not', async (t) => {
  const server = await startServer(t, ECHO, ['--compression']);
  const client = await connect(t, server, {threshold: 0});
  for (const compress of [true, false]) {
    for (const parts of [['one'], ['', ''], ['a', '', 'b'], ['\u20ac', someText(5000), 'end']]) {
      parts.forEach((part, i) => {
        client.socket.send(part, {fin: i === parts.length - 1, compress});
      });
      const {data, binary} = await client.next();
      assert.equal(binary, false);
      assert.equal(data.toString(), parts.join(''));
    }
  }
  await close(client);
});

test('is not answered with compression where that is off', async (t) => {
  const server = await startServer(t, ECHO);
  const client = await connect(t, server, {threshold: 0});
  assert.equal(client.socket.extensions, '');
  await expectEcho(client, someText(5000));
  await close(client);
});

test('gets pongs, and nothing unasked', async (t) => {
  const server = await startServer(t, ECHO);
  const client = await connect(t, server, false);
  let pings = 0;
  client.socket.on('ping', () => ++pings);
  for (const payload of ['', 'x', 'p'.repeat(125)]) {
    client.socket.ping(payload);
    const [answer] = await within(once(client.socket, 'pong'), 'a pong');
    assert.equal(answer.toString(), payload);
  }
  await close(client);
  assert.equal(pings, 0);
});
