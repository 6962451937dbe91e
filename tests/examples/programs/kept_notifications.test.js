// What is kept for whom, with the real notifier: reloads, strangers, names that
// change all the time, keys, and many missed at once.
import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, startServer} from './support/program.js';

async function post(server, body, headers = {}) {
  const response = await fetch(`${server.url}api/notifications`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', ...headers},
    body: JSON.stringify(body),
  });
  return {status: response.status, body: await response.json()};
}

/** A connection with a name: {client, id, secret}. */
async function connectAs(t, server, identifier, secret) {
  const client = await connect(t, server, '/notifications');
  const id = await client.takeType('id');
  const named = await client.ask({type: 'set-identifier', identifier, secret});
  assert.equal(named.type, 'identified');
  return {client, id, secret: named.secret};
}

/** Asks until the answer has no `more`. Returns the last answer. */
async function resumeAll(client, epoch, after) {
  for (;;) {
    const answer = await client.ask({type: 'resume', epoch, after});
    assert.equal(answer.type, 'resumed');
    if (answer.more !== true) return answer;
    assert.ok(answer.lastId > after, 'it goes on');
    after = answer.lastId;
  }
}

/** The server has noticed that everybody with the name has left. */
async function untilGone(server, name) {
  const online = async () => (await (await fetch(`${server.url}api/users`)).json()).data;
  while ((await online()).some(({identifier}) => identifier === name));
}

const notified = (client) =>
    client.messages.filter(({type}) => type === 'notification');

test('who reloads gets what was sent meanwhile, once', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const before = await connectAs(t, server, 'ann');
  const first = await post(server, {recipientId: 'ann', message: 'before'});
  await before.client.take(({id}) => id === first.body.id, 'the first');
  await before.client.close();
  await untilGone(server, 'ann');
  const {status, body} = await post(server, {recipientId: 'ann', message: 'in between'});
  assert.deepEqual([status, body.delivered, body.queued], [200, 0, 1]);
  const after = await connectAs(t, server, 'ann', before.secret);
  const resumed = await resumeAll(after.client, before.id.epoch, first.body.id);
  assert.deepEqual([resumed.complete, resumed.count, resumed.unread], [true, 1, 2]);
  assert.deepEqual(notified(after.client).map(({message}) => message), ['in between']);
});

test('a stranger who takes a name gets nothing that was for it before', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const bob = await connectAs(t, server, 'bob');
  await post(server, {recipientId: 'bob', message: 'while bob is here'});
  await bob.client.close();
  await untilGone(server, 'bob');
  await post(server, {recipientId: 'bob', message: 'while bob is away'});
  await post(server, {recipientId: 'all', message: 'for everybody'});
  for (const secret of [undefined, 'a guess', bob.secret.replace(/./g, '0')]) {
    const stranger = await connectAs(t, server, 'bob', secret);
    await resumeAll(stranger.client, stranger.id.epoch, 0);
    assert.deepEqual(notified(stranger.client).map(({message}) => message), ['for everybody']);
    const inbox = await stranger.client.ask({type: 'inbox'});
    assert.deepEqual(inbox.data.map(({message}) => message), ['for everybody']);
    await stranger.client.close();
  }
  const back = await connectAs(t, server, 'bob', bob.secret);
  await resumeAll(back.client, back.id.epoch, 0);
  assert.deepEqual(notified(back.client).map(({message}) => message),
                   ['while bob is here', 'while bob is away', 'for everybody']);
});

test('who changes names all the time pushes nothing out of the log', {timeout: 120_000}, async (t) => {
  const server = await startServer(t, NOTIFIER, [
    '--name-budget', '0:0,0:0,0:0', '--max-messages', '0', '--max-messages-total', '0', '--max-bytes', '0',
  ]);
  const ann = await connectAs(t, server, 'ann');
  await post(server, {recipientId: 'ann', message: 'for ann'});
  await post(server, {recipientId: 'all', message: 'for everybody'});
  await ann.client.close();
  // More names than the log keeps notifications (10,000).
  const restless = await connect(t, server, '/notifications');
  const names = 11_000;
  const batch = 250;
  for (let i = 0; i < names; i += batch) {
    for (let k = i; k < i + batch; k += 1) restless.send({type: 'set-identifier', identifier: `name ${k}`, requestId: k});
    await restless.take(({requestId}) => requestId === i + batch - 1, `name ${i + batch - 1}`);
  }
  assert.ok(!restless.messages.some(({type}) => type === 'error'));
  const back = await connectAs(t, server, 'ann', ann.secret);
  const resumed = await resumeAll(back.client, ann.id.epoch, 0);
  assert.equal(resumed.complete, true);
  assert.deepEqual(notified(back.client).map(({message}) => message), ['for ann', 'for everybody']);
});

