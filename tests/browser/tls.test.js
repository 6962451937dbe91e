// The pages over https:// and their sockets over wss://, with a certificate that
// nobody has signed.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { makeCertificate } from '../examples/programs/support/certificate.js';
import { PATIENCE, useBrowser, waitForText } from './browser.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);
const trusting = { ignoreHTTPSErrors: true };

const start = (t, kind, { certificate, key }, args = []) =>
  Server.start(t, kind, ['--tls-cert', certificate, '--tls-key', key, ...args]);

// That of the certificate which the server shows now.
async function fingerprintOf(server) {
  const socket = connect({ port: new URL(server.url).port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

// What becomes of a WebSocket that a script of `page` opens.
const attempt = (page, url) =>
  page.evaluate(
    (address) =>
      new Promise((resolve) => {
        const client = new WebSocket(address);
        client.onmessage = ({ data }) => resolve(JSON.parse(data).type);
        client.onerror = () => resolve('refused');
      }),
    url,
  );

test('both pages are live over https:// and wss://, and ask for nothing else', async (t) => {
  const files = makeCertificate(t);
  for (const kind of ['stocks', 'notifications']) {
    const server = await start(t, kind, files);
    const user = await browser.newUser(t, trusting);
    await browser.open(t, server.url, { user });
    const { host } = new URL(server.url);
    assert.ok(user.requests.includes(`wss://${host}/${kind}`), user.requests.join('\n'));
    for (const request of user.requests) assert.match(request, new RegExp(`^(https|wss)://${host}/`));
  }
});

test('a page of another https origin may connect only if that is allowed', async (t) => {
  const files = makeCertificate(t);
  const site = createServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) }, (request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>other</title>');
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  t.after(() => site.close());
  const other = `https://127.0.0.1:${site.address().port}`;
  // The page's errors are what this is about.
  const context = await browser.browser.newContext(trusting);
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(other);
  const strict = await start(t, 'stocks', files);
  assert.equal(await attempt(page, strict.socketUrl), 'refused');
  const open = await start(t, 'stocks', files, ['--allow-origin', other]);
  assert.equal(await attempt(page, open.socketUrl), 'update');
});

test('a new certificate ends no session, and new pages get it', async (t) => {
  const files = makeCertificate(t);
  const server = await start(t, 'notifications', files);
  const user = await browser.newUser(t, trusting);
  const page = await browser.open(t, server.url, { user });
  const old = await fingerprintOf(server);
  const renewed = makeCertificate(t);
  copyFileSync(renewed.certificate, files.certificate);
  copyFileSync(renewed.key, files.key);
  server.hangUp();
  const end = Date.now() + PATIENCE;
  while ((await fingerprintOf(server)) === old) assert.ok(Date.now() < end, 'the old certificate is still shown');
  server.write('still there\n'); // announced to everybody
  await waitForText(page, '#panel', /still there/);
  const sockets = () => user.requests.filter((request) => request.startsWith('wss:')).length;
  assert.equal(sockets(), 1, 'the page has not connected again');
  const second = await browser.open(t, server.url, { user });
  await waitForText(second, '#panel', /still there/);
});
