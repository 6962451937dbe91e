// The stock page: many stocks, of which a thousand change every second, and
// somebody who scrolls through them.

import { start } from './program.mjs';
import { figures, WatchedPage } from './watched_page.mjs';

const TICKS_A_SECOND = 20;
const SETTLED = 3_000; // ms: the page has loaded

export const OPTIONS = { stocks: 5_000, changes: 1_000, seconds: 300 };

const price = (stock, round) => `S${stock} ${100 + (stock % 900)}.${String((round * 7 + stock) % 100).padStart(2, '0')}\n`;

function feed(tracker, { stocks, changes }) {
  for (let stock = 0; stock < stocks; stock += 1) tracker.stdin.write(price(stock, 0));
  let round = 0;
  let next = 0;
  return setInterval(() => {
    round += 1;
    let lines = '';
    for (let i = 0; i < changes / TICKS_A_SECOND; i += 1) lines += price((next += 17) % stocks, round);
    tracker.stdin.write(lines);
  }, 1_000 / TICKS_A_SECOND);
}

// A second of scrolling in every four, as one reads.
async function read(duration) {
  const end = performance.now() + duration;
  let down = true;
  for (let now = 0; now < end; ) {
    now = await new Promise(requestAnimationFrame);
    if (Math.floor(now / 1_000) % 4 === 0) scrollBy(0, down ? 60 : -60);
    if (scrollY + innerHeight >= document.documentElement.scrollHeight) down = false;
    if (scrollY === 0) down = true;
  }
}

// Answers the longest task.
export async function measure({ stocks, changes, seconds, profile }) {
  const tracker = await start('stock-tracker', ['--source', 'stdin']);
  const timer = feed(tracker, { stocks, changes });
  const watched = await WatchedPage.open(tracker.url);
  await watched.page.waitForTimeout(SETTLED);
  const before = await watched.heap();
  if (profile) await watched.startProfile();
  const result = await watched.during((page) => page.evaluate(read, seconds * 1_000));
  if (profile) await watched.saveProfile(profile);
  const rows = await watched.page.locator('#stocks tbody tr').count();
  const after = await watched.heap();
  clearInterval(timer);
  await watched.close();
  tracker.kill();
  console.log(`${stocks} stocks, ${changes} changes a second, ${seconds} seconds, ${rows} rows in the document`);
  console.log(figures(result));
  console.log(`heap ${before.toFixed(1)} MiB before, ${after.toFixed(1)} MiB after`);
  return result.longest;
}
