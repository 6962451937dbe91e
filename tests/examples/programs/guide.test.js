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
