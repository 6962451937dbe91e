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
