// The notification page of a user who has shown a token in a cookie.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { useBrowser, waitForText } from './browser.js';
import { card, send, waitForCard } from './notification_steps.js';
import { Server } from './servers.js';

const SECRET = 'a secret of thirty-two bytes, or a few more';
const folder = mkdtempSync(join(tmpdir(), 'tickerhub-'));
writeFileSync(join(folder, 'secret'), SECRET);
after(() => rmSync(folder, { recursive: true }));
const browser = useBrowser(before, after);

function token(claims) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode({ alg: 'HS256' })}.${encode({ exp: Math.floor(Date.now() / 1000) + 600, ...claims })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

test('a page knows from a token who it is, and what it may', async (t) => {
  const server = await Server.start(t, 'notifications', ['--auth-secret-file', join(folder, 'secret')]);
  const openWith = async (claims) => {
    const user = await browser.newUser(t);
    await user.context.addCookies([{ name: 'tickerhub_token', value: token(claims), url: server.url, httpOnly: true, sameSite: 'Strict' }]);
    return browser.open(t, server.url, { user });
  };
  const ann = await openWith({ sub: 'ann', scope: 'read send-all' });
  await waitForText(ann, '#me', /^ann$/);
  assert.ok(await ann.isDisabled('#identifier'), 'names are not chosen');
  assert.equal(await ann.textContent('#name-error'), '');
  const bob = await openWith({ sub: 'bob', scope: 'read' });
  await waitForText(bob, '#me', /^bob$/);
  await send(ann, 'all', 'hello');
  await waitForCard(bob, 'hello');
  assert.match(await card(bob, 'hello').textContent(), /ann/);
  await send(bob, 'all', 'me too');
  await waitForText(bob, '#send-error', /may not send to everybody/);
});
