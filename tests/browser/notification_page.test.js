// The notification page in a browser, against the real notifier.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertNoSidewaysScroll, tabTo, useBrowser, waitForConnection, waitForText } from './browser.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);

const option = (name) => `#recipient option[value="${name}"]`;
const CARDS = '#panel .card';
const POPUPS = '#popups .card';

async function nameMe(page, name) {
  await page.fill('#identifier', name);
  await page.press('#identifier', 'Enter');
  await page.waitForFunction((wanted) => document.getElementById('me').textContent === wanted, name);
}

async function openAs(t, server, name, options = {}) {
  const page = await browser.open(t, server.url, options);
  await nameMe(page, name);
  return page;
}

async function send(page, recipient, message, { level, title, link } = {}) {
  await page.waitForSelector(option(recipient), { state: 'attached' });
  await page.selectOption('#recipient', recipient);
  await page.fill('#message', message);
  if (level) await page.locator(`input[name="level"][value="${level}"]`).check();
  if (title ?? link) await page.$eval('details', (details) => (details.open = true));
  if (title) await page.fill('#title', title);
  if (link) await page.fill('#link', link);
  await page.click('#send button[type="submit"]');
}

const sentTo = (page, text) => waitForText(page, '#send [data-part="done"]', new RegExp(`reached ${text}\\b`));

// Waits until a card (or whatever `selector` says) shows the text.
const waitForCard = (page, text, selector = CARDS) =>
  page.waitForFunction(
    ([where, wanted]) => [...document.querySelectorAll(where)].some((card) => card.querySelector('.text').textContent === wanted),
    [selector, text],
  );
const card = (page, text, selector = CARDS) => page.locator(selector, { has: page.getByText(text, { exact: true }) });
const has = async (page, text) => (await page.textContent('body')).includes(text);

describe('notifications', () => {
  test('to one of three users reach all tabs of that user, and nobody else', async (t) => {
    const server = await Server.start(t, 'notifications');
    const annUser = await browser.newUser(t);
    const ann1 = await openAs(t, server, 'ann', { user: annUser });
    const ann2 = await browser.open(t, server.url, { user: annUser });
    await waitForText(ann2, '#me', /^ann$/); // the name of the last tab is taken up
    const bob = await openAs(t, server, 'bob');
    const cid = await openAs(t, server, 'cid');

    await send(bob, 'ann', 'for ann alone');
    await sentTo(bob, '2 connections');
    for (const page of [ann1, ann2]) await waitForCard(page, 'for ann alone');
    // What came later to everyone proves that nothing more is on its way.
    await send(bob, 'all', 'for everyone');
    await sentTo(bob, '4 connections');
    for (const page of [ann1, ann2, bob, cid]) await waitForCard(page, 'for everyone');
    for (const page of [bob, cid]) assert.equal(await has(page, 'for ann alone'), false);
    for (const page of [ann1, ann2]) {
      assert.equal(await card(page, 'for ann alone').count(), 1);
      assert.equal(await card(page, 'for ann alone').getAttribute('data-scope'), 'personal');
      assert.equal(await card(page, 'for everyone').getAttribute('data-scope'), 'all');
    }
  });

  test('are listed newest first, and look different by scope and by level', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    const bob = await openAs(t, server, 'bob');
    const levels = ['info', 'success', 'warning', 'critical'];
    for (const level of levels) {
      await send(bob, level === 'info' ? 'ann' : 'all', `a ${level} one`, { level });
      await waitForCard(ann, `a ${level} one`);
    }
    const shown = await ann.$$eval(CARDS, (list) =>
      list
        .filter(({ dataset }) => !dataset.event)
        .map((item) => ({
          text: item.querySelector('.text').textContent,
          word: item.querySelector('.level').textContent,
          shape: item.querySelector('.outline').getAttribute('d') + item.querySelector('.mark').getAttribute('d'),
          colour: getComputedStyle(item.querySelector('.level')).color,
          ground: getComputedStyle(item).backgroundColor,
          scope: item.querySelector('.scope').textContent,
        })),
    );
    assert.deepEqual(shown.map(({ text }) => text), [...levels].reverse().map((level) => `a ${level} one`));
    assert.deepEqual(shown.map(({ word }) => word), ['Critical', 'Warning', 'Success', 'Info']);
    for (const key of ['shape', 'colour']) assert.equal(new Set(shown.map((item) => item[key])).size, 4, key);
    assert.deepEqual(shown.map(({ scope }) => scope), ['To all', 'To all', 'To all', 'To you']);
    assert.notEqual(shown[3].ground, shown[2].ground);
  });

  test('carry a title and a link that opens apart', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await send(ann, 'all', 'with a link', { title: 'A title', link: 'https://example.com/x?a=1&b=2' });
    await waitForCard(ann, 'with a link');
    const shown = card(ann, 'with a link');
    assert.equal(await shown.locator('.title').textContent(), 'A title');
    assert.equal(await shown.locator('a').getAttribute('href'), 'https://example.com/x?a=1&b=2');
    assert.match(await shown.locator('a').getAttribute('rel'), /noopener/);
  });

  test('of attackers stay text', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    const name = '<img src=x onerror=alert(1)>';
    const eve = await openAs(t, server, name);
    const message = '<script>document.title="x"</script><b>bold</b>';
    await send(eve, 'ann', message, { title: '<i>t</i>' });
    await waitForCard(ann, message);
    assert.equal(await card(ann, message).locator('.from bdi').textContent(), name);
    assert.equal(await ann.locator('img, b, i, .card script, .people script').count(), 0);
    await ann.waitForFunction((wanted) => [...document.querySelectorAll('#recipient option')].some(({ value }) => value === wanted), name);
    // The next visitor gets the name from the template.
    const late = await browser.open(t, server.url);
    assert.equal(await late.locator('img').count(), 0);
    await send(eve, 'ann', 'click', { link: 'javascript:alert(1)' });
    await waitForText(eve, '#send-error', /./);
    assert.equal(await ann.locator('a[href^="javascript"]').count(), 0);
  });

  test('that were sent before are in the panel of a later page, but are not news', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await send(ann, 'all', 'an old one');
    await waitForCard(ann, 'an old one');
    const late = await browser.open(t, server.url);
    await waitForCard(late, 'an old one');
    assert.equal(await card(late, 'an old one').getAttribute('data-unread'), null);
    assert.equal(await card(late, 'an old one', POPUPS).count(), 0);
  });
});

