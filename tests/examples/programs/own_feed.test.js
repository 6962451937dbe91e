import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {OWN_FEED, Program} from './support/program.js';

test("the README's feed in a thread of its own reaches who connects", async (t) => {
  const program = new Program(OWN_FEED, []);
  t.after(() => program.kill('SIGKILL'));
  // It has no options, so its port may be somebody else's here. It says nothing
  // when it listens.
  let client;
  while (!client && !program.ended) {
    client = await connect(t, {url: 'http://127.0.0.1:8080/'}, '/stocks').catch(() => null);
  }
  if (!client) return t.skip(`port 8080 is taken: ${program.stderr}`);
  const prices = [];
  while (prices.length < 3) {
    const update = await client.takeType('update');
    if (update.data.AAPL) prices.push(update.data.AAPL);
  }
  if (program.ended) return t.skip(`port 8080 is taken: ${program.stderr}`);
  assert.ok(prices[0] < prices[1] && prices[1] < prices[2], `${prices}`);
  program.kill('SIGINT');
  assert.deepEqual(await program.end(), {status: 0, signal: null});
});
