// What an operator sees of the two programs.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, STOCK_TRACKER, run, startServer, within} from './support/program.js';

const root = new URL('../../../', import.meta.url).pathname;

const programs = [
  {name: 'tickerhub-stock-tracker', path: STOCK_TRACKER, channel: '/stocks'},
  {name: 'tickerhub-notifier', path: NOTIFIER, channel: '/notifications'},
];

// The objects of a log in JSON.
const objects = (server) => server.stderr.trim().split('\n').map((line) => JSON.parse(line));

for (const {name, path: program, channel} of programs) {
  test(`${name} logs JSON, one object a line, and requests without their query`, async (t) => {
    const server = await startServer(t, program, ['--log-format', 'json', '--access-log']);
    await fetch(`${server.url}none?token=secret`);
    const client = await connect(t, server, channel);
    server.kill('SIGTERM');
    await server.end();
    await within(client.closed, 'the close');
    const access = objects(server).filter(({message}) => message === 'access');
    assert.deepEqual(access.map(({method, path, status}) => `${method} ${path} ${status}`),
                     ['GET /none 404', `GET ${channel} 101`]);
    for (const {time, level, remote} of access) {
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.equal(level, 'info');
      assert.equal(remote, '127.0.0.1');
    }
    assert.ok(!server.stderr.includes('secret'));
  });

  test(`${name} goes on while nobody reads its log, and says how much is lost`, async (t) => {
    const server = await startServer(t, program, ['--access-log']);
    server.child.stderr.pause();
    for (let i = 0; i < 3000; ++i) {
      const response = await within(fetch(`${server.url}${'x'.repeat(1000)}`), 'an answer');
      assert.equal(response.status, 404);
    }
    server.child.stderr.resume();
    await server.output('stderr', /xxx 404 /);
    await fetch(`${server.url}${'y'.repeat(1000)}`);
    await server.output('stderr', /\n\S+ warning \d+ lines of the log are lost: .+\n\S+ info access .+ GET \/y+ 404 /);
  });

  test(`${name} logs a refused handshake at info`, async (t) => {
    const server = await startServer(t, program);
    await assert.rejects(connect(t, server, '/none'));
    await server.output('stderr', /info refused 127\.0\.0\.1 \(no-channel\): /);
  });

  test(`${name} --drain-seconds tells clients when to come back and stays reachable meanwhile`, async (t) => {
    const server = await startServer(t, program, ['--drain-seconds', '1h', '--threads', '2']);
    const client = await connect(t, server, channel);
    assert.equal((await fetch(`${server.url}readyz`)).status, 200);
    server.kill('SIGTERM');
    const {code, reason} = await within(client.closed, 'the close');
    assert.equal(code, 4004);
    assert.match(String(reason), /^the server restarts; come back in \d+ ms$/);
    const ready = await fetch(`${server.url}readyz`);
    assert.equal(ready.status, 503);
    assert.equal(await ready.text(), 'the server is about to stop\n');
    assert.equal((await fetch(`${server.url}healthz`)).status, 200);
    server.kill('SIGTERM');
    assert.deepEqual(await server.end(), {status: 0, signal: null});
  });

  test(`${name} has a unit that systemd takes`, {skip: !process.env.TICKERHUB_SYSTEMD_ANALYZE}, (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tickerhub-unit-'));
    t.after(() => rmSync(folder, {recursive: true}));
    const unit = readFileSync(`${root}docs/operations/${name}.service`, 'utf8');
    assert.ok(unit.includes(`ExecStart=/usr/bin/${name} `));
    const file = path.join(folder, `${name}.service`);
    writeFileSync(file, unit.replace(`/usr/bin/${name}`, program).replace(/^Documentation=.*\n/m, ''));
    const said = execFileSync(process.env.TICKERHUB_SYSTEMD_ANALYZE, ['verify', '--man=no', file],
                              {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']});
    assert.equal(said, '');
  });

  test(`${name} takes the options of its unit`, async (t) => {
    const unit = readFileSync(`${root}docs/operations/${name}.service`, 'utf8');
    const args = unit.match(/^ExecStart=\S+ (.*)$/m)[1].split(' ');
    const server = await startServer(t, program, args.slice(0, args.indexOf('--config')));
    assert.equal((await fetch(`${server.url}healthz`)).status, 200);
    server.kill('SIGINT'); // SIGTERM would drain
    assert.deepEqual(await server.end(), {status: 0, signal: null});
  });

  test(`${name} refuses a log format that it does not know`, async () => {
    const {status, stderr} = await run(program, ['--log-format', 'xml']);
    assert.equal(status, 2);
    assert.match(stderr, /--log-format must be text or json, not "xml"/);
  });
}

test('the stock tracker is not ready before its first price and after the end of its source', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin', '--ready-max-age', '1h', '--ready-needs-feed'],
                                   {stdin: 'pipe'});
  const ready = async () => {
    const response = await fetch(`${server.url}readyz`);
    return `${response.status} ${(await response.text()).trim()}`;
  };
  const until = async (wanted) => {
    for (let seen = ''; seen !== wanted;) seen = await ready();
  };
  assert.equal(await ready(), '503 no price has come yet');
  server.child.stdin.write('AAPL 150\n');
  await within(until('200 ok'), 'the price');
  server.child.stdin.end();
  await within(until('503 the source of prices has ended'), 'the end');
  assert.equal((await fetch(`${server.url}healthz`)).status, 200);
});
