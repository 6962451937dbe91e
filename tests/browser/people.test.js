import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { changeUsers, readUsers } = await load('people.js');

const user = (identifier, connections = 1) => ({ identifier, clientIds: Array.from({ length: connections }, (_, i) => `${identifier}${i}`) });
const guest = (identifier) => ({ identifier, clientIds: [identifier], anonymous: true });
const names = (users) => users.map(({ identifier }) => identifier);

test('changes are put where the whole list would have them', () => {
  const users = readUsers([user('ann'), user('cid'), guest('aaa')]);
  const changed = changeUsers(users, { data: [user('bob'), guest('bbb'), user('cid', 2)], gone: ['ann'] });
  assert.deepEqual(names(changed), ['bob', 'cid', 'aaa', 'bbb']);
  assert.equal(changed[1].connections, 2);
  assert.deepEqual(names(users), ['ann', 'cid', 'aaa']);
});

test('who is gone and is here in one message is here', () => {
  assert.deepEqual(names(changeUsers(readUsers([user('ann')]), { data: [user('ann', 2)], gone: ['ann'] })), ['ann']);
});

test('what is malformed changes nothing', () => {
  const users = readUsers([user('ann')]);
  assert.deepEqual(names(changeUsers(users, {})), ['ann']);
  assert.deepEqual(names(changeUsers(users, { data: 'x', gone: 7 })), ['ann']);
  assert.deepEqual(names(changeUsers(users, { data: [null, {}], gone: [null, {}] })), ['ann']);
});

test('the list stays as long as a page can show', () => {
  const data = Array.from({ length: 600 }, (_, i) => user(`user${i}`));
  assert.equal(changeUsers([], { data, gone: [] }).length, 500);
});