describe('pop-ups', () => {
  test('go by themselves, but critical ones stay until Escape', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await send(ann, 'ann', 'stays', { level: 'critical' });
    await waitForCard(ann, 'stays', POPUPS);
    await send(ann, 'ann', 'goes', { level: 'info' });
    await waitForCard(ann, 'goes', POPUPS);
    await card(ann, 'goes', POPUPS).waitFor({ state: 'detached' });
    assert.equal(await card(ann, 'stays', POPUPS).count(), 1);
    await ann.keyboard.press('Escape');
    await card(ann, 'stays', POPUPS).waitFor({ state: 'detached' });
    assert.equal(await card(ann, 'stays').count(), 1, 'still in the panel');
  });

  test('stay as long as the focus is on one', async (t) => {
    const server = await Server.start(t, 'notifications');
    const { context } = await browser.newUser(t);
    const ann = await context.newPage();
    await ann.clock.install();
    await ann.goto(server.url);
    await waitForConnection(ann, 'live');
    await nameMe(ann, 'ann');
    await send(ann, 'ann', 'held', { level: 'info' });
    await waitForCard(ann, 'held', POPUPS);
    await card(ann, 'held', POPUPS).locator('.close').focus();
    await ann.clock.fastForward(15_000);
    assert.equal(await card(ann, 'held', POPUPS).count(), 1);
    await ann.locator('#message').focus();
    await ann.clock.runFor(100); // until it is known where the focus went
    await ann.clock.fastForward(15_000);
    await card(ann, 'held', POPUPS).waitFor({ state: 'detached' });
  });

  test('are closed by their button, which is reading them', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await send(ann, 'ann', 'one', { level: 'critical' });
    await waitForCard(ann, 'one', POPUPS);
    await tabTo(ann, `${POPUPS} .close`);
    await ann.keyboard.press('Enter');
    await card(ann, 'one', POPUPS).waitFor({ state: 'detached' });
    assert.equal(await card(ann, 'one').getAttribute('data-unread'), null);
  });

  test('are a few at most', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    for (let i = 1; i <= 6; i += 1) {
      await send(ann, 'ann', `number ${i}`, { level: 'critical' });
      await waitForCard(ann, `number ${i}`, POPUPS);
    }
    assert.equal(await ann.locator(POPUPS).count(), 4);
  });

  test('are announced: critical ones at once', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await send(ann, 'ann', 'a quiet word');
    await waitForText(ann, '#announcer[aria-live="polite"]', /Info, personal notification from ann: a quiet word/);
    await send(ann, 'ann', 'fire', { level: 'critical' });
    await waitForText(ann, '#alarm[aria-live="assertive"]', /Critical, personal notification from ann: fire/);
  });

  test('do not tell people that they themselves joined', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await ann.waitForSelector(`${CARDS}[data-event="joined"]`);
    const bob = await openAs(t, server, 'bob');
    await ann.waitForFunction((where) => [...document.querySelectorAll(where)].some((item) => /bob/.test(item.textContent)), POPUPS);
    const about = await bob.$$eval(POPUPS, (list) => list.map((item) => item.textContent).filter((text) => /bob/.test(text)));
    assert.deepEqual(about, []);
  });
});

