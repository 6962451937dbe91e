// The inbox in a browser, against the real notifier: what is unread survives a
// reload and agrees everywhere, filters, deletion, groups, many entries.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertNoSidewaysScroll, useBrowser, waitForConnection, waitForText } from './browser.js';
import { allTexts, card, CARDS, hideInbox, openAs, option, POPUPS, post, send, sentTo, waitForCard } from './notification_steps.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);
const TALLY = '#panel [data-part="unread"]';
const AWAY = '#panel [data-part="away"]';
const unreadCards = (page) => page.locator('#panel .card[data-unread]').count();

// Everybody who has the name has gone.
async function waitUntilGone(server, name) {
  const isOnline = async () => (await (await fetch(new URL('api/users', server.url))).json()).data.some(({ identifier }) => identifier === name);
  while (await isOnline());
}

async function joinGroup(page, group) {
  await page.fill('#groups [name="group"]', group);
  await page.press('#groups [name="group"]', 'Enter');
  await page.waitForSelector(`#groups li[data-key="${group}"]`);
}

describe('what is unread', () => {
  test('is unread after F5 too', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    for (let i = 1; i <= 4; i += 1) await post(server, { recipientId: 'ann', message: `alarm ${i}`, level: 'critical' });
    await waitForText(ann, TALLY, /^4 unread$/);
    await ann.reload();
    await waitForConnection(ann, 'live');
    await waitForCard(ann, 'alarm 1');
    await waitForText(ann, TALLY, /^4 unread$/);
    assert.equal(await unreadCards(ann), 4);
    assert.equal(await ann.title(), '(4) Notifications');
    // They were on the screen before: nobody has missed them.
    assert.equal(await ann.isHidden(AWAY), true);
  });

  test('of a guest is unread after F5 too', async (t) => {
    const server = await Server.start(t, 'notifications');
    const guest = await browser.open(t, server.url);
    await post(server, { recipientId: 'all', message: 'to all', level: 'critical' });
    await waitForText(guest, TALLY, /^1 unread$/);
    await guest.reload();
    await waitForConnection(guest, 'live');
    await waitForCard(guest, 'to all');
    assert.equal(await unreadCards(guest), 1);
  });

  test('is read in all tabs once it is read in one, and after a reload', async (t) => {
    const server = await Server.start(t, 'notifications');
    const user = await browser.newUser(t);
    const one = await openAs(browser, t, server, 'ann', { user });
    const other = await browser.open(t, server.url, { user });
    await waitForText(other, '#me', /^ann$/);
    for (let i = 1; i <= 3; i += 1) await post(server, { recipientId: 'ann', message: `m${i}` });
    for (const page of [one, other]) await waitForText(page, TALLY, /^3 unread$/);
    await card(one, 'm2').click();
    for (const page of [one, other]) await waitForText(page, TALLY, /^2 unread$/);
    assert.equal(await card(other, 'm2').getAttribute('data-unread'), null);
    await one.click('#panel [data-part="read"]');
    await waitForText(other, TALLY, /^$/);
    assert.equal(await unreadCards(other), 0);
    assert.equal(await other.title(), 'Notifications');
    await other.reload();
    await waitForConnection(other, 'live');
    await waitForCard(other, 'm1');
    assert.equal(await unreadCards(other), 0);
  });
});

describe('what comes while one is away', () => {
  test('comes after the reload, and is shown as missed', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await ann.goto('about:blank');
    await waitUntilGone(server, 'ann');
    const sent = await post(server, { recipientId: 'ann', message: 'right after she left', level: 'critical' });
    assert.equal(sent.queued, 1);
    await ann.goto(server.url);
    await waitForCard(ann, 'right after she left');
    await waitForText(ann, AWAY, /^While you were away: 1 notification, 1 critical\.$/);
    assert.equal(await card(ann, 'right after she left').getAttribute('data-missed'), '');
    await ann.selectOption('#filter-scope', 'missed');
    await waitForCard(ann, 'right after she left');
    await ann.click('#panel [data-part="read"]');
    await ann.waitForFunction((selector) => document.querySelector(selector).hidden, AWAY);
  });
});

