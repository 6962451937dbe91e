// The notification page: an inbox of many entries, notifications that come all
// the time, and what one does with them.

import { waitForConnection } from '../../tests/browser/browser.js';
import { nameMe } from '../../tests/browser/notification_steps.js';
import { start } from './program.mjs';
import { figures, WatchedPage } from './watched_page.mjs';

const BATCH = 100; // notifications of one request
const WORDS = ' and some more words'.repeat(12);
const LIST = '#panel [data-part="list"]';

export const OPTIONS = { entries: 10_000, rate: 50, seconds: 20 };

const entry = (number) => ({ recipientId: number % 3 === 0 ? 'ann' : 'all', message: `entry ${number}${number % 7 === 0 ? WORDS : ''}`, level: number % 50 === 0 ? 'warning' : 'info' });

async function post(url, body) {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(new URL('api/notifications', url), { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

async function fill(url, entries) {
  for (let from = 0; from < entries; from += BATCH) await post(url, Array.from({ length: BATCH }, (_, i) => entry(from + i)));
}

function keepSending(url, rate) {
  let number = 1_000_000;
  return setInterval(() => post(url, entry(number++)), 1_000 / rate);
}

// Older ones are asked for as one comes near the end.
async function readToTheEnd([selector, entries]) {
  const list = document.querySelector(selector);
  const isThere = () => Number(list.querySelector('.card').ariaSetSize) >= entries;
  while (!isThere() || list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
    list.scrollTop += isThere() ? list.clientHeight * 4 : list.scrollHeight;
    await new Promise(requestAnimationFrame);
  }
}

async function scrollAbout([selector, duration]) {
  const list = document.querySelector(selector);
  let step = -60;
  for (const end = performance.now() + duration; performance.now() < end; ) {
    list.scrollTop += step;
    if (list.scrollTop === 0) step = 60;
    await new Promise(requestAnimationFrame);
  }
}

// What one does, in this order.
const steps = ({ entries, seconds, url }) => [
  ['all older ones are asked for and read', (page) => page.evaluate(readToTheEnd, [LIST, entries])],
  ['they come while one scrolls', (page) => page.evaluate(scrollAbout, [LIST, seconds * 1_000])],
  ['they come while one is at the top', async (page) => {
    await page.evaluate((selector) => (document.querySelector(selector).scrollTop = 0), LIST);
    await page.waitForTimeout(seconds * 1_000);
  }],
  ['a search is typed in', (page) => page.locator('#filter-search').pressSequentially('words 77 entry', { delay: 80 })],
  ['and cleared', (page) => page.click('#panel [data-part="clear"]')],
  ['all are marked as read', (page) => page.click('#panel [data-part="read"]')],
  ['a reload', async (page) => {
    await page.goto(url);
    await waitForConnection(page, 'live');
    await page.waitForSelector('#panel .card');
    await page.waitForTimeout(1_000);
  }],
];

// Answers the longest task.
export async function measure({ entries, rate, seconds, profile }) {
  const notifier = await start('notifier', []);
  const { url } = notifier;
  // A user is known once it was online.
  const watched = await WatchedPage.open(url);
  await nameMe(watched.page, 'ann');
  await fill(url, entries);
  await watched.page.reload();
  await waitForConnection(watched.page, 'live');
  await watched.page.waitForSelector('#panel .card');
  const timer = keepSending(url, rate);
  console.log(`${entries} entries, ${rate} new ones a second`);
  if (profile) await watched.startProfile();
  let longest = 0;
  for (const [name, act] of steps({ entries, seconds, url })) {
    const result = await watched.during(act);
    longest = Math.max(longest, result.longest);
    console.log(`${name}: ${figures(result)}`);
  }
  if (profile) await watched.saveProfile(profile);
  clearInterval(timer);
  await watched.close();
  notifier.kill();
  return longest;
}
