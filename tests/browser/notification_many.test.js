// The notification page with an inbox of ten thousand entries: what is drawn, and
// what one notification, a search and a mark touch.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { useBrowser, waitForText } from './browser.js';
import { allTexts, card, openAs, POPUPS, post, waitForCard } from './notification_steps.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);
const TALLY = '#panel [data-part="unread"]';
const unreadCards = (page) => page.locator('#panel .card[data-unread]').count();

describe('ten thousand entries', () => {
  test('are all there, and only some rows of them at a time', { timeout: 600_000 }, async (t) => {
    const server = await Server.start(t, 'notifications');
    const total = 10_000;
    for (let i = 0; i < total; i += 100) {
      await post(server, Array.from({ length: 100 }, (_, k) => ({ recipientId: 'all', message: `entry ${i + k}${k % 7 === 0 ? ' and some more words'.repeat(12) : ''}` })));
    }
    const ann = await openAs(browser, t, server, 'ann');
    await waitForText(ann, TALLY, /^10000 unread$/);
    const { rows, seen } = await ann.evaluate(async () => {
      const list = document.querySelector('#panel [data-part="list"]');
      const drawn = () => [...list.querySelectorAll('.card')];
      // Until the rows in sight are those of where one has scrolled to: a busy machine
      // takes more than one frame for that.
      const painted = async () => {
        for (;;) {
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done))); // at the end of a frame
          const { top, bottom } = list.getBoundingClientRect();
          const boxes = drawn().map((row) => row.getBoundingClientRect());
          const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
          if (boxes.length > 0 && boxes[0].top <= top && (isAtEnd || boxes.at(-1).bottom >= bottom)) return;
        }
      };
      let most = 0;
      const found = new Set();
      for (;;) {
        await painted();
        const rows = drawn();
        most = Math.max(most, rows.length);
        for (const row of rows) found.add(row.querySelector('.text').textContent.split(' and')[0]);
        if (found.has('entry 0')) break;
        list.scrollTop += 2 * list.clientHeight; // rows around what is in sight are drawn too
      }
      return { rows: most, seen: found.size };
    });
    assert.equal(seen, total);
    assert.ok(rows < 120, `${rows} rows are drawn at once`);
    // What one reads stays where it is when something comes.
    const middle = () =>
      ann.evaluate(() => {
        const list = document.querySelector('#panel [data-part="list"]').getBoundingClientRect();
        const row = document.elementFromPoint(list.left + 40, list.top + list.height / 2).closest('.card');
        return [row.dataset.id, Math.round(row.getBoundingClientRect().top)];
      });
    const before = await middle();
    await post(server, { recipientId: 'ann', message: 'on top' });
    await waitForCard(ann, 'on top', POPUPS);
    assert.deepEqual(await middle(), before);
    await ann.fill('#filter-search', '7999');
    await waitForCard(ann, 'entry 7999');
    assert.deepEqual(await allTexts(ann), ['entry 7999']);
    // What comes meanwhile is looked at too, and clearing the search shows all.
    await post(server, { recipientId: 'all', message: 'another 7999' });
    await post(server, { recipientId: 'all', message: 'no match' });
    await waitForCard(ann, 'another 7999');
    assert.deepEqual(await allTexts(ann), ['another 7999', 'entry 7999']);
    await waitForText(ann, '#panel [data-part="end"]', /^2 of 10000$/); // the oldest have gone
    await ann.click('#panel [data-part="clear"]');
    await waitForCard(ann, 'no match');
    // One that comes is one row; those that are drawn stay as they are.
    const touched = await ann.evaluateHandle((selector) => {
      const found = { added: 0, removed: 0 };
      new MutationObserver((records) => {
        for (const { addedNodes, removedNodes } of records) {
          found.added += addedNodes.length;
          found.removed += removedNodes.length;
        }
      }).observe(document.querySelector(selector), { childList: true, subtree: true });
      return found;
    }, '#panel [data-part="list"]');
    await post(server, { recipientId: 'all', message: 'one more' });
    await waitForCard(ann, 'one more');
    const { added, removed } = await touched.jsonValue();
    assert.ok(added <= 2 && removed <= 2, `${added} rows were added and ${removed} removed`);
    await ann.click('#panel [data-part="read"]');
    await waitForText(ann, TALLY, /^$/);
    assert.equal(await unreadCards(ann), 0);
    await ann.selectOption('#filter-scope', 'unread');
    await ann.waitForSelector('#panel [data-part="none"]');
    // While one looks at the panel, what comes is read a second later.
    await ann.mouse.move(1199, 1);
    await ann.evaluate(() => document.activeElement.blur());
    await post(server, { recipientId: 'all', message: 'unread again' });
    await waitForCard(ann, 'unread again');
    assert.deepEqual(await allTexts(ann), ['unread again']);
    await ann.hover('#panel-title');
    await card(ann, 'unread again').waitFor({ state: 'detached' });
  });
});