test('the same key is the same notification and the same answer', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const ann = await connectAs(t, server, 'ann');
  const body = {recipientId: 'ann', message: 'x'.repeat(1_100), title: 'A long one', level: 'warning'};
  assert.ok(JSON.stringify(body).length > 1_150);
  const key = {'Idempotency-Key': 'order-7'};
  const first = await post(server, body, key);
  const second = await post(server, body, key);
  assert.deepEqual(second, first);
  assert.deepEqual([first.status, first.body.delivered], [200, 1]);
  // At the same moment too.
  const other = {'Idempotency-Key': 'order-8'};
  const [one, two] = await Promise.all([post(server, body, other), post(server, body, other)]);
  assert.equal(one.body.id, two.body.id);
  const last = await post(server, {recipientId: 'ann', message: 'over'});
  await ann.client.take(({id}) => id === last.body.id, 'the last');
  assert.equal(notified(ann.client).length, 3);
});

test('a thousand missed ones come in order, and nobody is closed for slowness', async (t) => {
  // A queue that is far too short for all of them at once.
  const server = await startServer(t, NOTIFIER, ['--max-queued-bytes', `${256 * 1024}`]);
  const before = await connectAs(t, server, 'ann');
  await before.client.close();
  await untilGone(server, 'ann');
  const count = 1_000;
  const long = 'x'.repeat(1_000);
  for (let i = 0; i < count; i += 50) {
    const {status, body} = await post(server, Array.from({length: 50}, (_, k) =>
      ({recipientId: 'ann', message: `${i + k} ${long}`})));
    assert.deepEqual([status, body.length, body[49].queued], [200, 50, 1]);
  }
  const back = await connectAs(t, server, 'ann', before.secret);
  const resumed = await resumeAll(back.client, before.id.epoch, before.id.lastId);
  assert.deepEqual([resumed.complete, resumed.unread], [true, count]);
  assert.deepEqual(notified(back.client).map(({message}) => Number.parseInt(message, 10)),
                   Array.from({length: count}, (_, i) => i));
  assert.equal(back.client.closeEvent, null);
});

test('whoever runs it sets the limits', async (t) => {
  const server = await startServer(t, NOTIFIER, [
    '--max-text-bytes', '20', '--max-batch', '2', '--unknown-users', 'queue', '--max-user-connections', '1',
    '--max-groups', '1', '--max-members', '1', '--max-scheduled', '1', '--max-keys', '1', '--max-resumed', '2',
    '--max-listed-users', '1',
  ]);
  const code = async (body, headers) => {
    const answer = await post(server, body, headers);
    return answer.body.error?.code ?? answer.status;
  };
  assert.equal(await code({recipientId: 'all', message: 'x'.repeat(21)}), 'message-too-long');
  const one = {recipientId: 'all', message: 'x'};
  assert.equal(await code([one, one, one]), 'too-many-notifications');
  assert.equal((await post(server, {recipientId: 'nobody-yet', message: 'x'})).body.queued, 1);
  const later = {...one, deliverAt: Date.now() + 3_600_000};
  assert.equal(await code(later), 200);
  assert.equal(await code(later), 'not-kept');
  const ids = [];
  for (const key of ['a', 'b', 'a']) ids.push((await post(server, one, {'Idempotency-Key': key})).body.id);
  assert.notEqual(ids[0], ids[2], 'the first key was forgotten for the second');
  const ann = await connectAs(t, server, 'ann');
  const again = await connect(t, server, '/notifications');
  assert.equal((await again.ask({type: 'set-identifier', identifier: 'ann'})).code, 'too-many-connections');
  assert.equal((await again.ask({type: 'set-identifier', identifier: 'bob'})).type, 'identified');
  assert.equal((await ann.client.ask({type: 'join', group: '#ops'})).type, 'kept');
  assert.equal((await ann.client.ask({type: 'join', group: '#dev'})).code, 'not-kept');
  assert.equal((await again.ask({type: 'join', group: '#ops'})).code, 'not-kept');
  const resumed = await ann.client.ask({type: 'resume', epoch: ann.id.epoch, after: 0});
  assert.deepEqual([resumed.count, resumed.more], [2, true]);
  const users = await (await fetch(`${server.url}api/users`)).json();
  assert.deepEqual([users.total, users.data.length], [2, 1]);
});

test('what one device reads or deletes, the others hear, and a later one too', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const one = await connectAs(t, server, 'ann');
  const other = await connectAs(t, server, 'ann');
  const ids = [];
  for (let i = 0; i < 4; i += 1) ids.push((await post(server, {recipientId: 'ann', message: `m${i}`, level: 'critical'})).body.id);
  assert.equal((await one.client.ask({type: 'inbox'})).unread, 4);
  assert.equal((await one.client.ask({type: 'read', ids: [ids[0]]})).type, 'kept');
  assert.deepEqual((await other.client.takeType('read')).ids, [ids[0]]);
  assert.equal((await other.client.ask({type: 'delete', id: ids[1]})).type, 'kept');
  assert.equal((await one.client.takeType('deleted')).id, ids[1]);
  const late = await connectAs(t, server, 'ann', one.secret);
  const inbox = await late.client.ask({type: 'inbox'});
  assert.deepEqual(inbox.data.map(({message, read}) => [message, read === true]),
                   [['m3', false], ['m2', false], ['m0', true]]);
  assert.equal(inbox.unread, 2);
});