describe('an entry', () => {
  test('that is deleted goes from all tabs, and stays away', async (t) => {
    const server = await Server.start(t, 'notifications');
    const user = await browser.newUser(t);
    const one = await openAs(browser, t, server, 'ann', { user });
    const other = await browser.open(t, server.url, { user });
    await waitForText(other, '#me', /^ann$/);
    for (const message of ['keep', 'drop']) await post(server, { recipientId: 'ann', message });
    for (const page of [one, other]) await waitForCard(page, 'drop');
    await card(one, 'drop').locator('.delete').click();
    for (const page of [one, other]) await card(page, 'drop').waitFor({ state: 'detached' });
    await other.reload();
    await waitForCard(other, 'keep');
    assert.equal(await card(other, 'drop').count(), 0);
  });

  test('has the buttons of its actions, which open safe links only', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await post(server, { recipientId: 'ann', message: 'choose', actions: [{ label: 'Approve', link: 'https://example.com/yes' }, { label: 'Look', link: '/orders/7' }] });
    await waitForCard(ann, 'choose');
    const links = await card(ann, 'choose').locator('.action').evaluateAll((list) => list.map((link) => [link.textContent, link.getAttribute('href'), link.rel, link.target]));
    assert.deepEqual(links, [
      ['Approve', 'https://example.com/yes', 'noopener noreferrer', '_blank'],
      ['Look', '/orders/7', 'noopener noreferrer', '_blank'],
    ]);
    // The form makes them too.
    await ann.$eval('#send details', (details) => (details.open = true));
    await ann.fill('#action', 'Open it');
    await ann.fill('#action-link', '/here');
    await send(ann, 'ann', 'with a button');
    await waitForCard(ann, 'with a button');
    assert.equal(await card(ann, 'with a button').locator('.action').getAttribute('href'), '/here');
  });

  test('takes the place of the one with the same tag', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await hideInbox(ann);
    await post(server, { recipientId: 'ann', message: '40 %', replaces: 'copy', level: 'critical' });
    await waitForCard(ann, '40 %', POPUPS);
    await post(server, { recipientId: 'ann', message: '80 %', replaces: 'copy', level: 'critical' });
    await waitForCard(ann, '80 %', POPUPS);
    assert.equal(await ann.locator(POPUPS).count(), 1);
    await waitForText(ann, TALLY, /^1 unread$/);
    await ann.click('#panel [data-part="clear"]');
    assert.deepEqual(await allTexts(ann), ['80 %']);
  });
});

describe('the filters', () => {
  test('show what is personal, of a level, to a group, or has the words', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await joinGroup(ann, '#ops');
    await post(server, { recipientId: 'all', message: 'to all', level: 'warning' });
    await post(server, { recipientId: 'ann', message: 'to ann', title: 'Build' });
    await post(server, { recipientId: '#ops', message: 'to ops', level: 'critical' });
    await waitForCard(ann, 'to ops');
    const shows = async (wanted) => {
      await ann.waitForFunction(
        ([selector, text]) => [...document.querySelectorAll(selector)].map((row) => row.querySelector('.text').textContent).join() === text,
        [CARDS, wanted.join()],
      );
    };
    await shows(['to ops', 'to ann', 'to all']);
    await ann.selectOption('#filter-scope', 'personal');
    await shows(['to ann']);
    await ann.selectOption('#filter-scope', '#ops');
    await shows(['to ops']);
    await ann.selectOption('#filter-scope', '');
    await ann.selectOption('#filter-level', 'warning');
    await shows(['to all']);
    await ann.selectOption('#filter-level', '');
    await ann.fill('#filter-search', 'BUILD ann');
    await shows(['to ann']);
    await ann.fill('#filter-search', 'nobody said this');
    await ann.waitForSelector('#panel [data-part="none"]');
    await ann.click('#panel [data-part="clear"]');
    await shows(['to ops', 'to ann', 'to all']);
  });
});

