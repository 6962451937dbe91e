// The notification page in a browser, against the real notifier: who is online,
// errors, lost connections, and that everybody can use it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { assertNoSidewaysScroll, tabTo, useBrowser, waitForConnection, waitForText } from './browser.js';
import { allTexts, card, CARDS, hideInbox, nameIsInUse, nameMe, openAs, option, POPUPS, post, send, sentTo, waitForCard } from './notification_steps.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);

describe('people', () => {
  test('are in the first paint, without any script', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await ann.waitForSelector(option('ann'), { state: 'attached' });
    const page = await browser.openPlain(t, server.url, '#people', /Online 1[^]*ann/);
    assert.equal(await page.locator(option('ann')).count(), 1);
  });

  test('hear that somebody elsewhere takes their name', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    const other = new WebSocket(server.socketUrl, { localAddress: '127.0.0.2' });
    t.after(() => other.terminate());
    other.on('open', () => other.send('{"type":"set-identifier","identifier":"ANN"}'));
    await waitForText(ann, '#name-error', /Somebody has connected as ann too, from another address/);
  });

  test('come and go in the list of recipients, and the one chosen stays chosen', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    const bobUser = await browser.newUser(t);
    const bob = await openAs(browser, t, server, 'bob', { user: bobUser });
    await ann.waitForSelector(option('bob'), { state: 'attached' });
    await ann.selectOption('#recipient', 'bob');
    const cid = await openAs(browser, t, server, 'cid');
    await ann.waitForSelector(option('cid'), { state: 'attached' });
    assert.equal(await ann.inputValue('#recipient'), 'bob');
    await waitForText(ann, '#people [data-part="total"]', /^3$/);
    const twin = await browser.open(t, server.url, { user: bobUser });
    await waitForText(ann, '#people li[data-key="bob"]', /2 connections/);

    await cid.close();
    await ann.waitForSelector(option('cid'), { state: 'detached' });
    await bob.close();
    await twin.close();
    await ann.waitForSelector(`[data-part="gone"] option[value="bob"]`, { state: 'attached' });
    assert.equal(await ann.inputValue('#recipient'), 'bob');
    assert.equal(await ann.locator('#people li[data-key="bob"]').count(), 0);
    await ann.fill('#message', 'too late'); // bob gets it when he is back
    await ann.click('#send button[type="submit"]');
    await waitForText(ann, '#send [data-part="done"]', /waits for/);
    const again = await openAs(browser, t, server, 'bob', { user: bobUser });
    await waitForText(again, 'body', /too late/);
  });

  test('make the list scroll, not the page, however many they are and whatever their names', async (t) => {
    const server = await Server.start(t, 'notifications');
    for (let i = 0; i < 40; i += 1) {
      const socket = new WebSocket(server.socketUrl);
      t.after(() => socket.terminate());
      socket.on('open', () => socket.send(JSON.stringify({ type: 'set-identifier', identifier: `${i}`.padEnd(64, 'n') })));
    }
    const page = await browser.open(t, server.url, { viewport: { width: 360, height: 740 } });
    await page.waitForFunction(() => document.querySelectorAll('#people li:not([data-anonymous])').length === 40);
    await tabTo(page, '.person');
    const { below, list, beside } = await page.evaluate(() => {
      const list = document.querySelector('#people ul');
      const { outlineWidth, outlineOffset } = getComputedStyle(document.activeElement);
      const ring = parseFloat(outlineWidth) + parseFloat(outlineOffset);
      return {
        below: document.documentElement.scrollHeight - window.scrollY - document.querySelector('.bottom').getBoundingClientRect().bottom,
        list: [list.scrollWidth - list.clientWidth, list.scrollHeight > list.clientHeight],
        beside: document.activeElement.getBoundingClientRect().left - ring - list.getBoundingClientRect().left,
      };
    });
    assert.ok(below < 1, `${below} px of nothing below the page`);
    assert.deepEqual(list, [0, true], 'it scrolls down only');
    assert.ok(beside >= 0, `${-beside} px of the focus ring are cut off`);
  });

  test('can be written to from the list', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await openAs(browser, t, server, 'bob');
    await ann.click('#people li[data-key="bob"] button');
    assert.equal(await ann.inputValue('#recipient'), 'bob');
    assert.equal(await ann.evaluate(() => document.activeElement.id), 'message');
  });

  test('who come, go or take a name are told of in a quiet line', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    const news = '#people [data-part="news"]';
    const guest = await browser.open(t, server.url);
    const id = await guest.textContent('#me');
    await waitForText(ann, news, new RegExp(`^Guest ${id} joined$`));
    await nameMe(guest, 'bob');
    await waitForText(ann, news, new RegExp(`^Guest ${id} is now bob$`));
    assert.equal(await ann.locator(`${news} bdi`).count(), 2, 'each name is set apart');
    const user = await browser.newUser(t);
    const cid = await openAs(browser, t, server, 'cid', { user });
    await waitForText(ann, news, /cid/);
    await cid.close();
    await waitForText(ann, news, /^cid left$/);
    // It is neither in the inbox nor in the way, and nothing of it is unread.
    assert.equal(await ann.locator(`${CARDS}, ${POPUPS}`).count(), 0);
    assert.equal(await ann.title(), 'Notifications');
  });

  test('are not told that they themselves came', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await nameMe(ann, 'anna');
    await ann.waitForSelector('#people li[data-key="anna"]');
    const bob = await openAs(browser, t, server, 'bob');
    await waitForText(ann, '#people [data-part="news"]', /bob/);
    assert.doesNotMatch(await ann.textContent('#people [data-part="news"]'), /ann/);
    await ann.close();
    await waitForText(bob, '#people [data-part="news"]', /^anna left$/);
  });

  test('do not come back from the log', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await send(ann, 'all', 'the only one');
    await waitForCard(ann, 'the only one');
    const late = await browser.open(t, server.url);
    await waitForCard(late, 'the only one');
    assert.equal(await late.locator(CARDS).count(), 1);
  });

  test('who have no name are reached by their client id', async (t) => {
    const server = await Server.start(t, 'notifications');
    const nobody = await browser.open(t, server.url);
    const ann = await openAs(browser, t, server, 'ann');
    const id = await nobody.textContent('#me');
    await ann.waitForSelector(`[data-part="unnamed"] option[value="${id}"]`, { state: 'attached' });
    await send(ann, id, 'you there');
    await waitForCard(nobody, 'you there');
    assert.equal(await card(nobody, 'you there').getAttribute('data-scope'), 'personal');
  });
});

