// tickerhub-echo as those who start it meet it.
import assert from 'node:assert/strict';
import test from 'node:test';

import {run, startServer} from '../examples/programs/support/program.js';

const ECHO = process.env.TICKERHUB_ECHO;

test('prints one line on standard output once it can be reached', async (t) => {
  const server = await startServer(t, ECHO);
  assert.match(server.stdout, /^listening on http:\/\/127\.0\.0\.1:\d+\/\n$/);
  assert.notEqual(server.port, 0);
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`ends with status 0 on ${signal}`, async (t) => {
    const server = await startServer(t, ECHO, ['--compression']);
    server.kill(signal);
    assert.deepEqual(await server.end(), {status: 0, signal: null});
    assert.equal(server.stderr, '');
  });
}

test('takes the port that it is given, and says so if that is taken', async (t) => {
  const server = await startServer(t, ECHO);
  const {status, stdout, stderr} = await run(ECHO, ['--port', `${server.port}`]);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^tickerhub-echo: [^\n]+\n$/);
  assert.match(stderr, new RegExp(`${server.port}`));
});

test('--help tells every option', async () => {
  const {status, stdout, stderr} = await run(ECHO, ['--help']);
  assert.equal(status, 0);
  assert.equal(stderr, '');
  for (const option of ['--port', '--compression', '--help']) {
    assert.match(stdout, new RegExp(`^  ${option} `, 'm'));
  }
});

test("refuses what its options can't mean", async () => {
  const cases = [
    [['--port', 'http'], /--port must be a whole number from 0 to 65535, not "http"/],
    [['--port', '65536'], /from 0 to 65535/],
    [['--port=-1'], /from 0 to 65535/],
    [['--port'], /--port must be given once, with one value/],
    [['--port', '1', '--port', '2'], /--port must be given once/],
    [['--compression=maybe'], /--compression/],
    [['--bogus'], /--bogus/],
    [['stray'], /stray/],
  ];
  for (const [args, expected] of cases) {
    const {status, stdout, stderr} = await run(ECHO, args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^tickerhub-echo: [^\n]+\n$/);
    assert.match(stderr, expected);
  }
});
