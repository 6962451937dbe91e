import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {exchange} from './support/exchange.js';
import {NOTIFIER, startServer} from './support/program.js';

async function post(server, body, headers = {}) {
  const response = await fetch(`${server.url}api/notifications`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', ...headers},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {status: response.status, body: await response.json()};
}

/** Another way in than loopback: an address on which a token is needed. */
const everywhere = ['--address', '0.0.0.0'];

async function startEverywhere(t, options) {
  const server = await startServer(t, NOTIFIER, [...everywhere], options);
  server.url = `http://127.0.0.1:${server.port}/`;
  return server;
}

test('any program can notify everybody, or one user on all of their connections', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const tabs = [];
  for (const name of ['ann', 'ann', 'bob']) {
    const tab = await connect(t, server, '/notifications');
    assert.equal((await tab.ask({type: 'set-identifier', identifier: name})).type, 'identified');
    tabs.push(tab);
  }
  const toAll = await post(server, {recipientId: 'all', message: 'Lunch', level: 'success'});
  assert.equal(toAll.status, 200);
  assert.deepEqual([toAll.body.delivered, toAll.body.queued], [3, 0]);
  for (const tab of tabs) {
    const got = await tab.take((m) => m.id === toAll.body.id, 'the notification');
    assert.deepEqual([got.message, got.scope, got.from, got.level],
                     ['Lunch', 'all', 'api', 'success']);
  }
  const toAnn = await post(server, {recipientId: 'ann', message: 'For Ann'});
  assert.equal(toAnn.body.delivered, 2);
  for (const tab of tabs.slice(0, 2)) {
    assert.equal((await tab.take((m) => m.id === toAnn.body.id, 'it')).scope, 'personal');
  }
  // Behind this one bob would have had the personal one.
  const last = await post(server, {recipientId: 'all', message: 'Over'});
  await tabs[2].take((m) => m.id === last.body.id, 'the last one');
  assert.ok(!tabs[2].messages.some((m) => m.message === 'For Ann'));
});

test('what the API cannot accept it answers with a status, a code and a sentence', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const client = await connect(t, server, '/notifications');
  const cases = [
    ['{', 400, 'invalid-json'],
    ['5', 400, 'invalid-json'],
    ['"x"', 400, 'invalid-json'],
    [{recipientId: 'all'}, 400, 'missing-field'],
    [{recipientId: 'all', message: 7}, 400, 'invalid-field'],
    [{recipientId: 'all', message: 'x', level: 'loud'}, 400, 'invalid-field'],
    [{recipientId: 'all', message: '  '}, 400, 'empty-message'],
    [{recipientId: 'all', message: 'x'.repeat(2001)}, 413, 'message-too-long'],
    [{recipientId: 'nobody', message: 'x'}, 404, 'unknown-recipient'],
  ];
  for (const [body, status, code] of cases) {
    const answer = await post(server, body);
    assert.deepEqual([answer.status, answer.body.error?.code], [status, code], JSON.stringify(body));
    assert.ok(answer.body.error.message.length > 10);
  }
  const fine = await post(server, {recipientId: 'all', message: 'x'});
  await client.take((m) => m.id === fine.body.id, 'the good one');
  const delivered = client.messages.filter((m) => m.type === 'notification' && m.from === 'api');
  assert.equal(delivered.length, 1, 'nothing else happened');
});

test('writes need Content-Type: application/json', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const body = {recipientId: 'all', message: 'x'};
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    assert.equal((await post(server, body, {'Content-Type': type})).status, 415, type);
  }
  const fine = await post(server, body, {'Content-Type': 'application/json; charset=utf-8'});
  assert.equal(fine.status, 200);
});

test('a body beyond the limit is refused before it is sent', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const answer = await exchange(
      server, 'POST /api/notifications HTTP/1.1\r\nHost: x\r\n' +
                  'Content-Type: application/json\r\nContent-Length: 70000\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.equal((await post(server, {recipientId: 'all', message: 'x'})).status, 200);
});

for (const [how, args, env] of [['an option', ['--api-token', 'secret'], {}],
                                ['the environment', [], {TICKERHUB_API_TOKEN: 'secret'}]]) {
  test(`with a token from ${how} writes need it`, async (t) => {
    const server = await startServer(t, NOTIFIER, args, {env});
    const body = {recipientId: 'all', message: 'x'};
    assert.equal((await post(server, body)).status, 401);
    assert.equal((await post(server, body, {Authorization: 'Bearer wrong'})).status, 401);
    assert.equal((await post(server, body, {Authorization: 'Bearer secret2'})).status, 401);
    assert.equal((await post(server, body, {Authorization: 'Basic secret'})).status, 401);
    assert.equal((await post(server, body, {Authorization: 'Bearer secret'})).status, 200);
  });
}

test('beyond loopback writes are refused without a token, and the log says what to do', async (t) => {
  const server = await startEverywhere(t, {env: {TICKERHUB_API_TOKEN: ''}});
  await server.output('stderr', /warning .*TICKERHUB_API_TOKEN/);
  const answer = await post(server, {recipientId: 'all', message: 'x'});
  assert.equal(answer.status, 403);
  assert.ok(answer.body.error.message.length > 10);
  assert.equal((await fetch(`${server.url}api/users`)).status, 200, 'reading is free');
});

test('beyond loopback writes with the token are accepted', async (t) => {
  const server = await startEverywhere(t, {env: {TICKERHUB_API_TOKEN: 'secret'}});
  const body = {recipientId: 'all', message: 'x'};
  assert.equal((await post(server, body)).status, 401);
  assert.equal((await post(server, body, {Authorization: 'Bearer secret'})).status, 200);
  assert.doesNotMatch(server.stderr, /warning .*TICKERHUB_API_TOKEN/);
});

test('beyond loopback clients without an identity cannot send, with an API token or without', async (t) => {
  for (const token of ['', 'secret']) {
    const server = await startEverywhere(t, {env: {TICKERHUB_API_TOKEN: token}});
    await server.output('stderr', /warning .*clients can't send.*--anyone-may-send/);
    const client = await connect(t, server, '/notifications');
    const {clientId} = await client.takeType('id');
    for (const recipientId of ['all', clientId]) {
      const answer = await client.ask({type: 'send-notification', recipientId, message: 'x'});
      assert.deepEqual([answer.type, answer.code], ['error', 'sending-disabled']);
    }
    const page = await (await fetch(server.url)).text();
    assert.match(page, /Sending is off: other machines can connect/);
    assert.match(page, /<fieldset class="whole" disabled/);
  }
});

test('beyond loopback everybody may send if an option says so', async (t) => {
  const server = await startServer(t, NOTIFIER, [...everywhere, '--anyone-may-send']);
  server.url = `http://127.0.0.1:${server.port}/`;
  const client = await connect(t, server, '/notifications');
  const answer = await client.ask({type: 'send-notification', recipientId: 'all', message: 'x'});
  assert.equal(answer.type, 'sent');
  assert.equal((await post(server, {recipientId: 'all', message: 'x'})).status, 200);
  assert.doesNotMatch(await (await fetch(server.url)).text(), /Sending is off|disabled aria/);
});

test('GET /api/users is the users message', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const client = await connect(t, server, '/notifications');
  await client.ask({type: 'set-identifier', identifier: 'ann'});
  const users = await (await fetch(`${server.url}api/users`)).json();
  assert.equal(users.type, 'users');
  assert.equal(users.total, 1);
  assert.equal(users.data[0].identifier, 'ann');
});
