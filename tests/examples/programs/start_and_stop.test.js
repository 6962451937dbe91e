import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import net from 'node:net';
import {once} from 'node:events';
import {constants, tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, STOCK_TRACKER, run, startServer, within} from './support/program.js';

const programs = [
  {name: 'tickerhub-stock-tracker', path: STOCK_TRACKER, channel: '/stocks', port: 8080},
  {name: 'tickerhub-notifier', path: NOTIFIER, channel: '/notifications', port: 8081},
];

for (const {name, path, channel, port} of programs) {
  test(`${name} prints one line on standard output once it can be reached`, async (t) => {
    const server = await startServer(t, path);
    assert.match(server.stdout, /^listening on http:\/\/127\.0\.0\.1:\d+\/\n$/);
    assert.notEqual(server.port, 0);
    const health = await fetch(`${server.url}healthz`);
    assert.equal(health.status, 200);
    assert.equal((await health.text()).trim(), 'ok');
    server.kill('SIGTERM');
    await server.end();
    assert.match(server.stdout, /^listening on [^\n]*\n$/, 'nothing else came');
  });

  for (const signal of ['SIGINT', 'SIGTERM']) {
    test(`${name} ends with status 0 on ${signal} and tells its clients to come back`, async (t) => {
      const server = await startServer(t, path, ['--threads', '2']);
      const client = await connect(t, server, channel);
      server.kill(signal);
      assert.deepEqual(await server.end(), {status: 0, signal: null});
      assert.equal((await within(client.closed, 'the close')).code, 1001);
    });
  }

  test(`${name} leaves signals to its first thread`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
    t.after(() => rmSync(folder, {recursive: true}));
    const store = path === NOTIFIER ? ['--store', join(folder, 'log.db')] : [];
    const server = await startServer(t, path, ['--threads', '3', ...store]);
    assert.equal((await fetch(`${server.url}healthz`)).status, 200); // all run now
    const {pid} = server.child;
    const others = readdirSync(`/proc/${pid}/task`).filter((thread) => thread !== `${pid}`);
    assert.ok(others.length >= 3, `threads: ${others.length}`);
    const blocks = (thread, signal) => {
      const [, mask] = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8').match(/^SigBlk:\t(\w+)$/m);
      return (BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) % 2n === 1n;
    };
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
      assert.ok(!blocks(pid, signal), signal);
      for (const thread of others) assert.ok(blocks(thread, signal), `${signal} in ${thread}`);
    }
  });

  test(`${name} --help tells every option with its default and how to use it`, async () => {
    const {status, stdout, stderr} = await run(path, ['--help']);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    for (const option of ['--address', '--port', '--reuse-port', '--threads', '--log-level', '--config', '--pages',
                          '--help', '--version']) {
      assert.ok(stdout.includes(`  ${option} `), `${option} in\n${stdout}`);
    }
    assert.ok(stdout.includes(`[${port}]`));
    assert.ok(stdout.includes('[127.0.0.1]'));
    assert.match(stdout, /Examples:\n {2}.*tickerhub-.*\n {2}.*tickerhub-/);
    assert.match(stdout, /Exit status: 0 .*, 1 .*, 2 /);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
  });

  test(`${name} --help is as narrow as the terminal`, async () => {
    // script gives the program a terminal.
    const {status, stdout} = await run('script', ['-qec', `stty cols 60; exec "${path}" --help`, '/dev/null']);
    assert.equal(status, 0, stdout);
    const [options] = stdout.split('Examples:');
    assert.match(options, /--port N/);
    for (const line of options.split('\r\n')) assert.ok(line.length <= 60, line);
  });

  test(`${name} --version prints the version of the headers`, async () => {
    const header = readFileSync(new URL('../../../include/tickerhub/version.h', import.meta.url), 'utf8');
    const [, version] = header.match(/TICKERHUB_VERSION "([^"]+)"/);
    assert.deepEqual(await run(path, ['--version']),
                     {status: 0, signal: null, stdout: `${name} ${version}\n`, stderr: ''});
  });

  test(`${name} says in one sentence that a port is taken`, async (t) => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const taken = String(other.address().port);
    const {status, stdout, stderr} = await run(path, ['--port', taken]);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(lastLine(stderr), new RegExp(`^${name}: .*${taken}`));
    assert.match(lastLine(stderr), /in use|taken/);
  });

  test(`${name} says in one sentence that an address is none of this machine`, async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737).
    const {status, stdout, stderr} = await run(path, ['--address', '192.0.2.1', '--port', '0']);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(lastLine(stderr), new RegExp(`^${name}: .*192\\.0\\.2\\.1`));
  });

  test(`${name} says in one sentence that an address makes no sense`, async () => {
    const {status, stdout, stderr} =
        await run(path, ['--address', 'no such address', '--port', '0']);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(lastLine(stderr), new RegExp(`^${name}: .*no such address`));
  });

  test(`${name} says in one sentence that it may not use a port`, async (t) => {
    const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
    if (first <= 80) return t.skip('here everybody may use port 80');
    const isRoot = process.getuid() === 0;
    const {status, stderr} = isRoot ?
        await run('setpriv', ['--bounding-set=-net_bind_service', path, '--port', '80']) :
        await run(path, ['--port', '80']);
    if (isRoot && /setpriv/.test(stderr)) return t.skip('cannot drop the capability here');
    assert.equal(status, 1);
    assert.match(lastLine(stderr), new RegExp(`^${name}: .*80`));
    assert.match(lastLine(stderr), /permission|may not|privilege/i);
  });
}

// Logging goes to standard error too; the sentence is the last word.
function lastLine(text) {
  return text.trimEnd().split('\n').at(-1);
}
