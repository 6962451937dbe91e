// What the tests of the notification page do and look for.

import assert from 'node:assert/strict';
import { PATIENCE, waitForText } from './browser.js';

export const option = (name) => `#recipient option[value="${name}"]`;
export const CARDS = '#panel .card';
export const POPUPS = '#popups .card';

export async function nameMe(page, name) {
  await page.fill('#identifier', name);
  await page.press('#identifier', 'Enter');
  await page.waitForFunction((wanted) => document.getElementById('me').textContent === wanted, name);
}

// Until the server has a connection of that name. The page may show a name that
// the server does not know yet: after a reconnect, say.
export async function nameIsInUse(server, name) {
  const isOnline = async () => (await (await fetch(new URL('api/users', server.url))).json()).data.some(({ identifier }) => identifier === name);
  const end = Date.now() + PATIENCE;
  while (!(await isOnline())) assert.ok(Date.now() < end, `${name} is not online`);
}

export async function openAs(browser, t, server, name, options = {}) {
  const page = await browser.open(t, server.url, options);
  await nameMe(page, name);
  return page;
}

export async function send(page, recipient, message, { level, title, link } = {}) {
  await page.waitForSelector(option(recipient), { state: 'attached' });
  await page.selectOption('#recipient', recipient);
  await page.fill('#message', message);
  if (level) await page.locator(`input[name="level"][value="${level}"]`).check();
  if (title ?? link) await page.$eval('#send details', (details) => (details.open = true));
  if (title) await page.fill('#title', title);
  if (link) await page.fill('#link', link);
  await page.click('#send button[type="submit"]');
}

export const sentTo = (page, text) => waitForText(page, '#send [data-part="done"]', new RegExp(`reached ${text}\\b`));

// Waits until a card (or whatever `selector` says) shows the text.
export const waitForCard = (page, text, selector = CARDS) =>
  page.waitForFunction(
    ([where, wanted]) => [...document.querySelectorAll(where)].some((card) => card.querySelector('.text').textContent === wanted),
    [selector, text],
  );
export const card = (page, text, selector = CARDS) => page.locator(selector, { has: page.getByText(text, { exact: true }) });
export const has = async (page, text) => (await page.textContent('body')).includes(text);

// What one sees in the inbox does not pop up: this filter hides all of it.
export const hideInbox = (page) => page.fill('#filter-search', 'nothing has this');
export const showInbox = (page) => page.fill('#filter-search', '');

// The texts of all rows in their order, also of those that are not drawn at once:
// scrolls from the top to the end.
export async function allTexts(page) {
  return page.evaluate(async () => {
    const list = document.querySelector('#panel [data-part="list"]');
    const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const texts = new Map();
    const collect = () => {
      for (const row of list.querySelectorAll('.card')) texts.set(Number(row.ariaPosInSet), row.querySelector('.text').textContent);
    };
    list.scrollTop = 0;
    await frame();
    collect();
    while (list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
      list.scrollTop += list.clientHeight;
      await frame();
      collect();
    }
    return [...texts].sort(([a], [b]) => a - b).map(([, text]) => text);
  });
}

// Sends by HTTP, as a program does.
export async function post(server, notification) {
  const response = await fetch(new URL('api/notifications', server.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(notification),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}
