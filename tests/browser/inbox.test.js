import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { Inbox } = await load('inbox.js');
const { readNotification, safeLink } = await load('notification_text.js');
const { matches } = await load('inbox_filter.js');

const note = (id, rest = {}) => ({ type: 'notification', id, message: `m${id}`, scope: 'all', from: 'bob', time: id, level: 'info', ...rest });
const ids = (inbox) => inbox.items.map(({ id }) => id);
const texts = (inbox) => inbox.items.map(({ message }) => message);
const page = (data, { unread = 0, more = false, lastId = data[0]?.id ?? 0 } = {}) => ({ type: 'inbox', epoch: 'e', lastId, unread, complete: true, more, data });

function memory(kept = {}) {
  return { kept, load: (user) => kept[user] ?? null, save: (user, data) => (kept[user] = data) };
}

// Connected, with its first page in.
function liveInbox({ lastId = 0, user = null, data = [], unread = 0, more = false, ...options } = {}) {
  const inbox = new Inbox(options);
  inbox.connected({ epoch: 'e', lastId }, user);
  inbox.loaded(page(data, { unread, more, lastId }));
  return inbox;
}

test('notifications are kept newest first, each once', () => {
  const inbox = liveInbox();
  for (const id of [1, 2, 3, 2]) inbox.add(note(id));
  assert.deepEqual(ids(inbox), [3, 2, 1]);
  assert.equal(inbox.add(note(3)), null);
});

test('the inbox is bounded: the oldest go, and count where they are', () => {
  const gone = [];
  const inbox = liveInbox({ limit: 3, user: 'ann', onRemove: ({ id }) => gone.push(id) });
  for (let id = 1; id <= 100; id += 1) inbox.add(note(id));
  assert.deepEqual(ids(inbox), [100, 99, 98]);
  assert.equal(gone.length, 97);
  assert.equal(inbox.unread, 100);
});

test('a first connection asks for the newest, and then for those behind them', () => {
  const inbox = new Inbox();
  assert.deepEqual(inbox.connected({ epoch: 'e', lastId: 41 }, 'ann'), { type: 'inbox', limit: 100 });
  inbox.loaded(page([note(40), note(30)], { more: true, lastId: 41 }));
  assert.deepEqual(inbox.olderRequest(), { type: 'inbox', limit: 100, before: 30 });
  assert.equal(inbox.olderRequest(), null, 'one at a time');
  inbox.loaded(page([note(20)], { lastId: 41 }));
  assert.equal(inbox.olderRequest(), null, 'that was all');
  assert.deepEqual(ids(inbox), [40, 30, 20]);
});

test('what was before is not news to somebody new; what is personal waited', () => {
  const guest = new Inbox();
  guest.connected({ epoch: 'e', lastId: 41 }, null);
  const [old] = guest.loaded(page([note(40)], { lastId: 41 }));
  assert.deepEqual([old.isUnread, old.isNews, old.isMissed], [false, false, false]);
  const fresh = guest.add(note(42));
  assert.deepEqual([fresh.isUnread, fresh.isNews, fresh.isMissed], [true, true, false]);

  const ann = new Inbox();
  ann.connected({ epoch: 'e', lastId: 41 }, 'ann');
  const [toAll, toAnn, read] = ann.loaded(page([note(40), note(39, { scope: 'personal' }), note(38, { scope: 'personal', read: true })], { lastId: 41 }));
  assert.deepEqual([toAll.isUnread, toAll.isMissed], [true, false]);
  assert.deepEqual([toAnn.isUnread, toAnn.isMissed, toAnn.isNews], [true, true, true]);
  assert.deepEqual([read.isUnread, read.isMissed], [false, false]);
});

test('a later page knows what this browser has seen, and what it has missed', () => {
  const kept = memory();
  const before = liveInbox({ memory: kept, user: 'ann' });
  before.add(note(1, { level: 'critical' }));
  before.keep();
  const after = new Inbox({ memory: kept });
  after.connected({ epoch: 'e', lastId: 2 }, 'ann');
  const [missed, seen] = after.loaded(page([note(2), note(1)], { unread: 2 }));
  assert.deepEqual([missed.isMissed, missed.isUnread], [true, true]);
  assert.deepEqual([seen.isMissed, seen.isUnread], [false, true]);
  assert.equal(after.unread, 2);
});

test('what was seen of another server says nothing', () => {
  const inbox = new Inbox({ memory: memory({ null: { epoch: 'other', readUpTo: 0, seenUpTo: 0 } }) });
  inbox.connected({ epoch: 'e', lastId: 2 }, null);
  inbox.loaded(page([note(1)], { lastId: 2 }));
  assert.equal(inbox.unread, 0);
});

test('a tab of a guest remembers what was read', () => {
  const kept = memory();
  const before = liveInbox({ memory: kept });
  before.add(note(1));
  assert.equal(before.markAllRead(), null, 'the server keeps no marks of a guest');
  before.add(note(2));
  const after = new Inbox({ memory: kept });
  after.connected({ epoch: 'e', lastId: 2 }, null);
  after.loaded(page([note(2), note(1)]));
  assert.deepEqual(after.items.map(({ isUnread }) => isUnread), [true, false]);
});

