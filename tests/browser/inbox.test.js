import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { Inbox, readNotification, safeLink } = await load('inbox.js');

const note = (id, rest = {}) => ({ type: 'notification', id, message: `m${id}`, scope: 'all', from: 'bob', time: id, level: 'info', ...rest });
const ids = (inbox) => inbox.items.map(({ id }) => id);

function liveInbox(options = {}, lastId = 0) {
  const inbox = new Inbox(options);
  inbox.connected({ epoch: 'e', lastId });
  inbox.resumed(lastId);
  return inbox;
}

test('notifications are kept newest first, each once', () => {
  const inbox = liveInbox();
  for (const id of [1, 2, 3, 2]) inbox.add(note(id));
  assert.deepEqual(ids(inbox), [3, 2, 1]);
  assert.equal(inbox.add(note(3)), null);
});

test('the inbox is bounded: the oldest go', () => {
  const inbox = liveInbox({ limit: 3 });
  for (let id = 1; id <= 100; id += 1) inbox.add(note(id));
  assert.deepEqual(ids(inbox), [100, 99, 98]);
});

test('a first connection asks for some of what was before, and it is not news', () => {
  const inbox = new Inbox({ history: 10 });
  assert.deepEqual(inbox.connected({ epoch: 'e', lastId: 41 }), { type: 'resume', epoch: 'e', after: 31 });
  const old = inbox.add(note(40));
  assert.equal(old.isQuiet, true);
  assert.equal(old.isUnread, false);
  const fresh = inbox.add(note(42));
  assert.equal(fresh.isQuiet, false);
  assert.equal(fresh.isUnread, true);
});

test('a young server is not asked for what is before its first', () => {
  assert.equal(new Inbox().connected({ epoch: 'e', lastId: 3 }).after, 0);
});

test('a reconnect asks for what came after the last one', () => {
  const inbox = liveInbox({}, 5);
  inbox.add(note(6));
  inbox.add(note(7));
  assert.deepEqual(inbox.connected({ epoch: 'e', lastId: 9 }), { type: 'resume', epoch: 'e', after: 7 });
  assert.equal(inbox.add(note(8)).isUnread, true);
  assert.equal(inbox.items[0].isQuiet, false);
});

test('a newer one that comes before the missed ones does not hide them', () => {
  const inbox = liveInbox({}, 5);
  inbox.connected({ epoch: 'e', lastId: 8 });
  inbox.add(note(9)); // live, before the answer to resume; then the line breaks
  assert.equal(inbox.connected({ epoch: 'e', lastId: 9 }).after, 5);
  for (const id of [6, 7, 8, 9]) inbox.add(note(id));
  inbox.resumed(9);
  assert.deepEqual(ids(inbox), [9, 8, 7, 6]);
  assert.equal(inbox.connected({ epoch: 'e', lastId: 9 }).after, 9);
});

test('what was missed comes in pages: the next one is asked for behind the last', () => {
  const inbox = liveInbox({}, 5);
  inbox.connected({ epoch: 'e', lastId: 9 });
  inbox.add(note(6));
  inbox.add(note(7));
  inbox.add(note(10)); // live, while 8 and 9 have not come
  inbox.resumed(7, true);
  assert.equal(inbox.resumeRequest().after, 7);
  // The line breaks here: 8 and 9 are still to be asked for.
  assert.equal(inbox.connected({ epoch: 'e', lastId: 10 }).after, 7);
});

test('a server that started anew is asked by the old epoch, and its ids count anew', () => {
  const inbox = liveInbox();
  inbox.add(note(1));
  inbox.add(note(2));
  assert.deepEqual(inbox.connected({ epoch: 'f', lastId: 1 }), { type: 'resume', epoch: 'e', after: 2 });
  assert.notEqual(inbox.add(note(1, { message: 'another' })), null);
  assert.deepEqual(inbox.items.map(({ message }) => message), ['another', 'm2', 'm1']);
  inbox.resumed(1);
  assert.deepEqual(inbox.resumeRequest(), { type: 'resume', epoch: 'f', after: 1 });
});

test('unread ones are counted until they are read', () => {
  const inbox = liveInbox();
  const first = inbox.add(note(1));
  inbox.add(note(2));
  assert.equal(inbox.unread, 2);
  inbox.markRead(first);
  assert.equal(inbox.unread, 1);
  inbox.markAllRead();
  assert.equal(inbox.unread, 0);
});

test('a reload of the tab remembers what was read', () => {
  const before = liveInbox();
  before.add(note(1));
  before.markAllRead();
  before.add(note(2));
  const after = new Inbox({ remembered: before.remember() });
  after.connected({ epoch: 'e', lastId: 2 });
  after.add(note(1));
  after.add(note(2));
  assert.deepEqual(after.items.map(({ isUnread }) => isUnread), [true, false]);
  assert.equal(after.items[0].isQuiet, true);
});

test('what was read of another server says nothing', () => {
  const inbox = new Inbox({ remembered: { epoch: 'other', readUpTo: 0 } });
  inbox.connected({ epoch: 'e', lastId: 2 });
  inbox.add(note(1));
  assert.equal(inbox.unread, 0);
});

test('only links to web pages and paths are links', () => {
  for (const link of ['https://example.com/', 'http://a', 'HTTPS://a', '/orders/1', '/']) assert.equal(safeLink(link), link);
  for (const link of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', '/\\evil.example', 'x', '', ' https://a', 'https://', 5, null]) {
    assert.equal(safeLink(link), null, String(link));
  }
});

test('a malformed notification is dropped, unknown values become plain ones', () => {
  assert.equal(readNotification({ id: 'x', message: 'm' }), null);
  assert.equal(readNotification({ id: 1, message: 5 }), null);
  const read = readNotification({ id: 1, message: 'm', level: 'loud', scope: 'personal', title: {}, time: 'x' });
  assert.deepEqual([read.level, read.isPersonal, read.title, read.time], ['info', true, '', null]);
});
