import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { presenceParts } = await load('presence.js');

const GUEST = 'k3f9a2x7qm';
const who = { isMe: (name) => name === 'me', isGuest: (name) => name === GUEST };
const line = (message) => presenceParts(message, who).map((part) => part.name ?? part).join('');
const some = (...data) => ({ total: data.length, data });

test('who joined, left or took another name is one line', () => {
  assert.equal(line({ joined: some('ann') }), 'ann joined');
  assert.equal(line({ joined: some('ann', 'bob') }), 'ann and bob joined');
  assert.equal(line({ left: some('ann', 'bob', 'cid') }), 'ann, bob and cid left');
  assert.equal(line({ joined: some('ann'), left: some('bob'), renamed: some({ from: 'x', to: 'y' }) }), 'ann joined; bob left; x is now y');
});

test('those who are only counted are told as a number', () => {
  assert.equal(line({ joined: { total: 37, data: ['ann', 'bob'] } }), 'ann, bob and 35 more joined');
  assert.equal(line({ left: { total: 37, data: [] } }), '37 people left');
  assert.equal(line({ left: { total: 1, data: [] } }), '1 person left');
  assert.equal(line({ renamed: { total: 3, data: [{ from: 'a', to: 'b' }] } }), 'a is now b; 2 more took another name');
  assert.equal(line({ renamed: { total: 3, data: [] } }), '3 took another name');
});

test('who has no name is a guest', () => {
  assert.equal(line({ joined: some(GUEST) }), `Guest ${GUEST} joined`);
  assert.equal(line({ renamed: some({ from: GUEST, to: 'ann' }) }), `Guest ${GUEST} is now ann`);
});

test('this tab itself is not news', () => {
  assert.equal(line({ joined: some('me') }), '');
  assert.equal(line({ joined: some('me', 'ann'), renamed: some({ from: GUEST, to: 'me' }) }), 'ann joined');
});

test('names are parts of their own, so that they can be set apart', () => {
  assert.deepEqual(presenceParts({ joined: some('ann', 'bob') }, who), [{ name: 'ann' }, ' and ', { name: 'bob' }, ' joined']);
});

test('what is malformed is not told', () => {
  assert.equal(line({ joined: some(5, null, 'ann', {}), left: 'x', renamed: some({ from: 'a' }, null) }), 'ann joined');
  assert.equal(line({ joined: null, left: { total: 'x', data: {} }, renamed: 7 }), '');
});
