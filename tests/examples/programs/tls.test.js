// TLS as users of the programs meet it: https:// and wss://, several listeners,
// certificates that are replaced. The clients are Node's and the openssl command.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, writeFileSync} from 'node:fs';
import https from 'node:https';
import test from 'node:test';
import tls from 'node:tls';

import {makeCertificate} from './support/certificate.js';
import {connect} from './support/client.js';
import {NOTIFIER, NOTIFY, run, STOCK_TRACKER, startServer, within} from './support/program.js';

const withTls = ({certificate, key}) => ['--tls-cert', certificate, '--tls-key', key];

/** {status, body} of a GET request that trusts `ca` only. */
async function get(url, ca) {
  const request = https.get(url, {ca, agent: false});
  const [response] = await within(once(request, 'response'), `an answer from ${url}`);
  let body = '';
  for await (const chunk of response) body += chunk;
  return {status: response.statusCode, body};
}

/** The name in the certificate that a server shows now. */
async function nameNow(server) {
  const socket = tls.connect({port: server.port, host: '127.0.0.1', rejectUnauthorized: false});
  await within(once(socket, 'secureConnect'), 'a handshake');
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

/** What the openssl command says to a server, with these arguments. */
function sClient(port, args) {
  const {stdout, stderr} = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...args],
                                     {input: '', encoding: 'utf8', timeout: 60_000});
  return stdout + stderr;
}

for (const [path, channel] of [[STOCK_TRACKER, '/stocks'], [NOTIFIER, '/notifications']]) {
  test(`${channel}: with a certificate the server speaks https and wss`, async (t) => {
    const files = makeCertificate(t);
    const server = await startServer(t, path, withTls(files));
    assert.match(server.url, /^https:/);
    assert.deepEqual(await get(`${server.url}healthz`, files.ca), {status: 200, body: 'ok\n'});
    const page = await get(server.url, files.ca);
    assert.equal(page.status, 200);
    assert.match(page.body, /<!doctype html>/i);
    const client = await connect(t, server, channel, {ca: files.ca});
    await client.close();
  });

  test(`${channel}: SIGHUP does not end a server without certificates`, async (t) => {
    const server = await startServer(t, path);
    // Its threads have begun: ThreadSanitizer's runtime may lose a signal that comes meanwhile.
    assert.equal((await fetch(`${server.url}healthz`)).status, 200);
    server.kill('SIGHUP');
    await server.output('stderr', /SIGHUP: there is no certificate to read again/);
    server.kill('SIGHUP');
    assert.equal((await fetch(`${server.url}healthz`)).status, 200);
  });
}

test('TLS 1.2 and 1.3 are spoken with HTTP/1.1, and nothing older', async (t) => {
  const files = makeCertificate(t);
  const server = await startServer(t, STOCK_TRACKER, withTls(files));
  const trust = ['-CAfile', files.certificate, '-alpn', 'h2,http/1.1'];
  for (const version of ['-tls1_2', '-tls1_3']) {
    const said = sClient(server.port, [version, ...trust]);
    assert.match(said, /Verification: OK/);
    assert.match(said, /ALPN protocol: http\/1\.1/);
  }
  assert.match(sClient(server.port, ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0']), /alert protocol version|no protocols available/);
  assert.match(sClient(server.port, ['-tls1_2', '-cipher', 'AES128-SHA']), /handshake failure/);
  assert.match(sClient(server.port, ['-tls1_2', '-reconnect', ...trust]), /Reused, TLSv1\.2/);
});

test('SIGHUP reads the certificate again, and keeps the old one if the new one is bad', async (t) => {
  const files = makeCertificate(t, 'first');
  const second = makeCertificate(t, 'second');
  const server = await startServer(t, STOCK_TRACKER, ['--threads', '2', ...withTls(files)]);
  const client = await connect(t, server, '/stocks', {ca: files.ca});
  copyFileSync(second.certificate, files.certificate);
  server.kill('SIGHUP');
  await server.output('stderr', /SIGHUP: the certificate in use stays, because the key in .* does not belong to/);
  assert.equal(await nameNow(server), 'first');
  copyFileSync(second.key, files.key);
  server.kill('SIGHUP');
  await server.output('stderr', /SIGHUP: new connections get the certificate/);
  assert.equal(await nameNow(server), 'second');
  writeFileSync(files.key, 'nonsense\n');
  server.kill('SIGHUP');
  await server.output('stderr', /because can't use the key in/);
  assert.equal(await nameNow(server), 'second');
  assert.ok(await client.ask({type: 'subscribe', stocks: ['AAPL']}), 'the first client goes on');
});

test('Each --listen is a listener of its own', async (t) => {
  const files = makeCertificate(t);
  const server = await startServer(
      t, STOCK_TRACKER,
      ['--listen', '127.0.0.1:0', '--listen', '127.0.0.1:0,tls', '--listen', 'localhost:0,admin', ...withTls(files)],
      {port: null});
  const [, plain, secret, admin] =
      await server.output('stdout', /^listening on (http:\S+)\nlistening on (https:\S+)\nlistening on (http:\S+)\n/);
  assert.equal((await fetch(`${plain}healthz`)).status, 200);
  assert.equal((await get(`${secret}healthz`, files.ca)).status, 200);
  assert.equal((await fetch(`${admin}healthz`)).status, 200);
  assert.equal((await fetch(`${admin}api/stocks`)).status, 404);
  await connect(t, {url: secret}, '/stocks', {ca: files.ca});
  await connect(t, {url: plain}, '/stocks');
});

test('Who speaks HTTP to a TLS port is told what it speaks', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, withTls(makeCertificate(t)));
  const answer = await fetch(server.url.replace('https', 'http'));
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /this port speaks TLS; use https:\/\/ or wss:\/\//);
});

test('tickerhub-notify trusts no certificate but those that it shall', {skip: !NOTIFY}, async (t) => {
  const made = makeCertificate(t);
  const server = await startServer(t, NOTIFIER, withTls(made));
  const notify = (...args) => run(NOTIFY, ['--config', '/dev/null', '--server', server.url, '--to', 'all', ...args, 'x']);
  assert.equal((await notify()).status, 4);
  assert.equal((await notify('--ca-file', made.certificate)).status, 0);
});