test('a reconnect asks for what came after the last one', () => {
  const inbox = liveInbox({ lastId: 5 });
  inbox.add(note(6));
  inbox.add(note(7));
  assert.deepEqual(inbox.connected({ epoch: 'e', lastId: 9 }, null), { type: 'resume', epoch: 'e', after: 7 });
  const missed = inbox.add(note(8));
  assert.deepEqual([missed.isUnread, missed.isNews, missed.isMissed], [true, true, true]);
});

test('a connection that broke before the first page came asks for it again', () => {
  const inbox = new Inbox();
  inbox.connected({ epoch: 'e', lastId: 5 }, 'ann');
  assert.equal(inbox.connected({ epoch: 'e', lastId: 5 }, 'ann').type, 'inbox');
});

test('a newer one that comes before the missed ones does not hide them', () => {
  const inbox = liveInbox({ lastId: 5 });
  inbox.connected({ epoch: 'e', lastId: 8 }, null);
  inbox.add(note(9)); // live, before the answer to resume; then the line breaks
  assert.equal(inbox.connected({ epoch: 'e', lastId: 9 }, null).after, 5);
  for (const id of [6, 7, 8, 9]) inbox.add(note(id));
  inbox.resumed({ lastId: 9 });
  assert.deepEqual(ids(inbox), [9, 8, 7, 6]);
  assert.equal(inbox.connected({ epoch: 'e', lastId: 9 }, null).after, 9);
});

test('what was missed comes in pages: the next one is asked for behind the last', () => {
  const inbox = liveInbox({ lastId: 5 });
  inbox.connected({ epoch: 'e', lastId: 9 }, null);
  inbox.add(note(6));
  inbox.add(note(7));
  inbox.add(note(10)); // live, while 8 and 9 have not come
  inbox.resumed({ lastId: 7 }, true);
  assert.equal(inbox.resumeRequest().after, 7);
  // The line breaks here: 8 and 9 are still to be asked for.
  assert.equal(inbox.connected({ epoch: 'e', lastId: 10 }, null).after, 7);
});

test('a server that started anew is asked by the old epoch, and its ids count anew', () => {
  const inbox = liveInbox();
  inbox.add(note(1));
  inbox.add(note(2));
  assert.deepEqual(inbox.connected({ epoch: 'f', lastId: 1 }, null), { type: 'resume', epoch: 'e', after: 2 });
  assert.equal(inbox.add(note(1, { message: 'another' })).isMissed, true);
  assert.deepEqual(texts(inbox), ['another', 'm2', 'm1']);
  inbox.resumed({ lastId: 1 });
  assert.deepEqual(inbox.resumeRequest(), { type: 'resume', epoch: 'f', after: 1 });
});

test('another user starts with an inbox of its own; what came for a client id stays', () => {
  const inbox = liveInbox();
  inbox.add(note(1));
  inbox.add(note(2, { scope: 'personal' }));
  assert.equal(inbox.become('ann').type, 'inbox');
  assert.deepEqual(ids(inbox), [2]);
  inbox.loaded(page([note(3, { scope: 'personal' }), note(1)], { unread: 2 }));
  inbox.become('bob');
  assert.deepEqual(ids(inbox), []);
});

test('the server says how many are unread, also of those that are not here', () => {
  const inbox = liveInbox({ user: 'ann', lastId: 9, data: [note(9), note(8, { read: true })], unread: 5, more: true });
  assert.equal(inbox.unread, 5);
  inbox.add(note(10));
  assert.equal(inbox.unread, 6);
  inbox.olderRequest();
  inbox.loaded(page([note(7), note(6, { read: true })], { unread: 6, more: true, lastId: 10 }));
  assert.equal(inbox.unread, 6);
  assert.deepEqual(inbox.markAllRead(), { type: 'read', upTo: 10 });
  assert.equal(inbox.unread, 0);
});

test('marks come from the other devices of the user', () => {
  const inbox = liveInbox({ user: 'ann', lastId: 9, data: [note(9), note(8), note(7)], unread: 5, more: true });
  assert.equal(inbox.read({ ids: [8] }), false);
  assert.equal(inbox.unread, 4);
  assert.equal(inbox.read({ ids: [2] }), true, 'it is not here: it must be counted');
  inbox.counted({ type: 'inbox', unread: 3 });
  assert.equal(inbox.unread, 3);
  inbox.read({ upTo: 9 });
  inbox.counted({ type: 'inbox', unread: 0 });
  assert.equal(inbox.unread, 0);
  assert.equal(inbox.deleted({ id: 9 }), false);
  assert.deepEqual(ids(inbox), [8, 7]);
  assert.equal(inbox.add(note(9)), null, 'it does not come back');
});

