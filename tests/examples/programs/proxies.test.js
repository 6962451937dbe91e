// The settings in docs/operations/, by the real proxies: nginx and HAProxy in
// front of the stock tracker. They listen on sockets in a folder of the test, so
// no port can be somebody else's.
import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test from 'node:test';

import {connect, refusal} from './support/client.js';
import {exchange} from './support/exchange.js';
import {Program, STOCK_TRACKER, startServer, within} from './support/program.js';

const {TICKERHUB_NGINX, TICKERHUB_HAPROXY} = process.env;

const oneReplaced = (text, from, to) => {
  assert.equal(text.split(from).length, 2, `"${from}" stands once in the settings`);
  return text.replace(from, to);
};

/** Reads settings of docs/operations and puts in the sockets of the test. */
function settings(file, listen, socket, server) {
  const text = readFileSync(new URL(`../../../docs/operations/${file}`, import.meta.url), 'utf8');
  assert.ok(text.includes(' 127.0.0.1:8080'), text);
  return oneReplaced(text.replaceAll('127.0.0.1:8080', `127.0.0.1:${server.port}`), listen, socket);
}

// The test says who connects, because its own address is none: a Unix socket.
const REAL_IP = 'set_real_ip_from unix:; real_ip_header proxy_protocol;';

function nginx(folder, server, {prefix = false, announced = false} = {}) {
  const socket = `listen unix:${folder}/proxy.sock`;
  let config = settings(
      'nginx.conf', 'listen 80;', announced ? `${socket} proxy_protocol; ${REAL_IP}` : `${socket};`, server);
  if (prefix) {
    const text = readFileSync(new URL('../../../docs/operations/nginx-prefix.conf', import.meta.url), 'utf8');
    config = oneReplaced(
        config, 'location / {', `${oneReplaced(text, '//127.0.0.1:8080/', `//127.0.0.1:${server.port}/`)}\nlocation /not-below/ {`);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(`${folder}/nginx.conf`, `
    daemon off; master_process off; pid ${folder}/pid; error_log stderr;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      ${config}
    }`);
  return new Program(TICKERHUB_NGINX, ['-p', folder, '-e', 'stderr', '-c', `${folder}/nginx.conf`]);
}

function haproxy(folder, server, {announced = false, file = 'haproxy.cfg'} = {}) {
  const socket = `bind unix@${folder}/proxy.sock${announced ? ' accept-proxy' : ''} `;
  const config = settings(file, 'bind :80 ', socket, server);
  writeFileSync(`${folder}/haproxy.cfg`, `global\n  stats socket ${folder}/stats.sock\n${config}`);
  return new Program(TICKERHUB_HAPROXY, ['-db', '-f', `${folder}/haproxy.cfg`]);
}

/** `ready` answers when the proxy is ready; null if there is no way to ask. */
async function startProxy(t, start, server, options = {}, ready = '/healthz') {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickerhub-proxy-'));
  const program = start(folder, server, options);
  t.after(async () => {
    program.kill('SIGKILL');
    await program.end();
    rmSync(folder, {recursive: true});
  });
  program.folder = folder;
  program.socket = `${folder}/proxy.sock`;
  program.url = `ws+unix:${program.socket}:`;
  await until(program, async () => {
    const answer = ready === null ? await canConnect(program.socket) : await get(program, ready).catch(() => null);
    return answer?.status === undefined || answer.status === 200 ? answer : null;
  }, 'the proxy');
  return program;
}

function canConnect(socketPath) {
  return new Promise((resolve) => {
    const socket = net.connect(socketPath, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

const BEHIND = ['--source', 'stdin', '--trusted-proxy', '127.0.0.1'];

/** Asks until there is an answer. */
function until(program, ask, what) {
  const answered = (async () => {
    for (;;) {
      const answer = await ask();
      if (answer) return answer;
      if (program.ended) throw new Error(`ended without ${what}: ${program.stderr}`);
      await new Promise(setImmediate);
    }
  })();
  return within(answered, what);
}

function get(program, target, headers = {}) {
  return new Promise((resolve, reject) => {
    http.get({socketPath: program.socket, path: target, headers: {Host: 'example.com', ...headers}}, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({status: response.statusCode, headers: response.headers, body});
    }).on('error', reject);
  });
}

for (const [name, start] of Object.entries({nginx, haproxy})) {
  test(`behind ${name} the page loads and a WebSocket follows the prices`, async (t) => {
    const server = await startServer(t, STOCK_TRACKER, BEHIND, {stdin: 'pipe'});
    const proxy = await startProxy(t, start, server);
    const page = await get(proxy, '/');
    assert.equal(page.status, 200);
    assert.ok(page.body.includes('./stocks.js'));
    assert.equal((await get(proxy, '/stocks.js')).status, 200);
    const client = await connect(t, proxy, '/stocks');
    assert.equal((await client.takeType('update')).snapshot, true);
    server.child.stdin.write('AAPL 151.25\n');
    await client.take((message) => JSON.stringify(message).includes('151.25'), 'a price');
    assert.equal((await client.ask({type: 'subscribe', stocks: ['AAPL']})).type, 'subscribed');
    server.kill('SIGTERM');
    assert.equal((await within(client.closed, 'the close')).code, 1001, 'the proxy passes the close on');
  });
}

for (const [name, start] of Object.entries({nginx, haproxy})) {
  test(`behind ${name} pages of the host that the client sees may connect, and no others`, async (t) => {
    const server = await startServer(t, STOCK_TRACKER, BEHIND, {stdin: 'pipe'});
    const proxy = await startProxy(t, start, server);
    const handshake = (Origin) => ({headers: {Host: 'example.com', Origin}});
    await connect(t, proxy, '/stocks', handshake('http://example.com'));
    for (const origin of ['http://evil.example', 'https://example.com', 'http://localhost', 'null']) {
      const {status} = await refusal(proxy, '/stocks', handshake(origin));
      assert.equal(status, 403, origin);
    }
    // A page of another origin cannot say that its host was the one that was asked.
    const forged = handshake('http://evil.example');
    forged.headers['X-Forwarded-Host'] = 'evil.example';
    assert.equal((await refusal(proxy, '/stocks', forged)).status, 403);
  });

  test(`behind ${name} a client has its own address, whatever it says`, async (t) => {
    const server = await startServer(t, STOCK_TRACKER, BEHIND, {stdin: 'pipe'});
    const proxy = await startProxy(t, start, server, {announced: true}, null);
    await announce(proxy.socket, 'X-Forwarded-For: 198.51.100.1\r\n');
    await server.output('stderr', /203\.0\.113\.7/);
    assert.doesNotMatch(server.stderr, /198\.51\.100\.1/);
  });
}

/** A handshake that is refused and logged, from 203.0.113.7 to /nowhere. */
async function announce(socketPath, headers) {
  const answer = await ask(
      socketPath,
      'PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\n' +
          `GET /nowhere HTTP/1.1\r\nHost: example.com\r\n${headers}Upgrade: websocket\r\nConnection: Upgrade\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 404 /);
}

