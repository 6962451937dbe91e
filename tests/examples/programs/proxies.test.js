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

import {connect} from './support/client.js';
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

function nginx(folder, server) {
  const config = settings('nginx.conf', 'listen 80;', `listen unix:${folder}/proxy.sock;`, server);
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

function haproxy(folder, server) {
  const config = settings('haproxy.cfg', 'bind :80 ', `bind unix@${folder}/proxy.sock `, server);
  writeFileSync(`${folder}/haproxy.cfg`, `global\n  stats socket ${folder}/stats.sock\n${config}`);
  return new Program(TICKERHUB_HAPROXY, ['-db', '-f', `${folder}/haproxy.cfg`]);
}

async function startProxy(t, start, server) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickerhub-proxy-'));
  const program = start(folder, server);
  t.after(async () => {
    program.kill('SIGKILL');
    await program.end();
    rmSync(folder, {recursive: true});
  });
  program.folder = folder;
  program.socket = `${folder}/proxy.sock`;
  program.url = `ws+unix:${program.socket}:`;
  await until(program, () => get(program, '/healthz').catch(() => null), 'the proxy');
  return program;
}

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

function get(program, target) {
  return new Promise((resolve, reject) => {
    http.get({socketPath: program.socket, path: target, headers: {Host: 'example.com'}}, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({status: response.statusCode, body});
    }).on('error', reject);
  });
}

for (const [name, start] of Object.entries({nginx, haproxy})) {
  test(`behind ${name} the page loads and a WebSocket follows the prices`, async (t) => {
    const server = await startServer(t, STOCK_TRACKER, ['--source', 'stdin'], {stdin: 'pipe'});
    const proxy = await startProxy(t, start, server);
    const page = await get(proxy, '/');
    assert.equal(page.status, 200);
    assert.ok(page.body.includes('/stocks.js'));
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

test('HAProxy finds the server healthy by its health check', async (t) => {
  const server = await startServer(t, STOCK_TRACKER);
  const proxy = await startProxy(t, haproxy, server);
  const line = await until(proxy, async () => {
    const [, found] = /^(tickerhub,one,.*L\d.*)$/m.exec(await ask(`${proxy.folder}/stats.sock`, 'show stat\n')) ?? [];
    return found;
  }, 'the first health check');
  // "* " stands before the result while the next check is under way.
  assert.match(line, /,UP,.*,(\* )?L7OK,200,/);
});

async function ask(socketPath, text) {
  const socket = net.connect(socketPath);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket.setEncoding('utf8')) answer += chunk;
  return answer;
}
