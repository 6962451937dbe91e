// What docs/guide.md promises of its programs.
import assert from 'node:assert/strict';
import test from 'node:test';

import {connect, refusal} from './support/client.js';
import {guide, startServer, within} from './support/program.js';

test('own channel: the whole book comes first, then what has changed', async (t) => {
  const server = await startServer(t, guide('own_channel'));
  const client = await connect(t, server, '/orders');
  const whole = await client.take(() => true, 'the whole book');
  assert.equal(whole['150.5'], 300);
  const amounts = [];
  while (amounts.length < 3) {
    const changes = await client.take((message) => !('150.5' in message), 'a change of the other price');
    assert.deepEqual(Object.keys(changes), ['150.25']);
    amounts.push(changes['150.25']);
  }
  for (const amount of amounts) assert.ok([0, 100, 200, 300, 400].includes(amount), `${amounts}`);
});

test('own channel: a client that talks is closed with a reason', async (t) => {
  const server = await startServer(t, guide('own_channel'));
  const client = await connect(t, server, '/orders');
  client.send('buy!');
  assert.deepEqual(await within(client.closed, 'the close'),
                   {code: 1008, reason: 'only the server talks'});
});

// ---- Who may connect?

const TOKEN = 'a-long-random-text';
const SITE = 'https://example.com';
// Each way to show a token: what the client gives with the handshake.
const ways = [
  {path: '/query', with: (token) => ({query: `?token=${token}`})},
  {path: '/cookie', with: (token) => ({headers: {Cookie: `a=b; token=${token}`, Origin: SITE}})},
  {path: '/header', with: (token) => ({headers: {Authorization: `Bearer ${token}`}})},
  {path: '/subprotocol', with: (token) => ({protocols: ['greetings.v1', `token.${token}`]})},
];

for (const way of ways) {
  test(`admission: ${way.path} knows whose token it is, and refuses any other`, async (t) => {
    const server = await startServer(t, guide('admission'));
    const client = await connect(t, server, way.path, way.with(TOKEN));
    assert.equal(await client.take(() => true, 'a greeting'), 'hello ann');
    assert.equal(client.socket.protocol, way.path === '/subprotocol' ? 'greetings.v1' : '');
    for (const token of ['', 'a', `${TOKEN}x`, TOKEN.replace('t', 'T')]) {
      assert.deepEqual(await refusal(server, way.path, way.with(token)), {status: 403, body: 'who are you?\n'});
    }
    assert.equal((await refusal(server, way.path, {})).status, 403);
  });
}

test('admission: a cookie that a page of another site sends does not count', async (t) => {
  const server = await startServer(t, guide('admission'));
  const headers = {Cookie: `token=${TOKEN}`, Origin: 'https://evil.example'};
  assert.equal((await refusal(server, '/cookie', {headers})).status, 403);
});

test('admission later: another thread answers', async (t) => {
  const server = await startServer(t, guide('admission_later'));
  const client = await connect(t, server, `/stocks?token=${TOKEN}`);
  assert.equal((await client.takeType('update')).snapshot, true);
  assert.deepEqual(await refusal(server, '/stocks?token=b', {}), {status: 403, body: 'who are you?\n'});
});

// ---- One user, many devices

const operator = {Authorization: 'Bearer the-token-of-the-operator'};

function notify(server, recipientId, message) {
  return fetch(`${server.url}api/notifications`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', ...operator},
    body: JSON.stringify({recipientId, message}),
  });
}

test('devices: a notification reaches both devices of a user, and nobody else', async (t) => {
  const server = await startServer(t, guide('devices'));
  const phone = await connect(t, server, `/notifications?token=${TOKEN}`);
  const laptop = await connect(t, server, `/notifications?token=${TOKEN}`);
  const bob = await connect(t, server, '/notifications?token=another-random-text');
  const answer = await (await notify(server, 'ann', 'for ann')).json();
  assert.equal(answer.delivered, 2);
  await notify(server, 'all', 'for all');
  const first = async (client) => (await client.takeType('notification')).message;
  assert.deepEqual([await first(phone), await first(laptop), await first(bob)], ['for ann', 'for ann', 'for all']);
});

test('devices: nobody takes another name or sends to all', async (t) => {
  const server = await startServer(t, guide('devices'));
  const ann = await connect(t, server, `/notifications?token=${TOKEN}`);
  const renamed = await ann.ask({type: 'set-identifier', identifier: 'bob'});
  assert.equal(renamed.code, 'identity-is-fixed');
  const sent = await ann.ask({type: 'send-notification', recipientId: 'all', message: 'buy!'});
  assert.equal(sent.code, 'sending-disabled');
  assert.equal((await refusal(server, '/notifications', {})).status, 403);
});

test('devices: the operator kicks all devices of a user, nobody else does', async (t) => {
  const server = await startServer(t, guide('devices'));
  const devices = [await connect(t, server, `/notifications?token=${TOKEN}`),
                   await connect(t, server, `/notifications?token=${TOKEN}`)];
  const stranger = await fetch(`${server.url}kick?user=ann`, {method: 'POST'});
  assert.equal(stranger.status, 403);
  const kicked = await fetch(`${server.url}kick?user=ann`, {method: 'POST', headers: operator});
  assert.equal(await kicked.text(), '2 closed\n');
  const nobody = await fetch(`${server.url}kick`, {method: 'POST', headers: operator});
  assert.equal(await nobody.text(), '0 closed\n');
  for (const device of devices) assert.equal((await within(device.closed, 'the close')).code, 4500);
});

// ---- A main loop of its own

test('main loop: its prices and removals reach clients, and its end stops the server', async (t) => {
  const server = await startServer(t, guide('main_loop'), [], {stdin: 'pipe'});
  const client = await connect(t, server, '/stocks');
  server.child.stdin.write('AAPL 150.25\n');
  assert.deepEqual((await client.takeType('new-stock')).data, {stock: 'AAPL', price: 150.25});
  server.child.stdin.write('AAPL 150.50 AAPL expensive AAPL 151\n');
  await client.take((message) => message.data?.AAPL === 151, 'the newest price');
  await server.output('stderr', /expensive is no price/);
  server.child.stdin.end('AAPL gone\n');
  assert.deepEqual((await client.takeType('stock-removed')).data, {stock: 'AAPL'});
  assert.deepEqual(await server.end(), {status: 0, signal: null});
  assert.equal((await within(client.closed, 'the close')).code, 1001);
});
