// The notification page in a browser, against the real notifier: the panel, the
// pop-ups, what is unread.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { tabTo, useBrowser, waitForConnection, waitForText } from './browser.js';
import { card, CARDS, has, hideInbox, nameMe, openAs, option, POPUPS, send, sentTo, showInbox, waitForCard } from './notification_steps.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);

describe('notifications', () => {
  test('to one of three users reach all tabs of that user, and nobody else', async (t) => {
    const server = await Server.start(t, 'notifications');
    const annUser = await browser.newUser(t);
    const ann1 = await openAs(browser, t, server, 'ann', { user: annUser });
    const ann2 = await browser.open(t, server.url, { user: annUser });
    await waitForText(ann2, '#me', /^ann$/); // the name of the last tab is taken up
    const bob = await openAs(browser, t, server, 'bob');
    const cid = await openAs(browser, t, server, 'cid');

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
    const ann = await openAs(browser, t, server, 'ann');
    const bob = await openAs(browser, t, server, 'bob');
    const levels = ['info', 'success', 'warning', 'critical'];
    for (const level of levels) {
      await send(bob, level === 'info' ? 'ann' : 'all', `a ${level} one`, { level });
      await waitForCard(ann, `a ${level} one`);
    }
    const shown = await ann.$$eval(CARDS, (list) =>
      list.map((item) => ({
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
    const ann = await openAs(browser, t, server, 'ann');
    await send(ann, 'all', 'with a link', { title: 'A title', link: 'https://example.com/x?a=1&b=2' });
    await waitForCard(ann, 'with a link');
    const shown = card(ann, 'with a link');
    assert.equal(await shown.locator('.title').textContent(), 'A title');
    assert.equal(await shown.locator('a').getAttribute('href'), 'https://example.com/x?a=1&b=2');
    assert.match(await shown.locator('a').getAttribute('rel'), /noopener/);
  });

  test('of attackers stay text', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    const name = '<img src=x onerror=alert(1)>';
    const eve = await openAs(browser, t, server, name);
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
    const ann = await openAs(browser, t, server, 'ann');
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
    const ann = await openAs(browser, t, server, 'ann');
    await hideInbox(ann);
    await send(ann, 'ann', 'stays', { level: 'critical' });
    await waitForCard(ann, 'stays', POPUPS);
    await send(ann, 'ann', 'goes', { level: 'info' });
    await waitForCard(ann, 'goes', POPUPS);
    await card(ann, 'goes', POPUPS).waitFor({ state: 'detached' });
    assert.equal(await card(ann, 'stays', POPUPS).count(), 1);
    await ann.keyboard.press('Escape');
    await card(ann, 'stays', POPUPS).waitFor({ state: 'detached' });
    await showInbox(ann);
    await waitForCard(ann, 'stays'); // still in the inbox
  });

  test('stay as long as the focus is on one', async (t) => {
    const server = await Server.start(t, 'notifications');
    const { context } = await browser.newUser(t);
    const ann = await context.newPage();
    await ann.clock.install();
    await ann.goto(server.url);
    await waitForConnection(ann, 'live');
    await nameMe(ann, 'ann');
    await hideInbox(ann);
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
    const ann = await openAs(browser, t, server, 'ann');
    await hideInbox(ann);
    await send(ann, 'ann', 'one', { level: 'critical' });
    await waitForCard(ann, 'one', POPUPS);
    await tabTo(ann, `${POPUPS} .close`);
    await ann.keyboard.press('Enter');
    await card(ann, 'one', POPUPS).waitFor({ state: 'detached' });
    await showInbox(ann);
    await waitForCard(ann, 'one');
    assert.equal(await card(ann, 'one').getAttribute('data-unread'), null);
  });

  test('are a few at most', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await hideInbox(ann);
    for (let i = 1; i <= 6; i += 1) {
      await send(ann, 'ann', `number ${i}`, { level: 'critical' });
      await waitForCard(ann, `number ${i}`, POPUPS);
    }
    assert.equal(await ann.locator(POPUPS).count(), 4);
  });

  test('are announced: critical ones at once', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await send(ann, 'ann', 'a quiet word');
    await waitForText(ann, '#announcer[aria-live="polite"]', /Info, personal notification from ann: a quiet word/);
    await send(ann, 'ann', 'fire', { level: 'critical' });
    await waitForText(ann, '#alarm[aria-live="assertive"]', /Critical, personal notification from ann: fire/);
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
    const ann = await openAs(browser, t, server, 'ann');
    const bob = await openAs(browser, t, server, 'bob');
    await send(bob, 'ann', 'first');
    await send(bob, 'ann', 'second');
    await waitForCard(ann, 'second');
    const { cards, tally, title } = await counts(ann);
    assert.deepEqual([cards, tally, title], [2, 2, 2]);
    await ann.click('#panel [data-part="read"]');
    await ann.waitForFunction(() => document.title === 'Notifications');
    assert.deepEqual(await counts(ann), { cards: 0, tally: 0, title: 0 });
  });

  test('are read once the panel is looked at', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    const bob = await openAs(browser, t, server, 'bob');
    await send(bob, 'ann', 'look');
    await ann.waitForFunction(() => /^\(\d+\)/.test(document.title));
    await ann.hover('#panel-title');
    await ann.waitForFunction(() => document.title === 'Notifications');
  });

  test('stay unread over a reload, and so do those that were read stay read', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    const bob = await openAs(browser, t, server, 'bob');
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