describe('what the server refuses', () => {
  test('is said next to the form it came from', async (t) => {
    const server = await Server.start(t, 'notifications');
    const page = await browser.open(t, server.url);
    await page.fill('#identifier', 'all');
    await page.press('#identifier', 'Enter');
    await waitForText(page, '#name-error', /./);
    assert.equal(await page.getAttribute('#identifier', 'aria-invalid'), 'true');
    assert.equal(await page.textContent('#send-error'), '');
    await page.fill('#message', '   ');
    await page.click('#send button[type="submit"]');
    await waitForText(page, '#send-error', /./);
    await page.fill('#message', 'x'.repeat(2_001));
    assert.equal(await page.textContent('#send-error'), '');
    await page.click('#send button[type="submit"]');
    await waitForText(page, '#send-error', /./);
    await page.fill('#message', 'right');
    await page.click('#send button[type="submit"]');
    await sentTo(page, '1 connection');
    assert.equal(await page.inputValue('#message'), '');
  });
});

describe('a lost server', () => {
  test('makes the page say so; it recovers by itself, under its name', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    const bob = await openAs(browser, t, server, 'bob');
    await send(bob, 'ann', 'before');
    await waitForCard(ann, 'before');
    await server.kill();
    await waitForConnection(ann, 'stale');
    await waitForText(ann, '#status', /What was sent in the last \d+ s may be missing/);
    await ann.fill('#message', 'to nobody');
    await ann.click('#send button[type="submit"]');
    await waitForText(ann, '#send-error', /Not connected/);

    await server.restart();
    await waitForConnection(ann, 'live');
    await waitForConnection(bob, 'live');
    await waitForText(ann, '#me', /^ann$/);
    await waitForText(bob, '#me', /^bob$/);
    await nameIsInUse(server, 'ann');
    await send(bob, 'ann', 'after');
    await sentTo(bob, '1 connection');
    await waitForCard(ann, 'after');
    assert.equal(await card(ann, 'before').count(), 1, 'what was there stays');
  });

  test('costs nothing that was sent while one connection was away', async (t) => {
    const server = await Server.start(t, 'notifications');
    const { context } = await browser.newUser(t);
    const ann = await context.newPage();
    const sockets = [];
    let isCut = false;
    await ann.routeWebSocket(/\/notifications$/, (socket) => {
      if (isCut) socket.close({ code: 4002, reason: 'cut' });
      else sockets.push([socket, socket.connectToServer()]);
    });
    await ann.goto(server.url);
    await waitForConnection(ann, 'live');
    await nameMe(ann, 'ann');
    const bob = await openAs(browser, t, server, 'bob');
    await send(bob, 'ann', 'one');
    await waitForCard(ann, 'one');
    isCut = true;
    const [socket, upstream] = sockets[0];
    await upstream.close();
    await socket.close({ code: 4001, reason: 'slow' });
    await waitForConnection(ann, 'stale');
    await bob.waitForSelector('#people li[data-key="ann"]', { state: 'detached' });
    for (const text of ['two', 'three']) {
      await send(bob, 'all', text);
      await waitForCard(bob, text);
    }
    isCut = false;
    await waitForCard(ann, 'three');
    await waitForCard(ann, 'two');
    const texts = await ann.$$eval(CARDS, (list) => list.map((item) => item.querySelector('.text').textContent));
    assert.deepEqual(texts, ['three', 'two', 'one'], 'each once, in their order');
  });

  test('costs nothing even if more was sent than one answer holds', async (t) => {
    const server = await Server.start(t, 'notifications');
    const { context } = await browser.newUser(t);
    const ann = await context.newPage();
    let cut = null;
    await ann.routeWebSocket(/\/notifications$/, (socket) => {
      if (cut) socket.close({ code: 4002, reason: 'cut' });
      else cut = { socket, upstream: socket.connectToServer() };
    });
    await ann.goto(server.url);
    await waitForConnection(ann, 'live');
    const { socket, upstream } = cut;
    await upstream.close();
    await socket.close({ code: 4001, reason: 'slow' });
    await waitForConnection(ann, 'stale');
    const count = 100; // of 1,900 bytes: more than the 128 KiB of one answer
    for (let i = 1; i <= count; i += 1) await post(server, { recipientId: 'all', message: `${i} `.padEnd(1900, 'x') });
    cut = null;
    await waitForText(ann, '#panel [data-part="unread"]', new RegExp(`^${count} unread`));
    const numbers = (await allTexts(ann)).map((text) => Number.parseInt(text, 10));
    assert.deepEqual(numbers, Array.from({ length: count }, (_, i) => count - i), 'each once, in their order');
    assert.equal(await ann.isVisible('#incomplete'), false);
  });
});

