// GET /api/notifications/stream of the real notifier: server-sent events, as
// curl -N and EventSource get them.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {exchange} from './support/exchange.js';
import {NOTIFIER, startServer, within} from './support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
test.after(() => rmSync(folder, {recursive: true}));

async function post(server, body, headers = {}) {
  const response = await fetch(`${server.url}api/notifications`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json', ...headers},
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  return response.json();
}

/** Reads events of a response: {events, comments}; take() waits for the next. */
class Events {
  constructor(response) {
    this.response = response;
    this.text = '';
    this.events = [];
    this.comments = 0;
    this.next = 0;
    this.watchers = new Set();
    this.ended = false;
    const end = () => {
      this.ended = true;
      for (const look of [...this.watchers]) look();
    };
    response.setEncoding('utf8').on('data', (text) => this.read(text)).on('end', end).on('error', end);
    this.closed = new Promise((resolve) => response.once('close', resolve));
  }

  read(text) {
    const blocks = (this.text + text).split('\n\n');
    this.text = blocks.pop();
    for (const block of blocks) {
      const event = {};
      for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        if (colon === 0) this.comments += 1;
        else event[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (event.data) event.data = JSON.parse(event.data);
      if (event.event) this.events.push(event);
    }
    for (const look of [...this.watchers]) look();
  }

  until(condition, what) {
    return within(new Promise((resolve, reject) => {
      const look = () => {
        if (!condition() && !this.ended) return;
        this.watchers.delete(look);
        if (condition()) resolve();
        else reject(new Error(`the stream ended before ${what}`));
      };
      this.watchers.add(look);
      look();
    }), what);
  }

  async take() {
    await this.until(() => this.events.length > this.next, 'an event');
    return this.events[this.next++];
  }
}

/** Opens a stream and waits for its head. */
async function follow(t, server, query = '', headers = {}) {
  const request = http.get(`${server.url}api/notifications/stream${query}`, {headers, agent: false});
  t.after(() => request.destroy());
  const [response] = await within(once(request, 'response'), 'the head of a stream');
  return Object.assign(new Events(response), {request, status: response.statusCode, headers: response.headers});
}

test('notifications come as events, and Last-Event-ID resumes', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const stream = await follow(t, server, '?after=0');
  assert.equal(stream.status, 200);
  assert.equal(stream.headers['content-type'], 'text/event-stream');
  assert.equal(stream.headers['cache-control'], 'no-store');
  assert.equal(stream.headers['content-length'], undefined);
  const sent = await post(server, {recipientId: 'all', message: 'two\nlines', level: 'warning'});
  const event = await stream.take();
  assert.equal(event.event, 'notification');
  assert.match(event.id, new RegExp(`^[0-9a-f]+-${sent.id}$`));
  assert.deepEqual([event.data.id, event.data.message, event.data.level, event.data.type], [sent.id, 'two\nlines', 'warning', 'notification']);
  stream.request.destroy();

  for (const message of ['three', 'four']) await post(server, {recipientId: 'all', message});
  const again = await follow(t, server, '', {'Last-Event-ID': event.id});
  assert.deepEqual([(await again.take()).data.message, (await again.take()).data.message], ['three', 'four']);
  await post(server, {recipientId: 'all', message: 'five'});
  assert.equal((await again.take()).data.message, 'five');
  // Without a place to begin: what comes from now on.
  const fresh = await follow(t, server);
  await fresh.until(() => fresh.response.complete || fresh.text === '', 'its first bytes');
  await post(server, {recipientId: 'all', message: 'six'});
  assert.equal((await fresh.take()).data.message, 'six');
});

test('an id of another epoch gets all there is, and is told so', async (t) => {
  const server = await startServer(t, NOTIFIER);
  await post(server, {recipientId: 'all', message: 'one'});
  const stream = await follow(t, server, '', {'Last-Event-ID': '0123456789abcdef-77'});
  assert.deepEqual(await stream.take(), {event: 'gap', data: {complete: false}});
  assert.equal((await stream.take()).data.message, 'one');
  for (const id of ['x', '-1', 'abc-', 'abc-1x']) {
    assert.equal((await follow(t, server, '', {'Last-Event-ID': id})).status, 400);
  }
  assert.equal((await follow(t, server, '?after=x')).status, 400);
});

test('an inbox is streamed to who may read it, with what waits for its groups', async (t) => {
  const server = await startServer(t, NOTIFIER, [], {env: {TICKERHUB_API_TOKEN: 'secret'}});
  const authorized = {Authorization: 'Bearer secret'};
  assert.equal((await follow(t, server, '?user=ann')).status, 401);
  assert.equal((await follow(t, server, '?user=ann', {Authorization: 'Bearer wrong'})).status, 401);
  const ann = await connect(t, server, '/notifications');
  await ann.ask({type: 'set-identifier', identifier: 'ann'});
  await ann.ask({type: 'join', group: '#ops'});
  await post(server, {recipientId: 'ann', message: 'waits'}, authorized);
  const stream = await follow(t, server, '?user=ann&after=0', authorized);
  const others = await follow(t, server, '?after=0');
  assert.equal((await stream.take()).data.message, 'waits');
  await post(server, {recipientId: '#ops', message: 'to ops'}, authorized);
  assert.equal((await stream.take()).data.group, '#ops');
  await post(server, {recipientId: 'all', message: 'to all'}, authorized);
  assert.equal((await stream.take()).data.message, 'to all');
  assert.equal((await others.take()).data.message, 'to all');
});

test('a user with a token reads its own, as long as the token is good', async (t) => {
  const secret = 'a secret of thirty-two bytes, or a few more';
  writeFileSync(join(folder, 'secret'), secret);
  const token = (claims) => {
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({alg: 'HS256'})}.${encode({exp: Math.floor(Date.now() / 1000) + 600, ...claims})}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const server = await startServer(t, NOTIFIER, ['--auth-secret-file', join(folder, 'secret'), '--stream-heartbeat', '100ms']);
  const as = (sub, more = {}) => ({Authorization: `Bearer ${token({sub, scope: 'read send-users send-all', ...more})}`});
  assert.equal((await follow(t, server)).status, 401);
  assert.equal((await follow(t, server, '?user=bob', as('ann'))).status, 403);
  const ann = await connect(t, server, '/notifications', {headers: as('ann')});
  await ann.takeType('identified');
  const stream = await follow(t, server, '', as('ann'));
  await stream.until(() => stream.comments > 0, 'a heartbeat');
  await post(server, {recipientId: 'ann', message: 'for ann'}, as('bob'));
  assert.equal((await stream.take()).data.message, 'for ann');
  const short = await follow(t, server, '', as('ann', {exp: Math.floor(Date.now() / 1000) + 2}));
  assert.equal(short.status, 200);
  await within(short.closed, 'the end of the token');
});

test('a quiet stream gets comments', async (t) => {
  const server = await startServer(t, NOTIFIER, ['--stream-heartbeat', '20ms']);
  const stream = await follow(t, server);
  await stream.until(() => stream.comments >= 3, 'three comments');
  assert.deepEqual(stream.events, []);
});

test('a thousand missed ones come in order, on any loop, page by page', async (t) => {
  const server = await startServer(t, NOTIFIER, ['--threads', '3', '--max-queued-bytes', `${64 * 1024}`]);
  const count = 1_000;
  const long = 'x'.repeat(1_000);
  for (let i = 0; i < count; i += 50) {
    await post(server, Array.from({length: 50}, (_, k) => ({recipientId: 'all', message: `${i + k} ${long}`})));
  }
  const streams = await Promise.all(Array.from({length: 6}, () => follow(t, server, '?after=0')));
  await post(server, {recipientId: 'all', message: `${count} live`});
  for (const stream of streams) {
    await stream.until(() => stream.events.length === count + 1, 'all of them');
    const numbers = stream.events.map(({data}) => Number.parseInt(data.message, 10));
    assert.deepEqual(numbers, Array.from({length: count + 1}, (_, i) => i));
  }
});

test('who reads nothing is cut off, costs little meanwhile, and holds up nobody', async (t) => {
  // Longer than this process, which is the other reader too, may have to wait for a processor.
  const server = await startServer(t, NOTIFIER, ['--write-timeout', '10s']);
  const socket = net.connect({port: server.port, host: '127.0.0.1'});
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /api/notifications/stream?after=0 HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');  // the head has come; from now on it reads nothing
  socket.pause();
  const other = await follow(t, server);
  // More than all buffers between the two hold.
  const long = 'x'.repeat(1_900);
  for (let i = 0; i < 6_000; i += 100) {
    const batch = Array.from({length: 25}, (_, k) => ({recipientId: 'all', message: `${i + k} ${long}`}));
    for (let k = 0; k < 4; k += 1) await post(server, batch);
  }
  await other.until(() => other.events.length === 6_000, 'all at the other');
  const metrics = async () => (await fetch(`${server.url}metrics`)).text();
  const figure = (text, name) => Number(text.match(new RegExp(`^${name}\\S* (\\S+)$`, 'm'))?.[1]);
  await within((async () => {
    while (figure(await metrics(), 'tickerhub_responses_cut_total') !== 1);
  })(), 'the end of who reads nothing');
});

test('HEAD has the head only, and a stop ends streams', async (t) => {
  const server = await startServer(t, NOTIFIER);
  const head = await exchange(server, 'HEAD /api/notifications/stream HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(head, /Content-Type: text\/event-stream\r\n/);
  assert.match(head, /\r\n\r\n$/);
  const stream = await follow(t, server);
  await post(server, {recipientId: 'all', message: 'last'});
  assert.equal((await stream.take()).data.message, 'last');
  server.kill('SIGTERM');
  await within(stream.closed, 'the end of the stream');
  assert.equal((await server.end()).status, 0);
});

test('who leaves is forgotten', async (t) => {
  const server = await startServer(t, NOTIFIER, ['--max-connections', '20', '--stream-heartbeat', '20ms']);
  for (let i = 0; i < 60; i += 1) {
    let stream;
    do {
      stream = await follow(t, server);
      if (stream.status === 503) await within(stream.closed, 'a refusal');
    } while (stream.status === 503);  // the last ones are about to be noticed
    assert.equal(stream.status, 200);
    stream.request.destroy();
  }
  const stream = await follow(t, server);
  await post(server, {recipientId: 'all', message: 'still here'});
  assert.equal((await stream.take()).data.message, 'still here');
});
