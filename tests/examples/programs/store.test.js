// Notifications in a file: what is there after the program was killed.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'node:test';

import {connect} from './support/client.js';
import {NOTIFIER, Program, run, startServer} from './support/program.js';

function storeOf(t) {
  const folder = mkdtempSync(join(tmpdir(), 'tickerhub-store-'));
  t.after(() => rmSync(folder, {recursive: true}));
  return join(folder, 'notifications.db');
}

function hasSqlite3() {
  try {
    execFileSync('sqlite3', ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** A server that the test ends itself. */
async function start(t, args) {
  const program = new Program(NOTIFIER, ['--port', '0', ...args]);
  t.after(() => program.kill('SIGKILL'));
  const [, url] = await program.output('stdout', /^listening on (\S+)\n/);
  program.url = url;
  program.port = Number(new URL(url).port);
  return program;
}

async function kill(program) {
  program.kill('SIGKILL');
  assert.equal((await program.end()).signal, 'SIGKILL');
}

async function post(server, body) {
  const response = await fetch(`${server.url}api/notifications`, {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  return {status: response.status, ...await response.json()};
}

/** A client with a name, and all that it has missed. */
async function comeBack(t, server, identifier, secret, epoch, after) {
  const client = await connect(t, server, '/notifications');
  const id = await client.takeType('id');
  const identified = await client.ask({type: 'set-identifier', identifier, ...(secret && {secret})});
  assert.equal(identified.type, 'identified');
  client.send({type: 'resume', epoch: epoch ?? id.epoch, after});
  const resumed = await client.takeType('resumed');
  const missed = client.messages.filter((message) => message.type === 'notification');
  return {client, id, identified, resumed, missed};
}

for (const durability of ['normal', 'full']) {
  test(`with --durability ${durability}, all is there again after kill -9`, async (t) => {
    const args = ['--store', storeOf(t), '--durability', durability];
    let server = await start(t, args);
    const {client, id, identified} = await comeBack(t, server, 'ann', undefined, undefined, 0);
    const sent = [];
    for (let i = 0; i < 20; ++i) {
      sent.push(await post(server, {recipientId: i % 2 === 0 ? 'all' : 'ann', message: `message ${i}`}));
    }
    await client.take((m) => m.id === sent[19].id, 'the last one');
    client.send({type: 'read', upTo: sent[4].id});
    await client.take((m) => m.type === 'read', 'the mark');
    await kill(server);

    server = await start(t, args);
    const again = await comeBack(t, server, 'ann', identified.secret, id.epoch, 0);
    assert.equal(again.id.epoch, id.epoch);
    assert.deepEqual(again.missed.map((m) => m.message), sent.map((_, i) => `message ${i}`));
    assert.deepEqual(again.missed.map((m) => m.id), sent.map((answer) => answer.id));
    assert.deepEqual(again.missed.map((m) => m.read === true), sent.map((_, i) => i < 5));
    assert.equal(again.resumed.complete, true);
    assert.equal(again.resumed.unread, 15);
    const stranger = await comeBack(t, server, 'ann', undefined, id.epoch, 0);
    assert.deepEqual(stranger.missed.map((m) => m.scope), Array(10).fill('all'));
    const next = await post(server, {recipientId: 'all', message: 'after'});
    assert.ok(next.id > sent[19].id, 'ids only grow');
    await kill(server);
  });
}

test('what nobody has acknowledged may be missing, and nothing else, under load', async (t) => {
  const args = ['--store', storeOf(t)];
  const acknowledged = [];
  for (let round = 0; round < 5; ++round) {
    const server = await start(t, args);
    const posting = Array.from({length: 8}, async (_, poster) => {
      for (let i = 0; ; ++i) {
        const message = `${round}.${poster}.${i}`;
        const answer = await post(server, {recipientId: 'all', message}).catch(() => null);
        if (answer === null) return;
        assert.equal(answer.status, 200);
        acknowledged.push([answer.id, message]);
        if (acknowledged.length % 100 === 50) server.kill('SIGKILL');
      }
    });
    await Promise.all(posting);
    await server.end();
  }
  const server = await startServer(t, NOTIFIER, args);
  const {missed} = await comeBack(t, server, 'ann', undefined, undefined, 0);
  const messages = new Map(missed.map((m) => [m.id, m.message]));
  assert.equal(messages.size, missed.length, 'nothing twice');
  for (const [id, message] of acknowledged) assert.equal(messages.get(id), message);
  const ids = missed.map((m) => m.id);
  assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
});

test('a second server of the same file, and a file of another program, are refused', async (t) => {
  const store = storeOf(t);
  await startServer(t, NOTIFIER, ['--store', store]);
  const second = await run(NOTIFIER, ['--port', '0', '--store', store]);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /^tickerhub-notifier: --store: ".*notifications\.db" is in use by another process/m);
  const diary = `${store}.txt`;
  writeFileSync(diary, 'Dear diary\n');
  const foreign = await run(NOTIFIER, ['--port', '0', '--store', diary]);
  assert.equal(foreign.status, 1);
  assert.match(foreign.stderr, /is not an SQLite database; it was left as it is/);
  assert.equal(readFileSync(diary, 'utf8'), 'Dear diary\n');
});

test('the limits of what is kept are options, in memory and in a file', async (t) => {
  for (const where of [[], ['--store', storeOf(t)]]) {
    const server = await startServer(t, NOTIFIER, [...where, '--keep-notifications', '3']);
    for (let i = 0; i < 5; ++i) await post(server, {recipientId: 'all', message: `message ${i}`});
    let metrics = '';
    // What a limit drops is taken out a moment later.
    while (!/^tickerhub_log_notifications 3$/m.test(metrics)) {
      metrics = await (await fetch(`${server.url}metrics`)).text();
    }
    assert.match(metrics, /^tickerhub_log_dropped_total\{limit="max_notifications"\} 2$/m);
    assert.equal(/^tickerhub_store_transactions_total [1-9]/m.test(metrics), where.length > 0);
    const {missed, resumed} = await comeBack(t, server, 'ann', undefined, undefined, 0);
    assert.deepEqual(missed.map((m) => m.message), ['message 2', 'message 3', 'message 4']);
    assert.equal(resumed.complete, false);
  }
});

test('a backup with another epoch is a log of its own', async (t) => {
  if (!hasSqlite3()) return t.skip('there is no sqlite3 command');
  const store = storeOf(t);
  const backup = `${store}.backup`;
  const server = await startServer(t, NOTIFIER, ['--store', store]);
  await post(server, {recipientId: 'all', message: 'before'});
  execFileSync('sqlite3', [store, `VACUUM INTO '${backup}'`]);
  await post(server, {recipientId: 'all', message: 'after'});
  const before = await comeBack(t, server, 'ann', undefined, undefined, 0);
  execFileSync('sqlite3', [backup, 'UPDATE log SET epoch = lower(hex(randomblob(8)))']);
  const restored = await startServer(t, NOTIFIER, ['--store', backup]);
  const after = await comeBack(t, restored, 'ann', undefined, before.id.epoch, 2);
  assert.notEqual(after.id.epoch, before.id.epoch);
  assert.deepEqual(after.missed.map((m) => m.message), ['before']);
  assert.equal(after.resumed.complete, false);
});

test('a file of an older version is brought up to date, and the log says so', async (t) => {
  if (!hasSqlite3()) return t.skip('there is no sqlite3 command');
  const file = storeOf(t);
  const sql = readFileSync(new URL('../../data/notification_store_1.sql', import.meta.url));
  execFileSync('sqlite3', [file], {input: sql});
  const args = ['--store', file];
  const server = await start(t, args);
  const log = /brought "(\S+)" from schema 1 to (\d+) in \d+ ms\n/;
  const [, named, version] = await server.output('stderr', log);
  assert.equal(named, file);
  const {client, id} = await comeBack(t, server, 'ann', 'secret-of-ann', undefined, 0);
  assert.equal(id.epoch, '0123456789abcdef');
  const isScheduled = (message) => message.title === 'Day';
  if (!client.messages.some(isScheduled)) await client.take(isScheduled, 'what was scheduled');
  // What is new may come before what was missed.
  const ids = client.messages.filter((m) => m.type === 'notification').map((m) => m.id).sort((a, b) => a - b);
  assert.deepEqual(ids, [6, 7, 9, 11, 17, 18]);
  await kill(server);
  assert.equal(String(execFileSync('sqlite3', [file, 'PRAGMA user_version'])).trim(), version);
  const again = await start(t, args);
  await again.output('stderr', /notifications are kept in/);
  assert.doesNotMatch(again.stderr, /brought/);
});