test('what a user marks or deletes is told to the server', () => {
  const inbox = liveInbox({ user: 'ann' });
  const first = inbox.add(note(1));
  const second = inbox.add(note(2));
  assert.deepEqual(inbox.markRead([first]), { type: 'read', ids: [1] });
  assert.equal(inbox.markRead([first]), null, 'it is read already');
  assert.equal(inbox.unread, 1);
  assert.deepEqual(inbox.remove(second), { type: 'delete', id: 2 });
  assert.equal(inbox.add(note(2)), null, 'it does not come back');
  assert.equal(inbox.unread, 0);
  assert.deepEqual(inbox.markAllRead(), { type: 'read', upTo: 2 });
});

test('one with a tag takes the place of the one before, of the same sender to the same', () => {
  const gone = [];
  const inbox = liveInbox({ user: 'ann', onRemove: ({ id }) => gone.push(id) });
  inbox.add(note(1, { replaces: 'build' }));
  inbox.add(note(2, { replaces: 'build', from: 'cid' }));
  inbox.add(note(3, { replaces: 'build', scope: 'personal' }));
  inbox.add(note(4, { replaces: 'build' }));
  assert.deepEqual(ids(inbox), [4, 3, 2]);
  assert.deepEqual(gone, [1]);
  assert.equal(inbox.add(note(1, { replaces: 'build' })), null);
});

test('what has expired goes', () => {
  const inbox = liveInbox({ user: 'ann' });
  inbox.add(note(1, { expires: 1_000 }));
  inbox.add(note(2));
  assert.equal(inbox.expire(999), false);
  assert.equal(inbox.expire(1_000), true);
  assert.deepEqual(ids(inbox), [2]);
});

test('a filter is by whom it is for, by level, and by words in any order and case', () => {
  const item = (rest) => ({ ...readNotification(note(1, rest)), isUnread: true });
  const all = { scope: '', level: '', search: '' };
  const toOps = item({ scope: 'group', group: '#ops', title: 'Build', message: 'is RED', level: 'critical' });
  assert.ok(matches(toOps, all));
  assert.ok(matches(toOps, { ...all, scope: '#ops', level: 'critical', search: 'red  build' }));
  assert.equal(matches(toOps, { ...all, scope: '#dev' }), false);
  assert.equal(matches(toOps, { ...all, scope: 'personal' }), false);
  assert.equal(matches(toOps, { ...all, level: 'info' }), false);
  assert.equal(matches(toOps, { ...all, search: 'red green' }), false);
  assert.ok(matches(item({ scope: 'personal' }), { ...all, scope: 'personal' }));
  assert.ok(matches(toOps, { ...all, scope: 'unread' }));
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
  const read = readNotification({ id: 1, message: 'm', level: 'loud', scope: 'personal', title: {}, time: 'x', expires: '1', group: '#x' });
  assert.deepEqual([read.level, read.isPersonal, read.title, read.time, read.expires, read.group], ['info', true, '', null, null, '']);
});

test('of the actions only those with a label and a safe link are shown, three at most', () => {
  const actions = [{ label: 'a', link: '/a' }, { label: 'x', link: 'javascript:alert(1)' }, { label: ' ', link: '/b' }, null, { label: 'c', link: 'https://c' }, { label: 'd', link: '/d' }, { label: 'e', link: '/e' }];
  assert.deepEqual(readNotification(note(1, { actions })).actions.map(({ label }) => label), ['a', 'c', 'd']);
  assert.deepEqual(readNotification(note(1, { actions: 'x' })).actions, []);
});

test('how many are unread and were missed is known without looking at all of them', () => {
  const heard = [];
  const inbox = new Inbox({ memory: memory({ ann: { epoch: 'e', seenUpTo: 0 } }), onAdd: ({ id }) => heard.push(id), onRemove: ({ id }) => heard.push(-id), onMark: () => heard.push('marks') });
  inbox.connected({ epoch: 'e', lastId: 3 }, 'ann');
  inbox.loaded(page([note(3, { level: 'critical' }), note(2), note(1, { read: true })], { unread: 2, lastId: 3 }));
  const [critical] = inbox.items;
  assert.deepEqual([inbox.unread, inbox.missed], [2, { count: 2, critical: 1 }]);
  inbox.markRead([critical]);
  assert.deepEqual([inbox.unread, inbox.missed], [1, { count: 1, critical: 0 }]);
  inbox.markRead([critical]);
  inbox.deleted({ id: 2 });
  assert.deepEqual([inbox.unread, inbox.missed], [0, { count: 0, critical: 0 }]);
  assert.deepEqual(heard, [3, 2, 1, 'marks', -2]);
  assert.equal(inbox.markRead([{ ...critical, isUnread: true }]), null, 'it is in no inbox');
});

test('the unread ones of an epoch before still count, but not as those of the server', () => {
  const inbox = liveInbox({ user: 'ann' });
  inbox.add(note(1));
  inbox.connected({ epoch: 'f', lastId: 0 }, 'ann');
  inbox.loaded(page([note(9)], { unread: 5, more: true, lastId: 9 }));
  assert.equal(inbox.unread, 6, 'five of the server, of which one is here, and the one of before');
  inbox.markAllRead();
  assert.equal(inbox.unread, 0);
});