describe('groups', () => {
  test('are joined, written to and left; their members are listed', async (t) => {
    const server = await Server.start(t, 'notifications');
    const user = await browser.newUser(t);
    const ann = await openAs(browser, t, server, 'ann', { user });
    const bob = await openAs(browser, t, server, 'bob');
    await joinGroup(ann, '#ops');
    const other = await browser.open(t, server.url, { user });
    await other.waitForSelector('#groups li[data-key="#ops"]'); // on all devices
    await joinGroup(bob, '#ops');
    await ann.click('#groups [data-act="members"]');
    await waitForText(ann, '#groups .members', /ann2 devices.*bobonline/);
    await send(bob, '#ops', 'to the group');
    await sentTo(bob, '3 connections');
    for (const page of [ann, other, bob]) await waitForCard(page, 'to the group');
    assert.equal(await card(ann, 'to the group').locator('.scope').textContent(), 'To #ops');
    await bob.click('#groups [data-act="leave"]');
    await bob.waitForSelector('#groups li[data-key="#ops"]', { state: 'detached' });
    await waitForText(ann, '#people [data-part="news"]', /^bob left #ops$/);
    await send(ann, '#ops', 'without bob');
    await sentTo(ann, '2 connections');
  });

  test('can be written to, as can who is not online, by name', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await ann.selectOption('#recipient', { label: 'Another name or #group…' });
    await ann.fill('#send [name="other"]', 'nobody-yet');
    await ann.fill('#message', 'hello');
    await ann.click('#send button[type="submit"]');
    await waitForText(ann, '#send-error', /[Nn]obody/);
    await ann.fill('#send [name="other"]', '#empty');
    await ann.click('#send button[type="submit"]');
    await sentTo(ann, '0 connections');
  });

  test('need a name', async (t) => {
    const server = await Server.start(t, 'notifications');
    const guest = await browser.open(t, server.url);
    assert.ok(await guest.isVisible('#groups [data-part="guest"]'));
    assert.ok(await guest.isDisabled('#groups [name="group"]'));
  });
});

describe('pop-ups', () => {
  const boxes = (page) =>
    page.evaluate(() => {
      const box = (node) => {
        const { left, top, right, bottom } = node.getBoundingClientRect();
        return { left, top, right, bottom };
      };
      return {
        popups: [...document.querySelectorAll('#popups .card')].map(box),
        others: ['#panel', '#send', '#name', '#groups'].map((selector) => [selector, box(document.querySelector(selector))]),
        header: box(document.querySelector('.top')),
        window: [innerWidth, innerHeight],
      };
    });

  test('do not repeat what one sees in the inbox, and go when one sees it there', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await post(server, { recipientId: 'ann', message: 'in sight', level: 'critical' });
    await waitForCard(ann, 'in sight');
    await waitForText(ann, '#alarm', /in sight/); // it was told all the same
    assert.equal(await ann.locator(POPUPS).count(), 0);
    await ann.selectOption('#filter-level', 'info');
    await post(server, { recipientId: 'ann', message: 'out of sight', level: 'critical' });
    await waitForCard(ann, 'out of sight', POPUPS);
    await ann.locator(`${POPUPS} .open`).click();
    await waitForCard(ann, 'out of sight');
    await ann.waitForSelector(POPUPS, { state: 'detached' });
    await waitForText(ann, TALLY, /^1 unread$/);
  });

  test('cover neither the inbox nor a form', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await hideInbox(ann);
    for (let i = 1; i <= 4; i += 1) await post(server, { recipientId: 'ann', message: `${i} ${'words '.repeat(200)}`, title: 'A title', level: 'critical' });
    await ann.waitForFunction((selector) => document.querySelectorAll(selector).length === 4, POPUPS);
    const { popups, others, window } = await boxes(ann);
    for (const popup of popups) {
      assert.ok(popup.top >= 0 && popup.right <= window[0] && popup.bottom <= window[1], JSON.stringify(popup));
      for (const [selector, box] of others) assert.ok(popup.left >= box.right || popup.right <= box.left || popup.top >= box.bottom, selector);
    }
  });

  test('leave a phone usable: one at a time, over the line at the top', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann', { viewport: { width: 360, height: 740 } });
    await hideInbox(ann);
    for (let i = 1; i <= 3; i += 1) await post(server, { recipientId: 'ann', message: `number ${i} ${'words '.repeat(100)}`, level: 'critical' });
    await waitForText(ann, POPUPS, /number 3/);
    const { popups, header } = await boxes(ann);
    assert.equal(popups.length, 1);
    assert.ok(popups[0].bottom <= header.bottom + 1 && popups[0].top >= header.top, JSON.stringify([popups, header]));
    await assertNoSidewaysScroll(ann);
  });

  test('tell who comes and goes only if one wants that', async (t) => {
    const server = await Server.start(t, 'notifications');
    const ann = await openAs(browser, t, server, 'ann');
    await openAs(browser, t, server, 'bob');
    await waitForText(ann, '#people [data-part="news"]', /bob/);
    assert.equal(await ann.locator(POPUPS).count(), 0);
    await ann.$eval('#alerts', (details) => (details.open = true));
    assert.equal(await ann.isChecked('#alerts [name="sound"]'), false, 'silent by default');
    await ann.check('#alerts [name="presence"]');
    await openAs(browser, t, server, 'cid');
    await ann.waitForSelector(POPUPS);
    assert.equal(await ann.locator(`${CARDS}`).count(), 0);
    await ann.reload();
    assert.equal(await ann.isChecked('#alerts [name="presence"]'), true, 'it is remembered');
  });
});