describe('unread notifications', () => {
  // The count on the page, in the title and in the cards, at one moment.
  const counts = (page) =>
    page.evaluate(() => ({
      cards: document.querySelectorAll('#panel .card[data-unread]').length,
      tally: Number.parseInt(document.querySelector('[data-part="unread"]').textContent || '0', 10),
      title: Number(/^\((\d+)\) Notifications$/.exec(document.title)?.[1] ?? 0),
    }));

  test('are counted in the page and in its title, until the button marks them read', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    const bob = await openAs(t, server, 'bob');
    await send(bob, 'ann', 'first');
    await send(bob, 'ann', 'second');
    await waitForCard(ann, 'second');
    const { cards, tally, title } = await counts(ann);
    assert.ok(cards >= 2);
    assert.deepEqual([tally, title], [cards, cards]);
    await ann.click('#panel [data-part="read"]');
    await ann.waitForFunction(() => document.title === 'Notifications');
    assert.deepEqual(await counts(ann), { cards: 0, tally: 0, title: 0 });
  });

  test('are read once the panel is looked at', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    const bob = await openAs(t, server, 'bob');
    await send(bob, 'ann', 'look');
    await ann.waitForFunction(() => /^\(\d+\)/.test(document.title));
    await ann.hover('#panel-title');
    await ann.waitForFunction(() => document.title === 'Notifications');
  });

  test('stay unread over a reload, and so do those that were read stay read', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    const bob = await openAs(t, server, 'bob');
    await send(bob, 'ann', 'read');
    await waitForCard(ann, 'read');
    await ann.click('#panel [data-part="read"]');
    await ann.mouse.move(1199, 1);
    await ann.evaluate(() => document.activeElement.blur());
    await send(bob, 'ann', 'not read');
    await waitForCard(ann, 'not read');
    await ann.reload();
    await waitForConnection(ann, 'live');
    await waitForCard(ann, 'not read');
    await waitForCard(ann, 'read');
    assert.equal(await card(ann, 'not read').getAttribute('data-unread'), '');
    assert.equal(await card(ann, 'read').getAttribute('data-unread'), null);
  });
});

describe('people', () => {
  test('are in the first paint, without any script', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await ann.waitForSelector(option('ann'), { state: 'attached' });
    const { context } = await browser.newUser(t, { javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.url);
    assert.match(await page.locator('#people').innerText(), /Online 1[^]*ann/);
    assert.equal(await page.locator(option('ann')).count(), 1);
  });

  test('come and go in the list of recipients, and the one chosen stays chosen', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    const bobUser = await browser.newUser(t);
    const bob = await openAs(t, server, 'bob', { user: bobUser });
    await ann.waitForSelector(option('bob'), { state: 'attached' });
    await ann.selectOption('#recipient', 'bob');
    const cid = await openAs(t, server, 'cid');
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
    await ann.fill('#message', 'too late');
    await ann.click('#send button[type="submit"]');
    await waitForText(ann, '#send-error', /./);
    assert.equal(await ann.inputValue('#message'), 'too late', 'what was written is not lost');
  });

  test('can be written to from the list', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(t, server, 'ann');
    await openAs(t, server, 'bob');
    await ann.click('#people li[data-key="bob"] button');
    assert.equal(await ann.inputValue('#recipient'), 'bob');
    assert.equal(await ann.evaluate(() => document.activeElement.id), 'message');
  });

  test('who have no name are reached by their client id', async (t) => {
    const server = await Server.start(t, 'notifications');
    const nobody = await browser.open(t, server.url);
    const ann = await openAs(t, server, 'ann');
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
    const ann = await openAs(t, server, 'ann');
    const bob = await openAs(t, server, 'bob');
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
    const bob = await openAs(t, server, 'bob');
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
    const texts = await ann.$$eval(CARDS, (list) => list.filter(({ dataset }) => !dataset.event).map((item) => item.querySelector('.text').textContent));
    assert.deepEqual(texts, ['three', 'two', 'one'], 'each once, in their order');
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
    const page = await openAs(t, server, 'n'.repeat(64), { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await send(page, 'all', 'w'.repeat(500), { title: 't'.repeat(150), link: `/${'l'.repeat(200)}`, level: 'critical' });
    await waitForCard(page, 'w'.repeat(500), POPUPS);
    await assertNoSidewaysScroll(page);
    await page.keyboard.press('Escape');
    await server.kill();
    await waitForConnection(page, 'stale');
    await assertNoSidewaysScroll(page);
  });

  test('gets it from this server alone', async (t) => {
    const server = await Server.start(t, 'notifications');
    const user = await browser.newUser(t);
    const page = await openAs(t, server, 'ann', { user });
    await send(page, 'all', 'to all');
    await waitForCard(page, 'to all');
    const { host } = new URL(server.url);
    assert.deepEqual(user.requests.filter((url) => new URL(url).host !== host), []);
    assert.ok(user.requests.includes(server.socketUrl));
    const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });
});
