import assert from 'node:assert/strict';
import test from 'node:test';

import {connect} from './support/client.js';
import {Program, QUICKSTART} from './support/program.js';

test("the README's program has a page and pushes prices to who connects", async (t) => {
  const program = new Program(QUICKSTART, []);
  t.after(() => program.kill('SIGKILL'));
  const started = await program.output('stdout', /^http:\/\/127\.0\.0\.1:8080\/\n/).catch((error) => {
    // It has no options, so its port may be somebody else's here.
    if (/8080/.test(program.stderr)) return null;
    throw error;
  });
  if (!started) return t.skip(`port 8080 is taken: ${program.stderr}`);
  const page = await fetch('http://127.0.0.1:8080/');
  assert.equal(page.status, 200);
  const html = await page.text();
  for (const text of ['AAPL', 'BTC-USD', './stocks.js']) assert.ok(html.includes(text), text);
  assert.equal((await fetch('http://127.0.0.1:8080/stocks.js')).status, 200);
  const client = await connect(t, {url: 'http://127.0.0.1:8080/'}, '/stocks');
  const snapshot = await client.takeType('update');
  assert.deepEqual(Object.keys(snapshot.data).sort(), ['AAPL', 'BTC-USD']);
  const update = await client.takeType('update');
  assert.ok(update.since <= snapshot.seq, 'nothing is missing');
  program.kill('SIGINT');
  assert.deepEqual(await program.end(), {status: 0, signal: null});
});