describe('everybody', () => {
  test('can do it all by keyboard', async (t) => {
    const server = await Server.start(t, 'notifications');
    const page = await browser.open(t, server.url);
    await tabTo(page, '#identifier');
    await page.keyboard.type('ann');
    await page.keyboard.press('Enter');
    await waitForText(page, '#me', /^ann$/);
    await page.waitForSelector(option('ann'), { state: 'attached' });
    await hideInbox(page);
    await tabTo(page, '#recipient');
    await page.keyboard.type('ann');
    assert.equal(await page.inputValue('#recipient'), 'ann');
    await tabTo(page, '#message');
    await page.keyboard.type('by hand');
    await tabTo(page, 'input[name="level"]');
    await page.keyboard.press('ArrowLeft'); // round to the last
    assert.equal(await page.locator('input[name="level"]:checked').inputValue(), 'critical');
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement.closest('label')).outlineStyle), 'none');
    await tabTo(page, '#send button[type="submit"]');
    await page.keyboard.press('Enter');
    await sentTo(page, '1 connection');
    await waitForCard(page, 'by hand', POPUPS);
    assert.equal(await card(page, 'by hand', POPUPS).getAttribute('data-level'), 'critical');
    await tabTo(page, `${POPUPS} .close`);
    await page.keyboard.press('Space');
    await card(page, 'by hand', POPUPS).waitFor({ state: 'detached' });
  });

  test('can use it on a phone', async (t) => {
    const server = await Server.start(t, 'notifications');
    const page = await openAs(browser, t, server, 'n'.repeat(64), { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await hideInbox(page);
    await send(page, 'all', 'w'.repeat(500), { title: 't'.repeat(150), link: `/${'l'.repeat(200)}`, level: 'critical' });
    await waitForCard(page, 'w'.repeat(500), POPUPS);
    await assertNoSidewaysScroll(page);
    await page.keyboard.press('Escape');
    await server.kill();
    await waitForConnection(page, 'stale');
    await assertNoSidewaysScroll(page);
  });

  test('finds the state of the connection where the page ends, not short of it', async (t) => {
    const server = await Server.start(t, 'notifications');
    const page = await browser.open(t, server.url);
    const right = (selector) => page.$eval(selector, (element) => element.getBoundingClientRect().right);
    assert.equal(await right('#status .state'), await right('#people'));
  });

  test('gets it from this server alone', async (t) => {
    const server = await Server.start(t, 'notifications');
    const user = await browser.newUser(t);
    const page = await openAs(browser, t, server, 'ann', { user });
    await send(page, 'all', 'to all');
    await waitForCard(page, 'to all');
    const { host } = new URL(server.url);
    assert.deepEqual(user.requests.filter((url) => new URL(url).host !== host), []);
    assert.ok(user.requests.includes(server.socketUrl));
    const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });
});
