// Headless Chromium, and pages whose errors fail the test.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

export const PATIENCE = 30_000; // for conditions; the tests never just wait

// The browser's engine without its windows, which take most of the time. The
// whole browser, if CHROMIUM names it, behaves the same.
export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] });

// What the browser says by itself about a server that is not there, or that went
// while a file was on its way: a test's server is stopped before its windows.
const ABSENT_SERVER =
  /WebSocket connection to .* failed|Failed to load resource: net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;

// A browser for one test file; `before` and `after` are those of node:test.
export function useBrowser(before, after) {
  const holder = {};
  before(async () => (holder.browser = await launch()));
  after(() => holder.browser?.close());

  // A user: windows that share storage. Errors in any of them fail the test.
  holder.newUser = async (t, options = {}) => {
    const context = await holder.browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE);
    const errors = [];
    const requests = [];
    context.on('page', (page) => {
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' && !ABSENT_SERVER.test(message.text())) errors.push(message.text());
      });
      page.on('request', (request) => requests.push(request.url()));
      page.on('websocket', (socket) => requests.push(socket.url()));
    });
    t.after(async () => {
      await context.close();
      assert.deepEqual(errors, [], 'errors in the console');
    });
    return { context, errors, requests };
  };

  // A page of a user of its own, or of `user`, live. It has had its first message:
  // only that proves that the server counts it.
  holder.open = async (t, url, { user, ...options } = {}) => {
    const { context } = user ?? (await holder.newUser(t, options));
    const page = await context.newPage();
    const counted = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived', { timeout: PATIENCE }));
    await Promise.all([counted, page.goto(url)]);
    await waitForConnection(page, 'live');
    return page;
  };

  // The page as it is without scripts, once `selector` shows what matches: the
  // server makes it at most once a second.
  holder.openPlain = async (t, url, selector, pattern) => {
    const { context } = await holder.newUser(t, { javaScriptEnabled: false });
    const page = await context.newPage();
    const end = Date.now() + PATIENCE;
    for (;;) {
      await page.goto(url);
      const text = await page.innerText(selector);
      if (pattern.test(text)) return page;
      assert.ok(Date.now() < end, `${selector} still shows: ${text}`);
    }
  };
  return holder;
}

// `state`: 'live', 'stale' or 'connecting'.
export const waitForConnection = (page, state) => page.waitForSelector(`body[data-connection="${state}"]`, { timeout: PATIENCE });

// Waits until the text of `selector` matches.
export const waitForText = (page, selector, pattern) =>
  page.waitForFunction(
    ([where, source, flags]) => new RegExp(source, flags).test(document.querySelector(where)?.textContent ?? ''),
    [selector, pattern.source, pattern.flags],
    { timeout: PATIENCE },
  );

// Presses Tab until `selector` has the focus, as one does without a mouse.
export async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

// Nothing hangs out of the window to the right.
export async function assertNoSidewaysScroll(page) {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  assert.ok(content <= window, `${content} px of content in a window of ${window}`);
}