describe('a hidden tab', () => {
  test('lets the browser tell, if the user has asked for it', async (t) => {
    const server = await Server.start(t, 'notifications');
    const user = await browser.newUser(t);
    await user.context.addInitScript(() => {
      window.told = [];
      window.Notification = class {
        static permission = 'default';
        static async requestPermission() {
          return (Notification.permission = 'granted');
        }
        constructor(title, { body }) {
          window.told.push([title, body]);
        }
      };
      Object.defineProperty(document, 'visibilityState', { get: () => window.visibility ?? 'visible' });
    });
    const ann = await openAs(browser, t, server, 'ann', { user });
    const say = async (message) => {
      await post(server, { recipientId: 'ann', title: 'Title', message });
      await waitForCard(ann, message);
    };
    await ann.evaluate(() => (window.visibility = 'hidden'));
    await say('nobody asked');
    await ann.evaluate(() => (window.visibility = 'visible'));
    await ann.$eval('#alerts', (details) => (details.open = true));
    await ann.click('#alerts [data-part="browser"]');
    await waitForText(ann, '#alerts [data-part="browser"]', /^Stop/);
    await say('looked at');
    await ann.evaluate(() => (window.visibility = 'hidden'));
    await say('asked for');
    assert.deepEqual(await ann.evaluate(() => window.told), [['Title', 'asked for']]);
  });
});

describe('a sound', () => {
  test('is made only if one asks for it', async (t) => {
    const server = await Server.start(t, 'notifications');
    const user = await browser.newUser(t);
    await user.context.addInitScript(() => {
      window.tones = 0;
      const part = () => ({
        frequency: {},
        gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} },
        connect: (next) => next,
        start: () => (window.tones += 1),
        stop() {},
      });
      window.AudioContext = class {
        currentTime = 0;
        destination = part();
        createOscillator = part;
        createGain = part;
      };
    });
    const ann = await openAs(browser, t, server, 'ann', { user });
    await post(server, { recipientId: 'ann', message: 'silent' });
    await waitForCard(ann, 'silent');
    await waitForText(ann, '#announcer', /silent/);
    assert.equal(await ann.evaluate(() => window.tones), 0);
    await ann.$eval('#alerts', (details) => (details.open = true));
    await ann.check('#alerts [name="sound"]');
    assert.equal(await ann.evaluate(() => window.tones), 2, 'so that one knows it');
    await post(server, { recipientId: 'ann', message: 'loud' });
    await ann.waitForFunction(() => window.tones === 4);
  });
});