test('nginx serves the page and its WebSocket below a path', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, BEHIND, {stdin: 'pipe'});
  const proxy = await startProxy(t, nginx, server, {prefix: true}, '/tickerhub/healthz');
  const bare = await get(proxy, '/tickerhub');
  assert.equal(bare.status, 308);
  assert.match(bare.headers.location, /\/tickerhub\/$/);
  const page = await get(proxy, '/tickerhub/');
  assert.equal(page.status, 200);
  const base = new URL('http://example.com/tickerhub/');
  const names = [...page.body.matchAll(/(?:href|src)="([^"#]+)"/g)].map(([, name]) => new URL(name, base).pathname);
  assert.ok(names.length > 3, page.body);
  for (const name of names) assert.equal((await get(proxy, name)).status, 200, name);
  const [, channel] = page.body.match(/data-channel="([^"]+)"/);
  const client = await connect(t, proxy, new URL(channel, base).pathname);
  assert.equal((await client.takeType('update')).snapshot, true);
  assert.equal((await get(proxy, '/stocks.js')).status, 404, 'nothing is outside of the path');
});

test('HAProxy says with the PROXY protocol who connects', async (t) => {
  const server = await startServer(t, STOCK_TRACKER, [...BEHIND, '--proxy-protocol'], {stdin: 'pipe'});
  const options = {announced: true, file: 'haproxy-proxy-protocol.cfg'};
  const proxy = await startProxy(t, haproxy, server, options, null);
  await healthy(proxy);
  await announce(proxy.socket, 'X-Forwarded-For: 198.51.100.1\r\n');
  await server.output('stderr', /203\.0\.113\.7/);
  assert.doesNotMatch(server.stderr, /198\.51\.100\.1/);
  // Nobody but a proxy gets in.
  const stranger = exchange(server, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n').catch(({code}) => code);
  assert.match(await stranger, /^(ECONNRESET)?$/);
});

test('HAProxy finds the server healthy by its health check', async (t) => {
  const server = await startServer(t, STOCK_TRACKER);
  await healthy(await startProxy(t, haproxy, server));
});

async function healthy(proxy) {
  const line = await until(proxy, async () => {
    const [, found] = /^(tickerhub,one,.*L\d.*)$/m.exec(await ask(`${proxy.folder}/stats.sock`, 'show stat\n')) ?? [];
    return found;
  }, 'the first health check');
  // "* " stands before the result while the next check is under way.
  assert.match(line, /,UP,.*,(\* )?L7OK,200,/);
}

async function ask(socketPath, text) {
  const socket = net.connect(socketPath);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
  return answer;
}
