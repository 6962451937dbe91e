// The stock page in a browser, against the real stock tracker.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertNoSidewaysScroll, PATIENCE, tabTo, useBrowser, waitForConnection, waitForText } from './browser.js';
import { Server } from './servers.js';

const browser = useBrowser(before, after);
const QUIET = ['--interval', '1h'];
const LIVELY = ['--interval', '200ms'];

const row = (symbol) => `tr[data-symbol="${symbol}"]`;
const cells = (page, symbol) =>
  page.$eval(row(symbol), (tr) => Object.fromEntries([...tr.cells].map((cell) => [cell.className, cell.textContent])));
const symbols = (page) => page.$$eval('#stocks tbody tr[data-symbol]', (rows) => rows.map((tr) => tr.dataset.symbol));

async function addStock(page, symbol) {
  await page.fill('#stock', symbol);
  await page.press('#stock', 'Enter');
}

// In the page: what the server draws, and what the scripts make of the same
// message: the columns of the table, and the texts and titles of each row.
async function drawnAndRedrawn() {
  // The policy of the page lets no text become HTML.
  const parsed = await new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.responseType = 'document';
    request.onload = () => resolve(request.response);
    request.open('GET', '/');
    request.send();
  });
  const names = ['symbol', 'name', 'price', 'change', 'percent', 'bid', 'ask', 'high', 'low', 'volume'];
  const content = (cell) => (cell ? [(cell.querySelector('bdi') ?? cell).textContent, cell.title] : ['', '']);
  const texts = (tr) => names.flatMap((name) => content(tr.querySelector(`.${name}`)).slice(0, name === 'symbol' ? 1 : 2));
  const columns = (table) => [...table.classList].filter((name) => name.startsWith('has-')).sort();
  const rowsOf = (table) => [...table.querySelectorAll('tbody tr[data-symbol]')].map(texts);
  const { StockState } = await import('/stock_state.js');
  const { StockTable } = await import('/stock_table.js');
  const { parseExactly } = await import('/exact_json.js');
  const state = new StockState();
  state.apply(parseExactly(parsed.getElementById('bootstrap').textContent));
  const table = document.importNode(parsed.getElementById('stocks'), true);
  const drawn = { columns: columns(table), rows: rowsOf(table) };
  table.classList.remove(...columns(table));
  document.body.append(table);
  const nothing = () => {};
  new StockTable(table, { watched: [], order: { column: 'symbol', descending: false }, watchedOnly: false }, nothing, nothing).replace(state.stocks);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const redrawn = { columns: columns(table), rows: rowsOf(table) };
  table.remove();
  return { drawn, redrawn };
}

// Puts `handler(message, toPage)` between the server and the page: it returns
// what the page gets in place of a message (nothing: it is lost). Answers what
// the page sends, but for its requests for the past.
async function intercept(page, handler) {
  const sent = [];
  await page.routeWebSocket(/\/stocks$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((text) => {
      const message = JSON.parse(text);
      if (message.type !== 'history') sent.push(message);
      server.send(text);
    });
    server.onMessage((text) => {
      const message = handler(JSON.parse(text), socket);
      if (message) socket.send(JSON.stringify(message));
    });
  });
  return sent;
}

describe('first paint', () => {
  test('holds the stocks with their prices, without any script', async (t) => {
    const server = await Server.start(t, 'stocks', [...QUIET, '--stock', 'AAPL=150', '--stock', 'XY=0.00001234']);
    const { context } = await browser.newUser(t, { javaScriptEnabled: false });
    const page = await context.newPage();
    const response = await page.goto(server.url);
    assert.match(response.headers()['content-type'], /^text\/html; *charset=utf-8/i);
    const text = await page.locator('#stocks tbody').innerText();
    assert.match(text, /AAPL\s+150\.00\s/);
    assert.match(text, /XY\s+0\.00001234\s/);
    assert.match(await page.locator('#status').innerText(), /Prices as of \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC/);
  });

  test('is drawn again by the scripts just as it was', async (t) => {
    const server = await Server.start(t, 'stocks', [...LIVELY, '--stock', 'AAPL=150', '--stock', 'XY=0.00001234', '--stock', 'ZZ=12.5']);
    const page = await browser.open(t, server.url);
    await page.waitForSelector('[data-flash]', { state: 'attached' });
    const { drawn, redrawn } = await page.evaluate(drawnAndRedrawn);
    assert.equal(drawn.rows.length, 3);
    assert.deepEqual(drawn, redrawn);
  });

  test('has all columns of the feed, drawn as the scripts draw them', async (t) => {
    const server = await Server.start(t, 'stocks', ['--source', 'stdin']);
    server.write('symbol,price,bid,ask,bidSize,askSize,volume,name,currency\n');
    server.write('AAPL,1151.25,1151.2,1151.3125,100,2300,12345678,"Apple <Inc.> & ""Sons""",USD\n');
    server.write('BRK,-1234567.5,,,,,,,\n');
    const page = await browser.open(t, server.url);
    await page.waitForSelector(row('BRK'));
    const end = Date.now() + PATIENCE;
    for (;;) {
      const { drawn, redrawn } = await page.evaluate(drawnAndRedrawn);
      // The server makes the page at most once a second.
      assert.ok(Date.now() < end, 'the page has both stocks');
      if (drawn.rows.length < 2) continue;
      assert.deepEqual(drawn, redrawn);
      assert.deepEqual(drawn.columns, ['has-ask', 'has-bid', 'has-name', 'has-volume']);
      const [apple] = drawn.rows;
      assert.deepEqual(apple.slice(0, 5), ['AAPL', 'Apple <Inc.> & "Sons"', 'Apple <Inc.> & "Sons"', '1,151.2500', 'USD']);
      assert.ok(apple.includes('Size 2,300') && apple.includes('12,345,678'), String(apple));
      break;
    }
  });

  test('comes with a policy that allows nothing from elsewhere and nothing inline', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const policy = (await fetch(server.url)).headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });
});

describe('live prices', () => {
  test('change in the page, with a flash, a range and a sparkline', async (t) => {
    const server = await Server.start(t, 'stocks', LIVELY);
    const page = await browser.open(t, server.url);
    await page.waitForFunction(
      (where) => {
        const tr = document.querySelector(where);
        const points = tr?.querySelector('polyline')?.getAttribute('points') ?? '';
        return tr?.querySelector('[data-flash]') && points.split(' ').length >= 3;
      },
      row('AAPL'),
    );
    const { price, change, percent, high, low } = await cells(page, 'AAPL');
    assert.match(price, /^\d+\.\d{2,8}$/);
    assert.match(change, /^[+\u2212]?\d+\.\d{2,8}$/);
    assert.match(percent, /^[+\u2212]?\d+\.\d\d%$/);
    assert.ok(Number(low) <= Number(price) && Number(price) <= Number(high), `${low} ${price} ${high}`);
    await waitForText(page, '#status', /Live\s+Updated \d+ s ago/);
  });

  test('do not move for those who asked for less motion', async (t) => {
    const server = await Server.start(t, 'stocks', LIVELY);
    const page = await browser.open(t, server.url, { reducedMotion: 'reduce' });
    await page.waitForSelector('[data-flash]');
    assert.equal(await page.$eval('[data-flash]', (cell) => getComputedStyle(cell).animationName), 'none');
  });

  test('of a thousand symbols all arrive, on rows that are out of sight too', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const { context } = await browser.newUser(t);
    const page = await context.newPage();
    const names = Array.from({ length: 1_000 }, (_, index) => `S${String(index).padStart(4, '0')}`);
    const prices = (round) => Object.fromEntries(names.map((name, index) => [name, (1_000 + index + round) / 4]));
    await intercept(page, (message, socket) => {
      if (!message.snapshot) return null;
      socket.send(JSON.stringify({ type: 'update', snapshot: true, seq: 1, data: prices(0), quotes: {} }));
      for (let round = 1; round <= 40; round += 1) {
        socket.send(JSON.stringify({ type: 'update', since: round, seq: round + 1, time: round * 50, data: prices(round) }));
      }
      return null;
    });
    await page.goto(server.url);
    await waitForConnection(page, 'live');
    // Nobody could see more rows than a few screens have.
    assert.ok((await page.$$('#stocks tbody tr')).length < 100);
    const wanted = Object.fromEntries(Object.entries(prices(40)).map(([name, price]) => [name, price.toFixed(2)]));
    const seen = {};
    for (let at = 0; Object.keys(seen).length < 1_000; at += 600) {
      assert.ok(at < 60_000, `${Object.keys(seen).length} were seen`);
      await page.evaluate((y) => scrollTo(0, y), at);
      await page.waitForFunction((expected) => {
        const rows = [...document.querySelectorAll('#stocks tbody tr[data-symbol]')];
        const box = document.querySelector('#stocks tbody').getBoundingClientRect();
        const last = rows.at(-1).getBoundingClientRect();
        const isFilled = last.bottom >= Math.min(innerHeight, box.bottom) - 1 && rows[0].getBoundingClientRect().top <= Math.max(0, box.top) + 1;
        return isFilled && rows.every((tr) => tr.querySelector('.price').textContent === expected[tr.dataset.symbol]);
      }, wanted);
      for (const symbol of await symbols(page)) seen[symbol] = true;
    }
    assert.equal(await page.getAttribute('#stocks', 'aria-rowcount'), '1001');
    assert.equal(await page.getAttribute(row('S0999'), 'aria-rowindex'), '1001');
  });
});

describe('the numbers of the messages', () => {
  test('show a lost update, and the page asks for a snapshot', async (t) => {
    const server = await Server.start(t, 'stocks', LIVELY);
    const { context } = await browser.newUser(t);
    const page = await context.newPage();
    let updates = 0;
    const sent = await intercept(page, (message) => (message.since !== undefined && ++updates === 3 ? null : message));
    await page.goto(server.url);
    await waitForConnection(page, 'live');
    await page.waitForFunction(() => document.querySelector('[data-flash]'));
    const deadline = Date.now() + PATIENCE;
    while (sent.length === 0 && Date.now() < deadline) await page.waitForFunction(() => new Promise(requestAnimationFrame));
    assert.deepEqual(sent, [{ type: 'subscribe' }]);
    const before = await cells(page, 'AAPL');
    await page.waitForFunction(([where, price]) => document.querySelector(`${where} .price`).textContent !== price, [row('AAPL'), before.price]);
    assert.equal(sent.length, 1);
  });
});

describe('adding a stock', () => {
  test('in one window shows it in another', async (t) => {
    const server = await Server.start(t, 'stocks', LIVELY);
    const one = await browser.open(t, server.url);
    const two = await browser.open(t, server.url);
    await addStock(one, 'nvda');
    await two.waitForSelector(row('NVDA'));
    await one.waitForSelector(row('NVDA'));
    await waitForText(one, '#add [data-part="done"]', /^NVDA added\.$/);
    assert.equal(await one.inputValue('#stock'), '');
    assert.equal(await two.textContent('#add [data-part="done"]'), '');
    await waitForText(two, '#announcer', /NVDA added at \d/);
    await waitForText(two, '#count', /^4$/);
    assert.deepEqual(await symbols(two), ['AAPL', 'MSFT', 'NVDA', 'TSLA']);
  });

  test('that the server refuses shows its reason next to the field, to the sender alone', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const one = await browser.open(t, server.url);
    const two = await browser.open(t, server.url);
    await addStock(one, 'AAPL');
    await waitForText(one, '#add-error', /AAPL/);
    assert.equal(await one.getAttribute('#stock', 'aria-invalid'), 'true');
    assert.equal(await one.inputValue('#stock'), 'AAPL');
    const [field, error] = [await one.locator('#stock').boundingBox(), await one.locator('#add-error').boundingBox()];
    assert.ok(Math.abs(field.y - error.y) < 60, 'next to the field');
    assert.equal(await two.textContent('#add-error'), '');
    await one.fill('#stock', 'AAP');
    assert.equal(await one.textContent('#add-error'), '');
  });

  test('named like an attack stays text', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const page = await browser.open(t, server.url);
    await addStock(page, '<img src=x onerror=alert(1)>');
    await waitForText(page, '#add-error', /./);
    assert.equal(await page.locator('img, #add-error *').count(), 0);
  });

  test('even a symbol that is an attack, from a server gone bad, stays text', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const { context } = await browser.newUser(t);
    const page = await context.newPage();
    const attack = '<img src=x onerror="document.title=1">';
    await intercept(page, (message) => (message.snapshot ? { ...message, data: { [attack]: 5 }, quotes: {} } : null));
    await page.goto(server.url);
    await page.waitForFunction((text) => document.querySelector('#stocks tbody th bdi')?.textContent === text, attack);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.title(), 'Stock prices');
  });

  test('of nothing asks for a symbol', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const page = await browser.open(t, server.url);
    await addStock(page, '  ');
    await waitForText(page, '#add-error', /Type a symbol/);
  });
});

describe('a lost server', () => {
  test('makes the page say so, and it recovers by itself', async (t) => {
    const server = await Server.start(t, 'stocks', LIVELY);
    const page = await browser.open(t, server.url);
    await addStock(page, 'NVDA');
    await page.waitForSelector(row('NVDA'));
    await server.kill();
    await waitForConnection(page, 'stale');
    await waitForText(page, '#status', /Prices are out of date, last updated \d+ s ago/);
    await waitForText(page, '#status', /Disconnected|Reconnecting/);
    await waitForText(page, '#announcer', /Connection lost/);
    await page.waitForSelector('#status [data-part="retry"]');
    await addStock(page, 'AMZN');
    await waitForText(page, '#add-error', /Not connected/);

    await server.restart();
    await waitForConnection(page, 'live');
    await waitForText(page, '#announcer', /Connected again/);
    // Its snapshot replaces what the page knew.
    await page.waitForSelector(row('NVDA'), { state: 'detached' });
    assert.deepEqual(await symbols(page), ['AAPL', 'MSFT', 'TSLA']);
    const { price } = await cells(page, 'TSLA');
    await page.waitForFunction(([where, old]) => document.querySelector(`${where} .price`).textContent !== old, [row('TSLA'), price]);
  });

  test('that stops in order is waited for as well', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const page = await browser.open(t, server.url);
    assert.equal(await server.stop(), 0);
    await waitForConnection(page, 'stale');
    await server.restart();
    await waitForConnection(page, 'live');
  });

  test('that says not to come back is left alone until the user asks', async (t) => {
    const server = await Server.start(t, 'stocks', QUIET);
    const { context } = await browser.newUser(t);
    const page = await context.newPage();
    let connections = 0;
    await intercept(page, (message, socket) => {
      if (!message.snapshot || ++connections > 1) return message;
      socket.close({ code: 4500, reason: 'too old' });
      return null;
    });
    await page.goto(server.url);
    await waitForText(page, '#status [data-part="state"]', /^Disconnected by the server: too old$/);
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    assert.match(await page.textContent('#status'), /Disconnected by the server/);
    await page.click('#status [data-part="retry"]');
    await waitForConnection(page, 'live');
  });
});

describe('everybody', () => {
  test('can do it all by keyboard', async (t) => {
    const server = await Server.start(t, 'stocks', [...QUIET, '--stock', 'AAPL=150', '--stock', 'TSLA=2000', '--stock', 'MSFT=300']);
    const page = await browser.open(t, server.url);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    await tabTo(page, '#stock');
    await page.keyboard.type('nvda');
    await page.keyboard.press('Enter');
    await page.waitForSelector(row('NVDA')); // at 1,000 at the most
    await tabTo(page, 'th[data-column="price"] button');
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
    await page.keyboard.press('Enter');
    await page.waitForSelector('th[data-column="price"][aria-sort="descending"]');
    await page.waitForFunction(() => document.querySelector('#stocks tbody tr[data-symbol]').dataset.symbol === 'TSLA');
    await page.keyboard.press('Space');
    await page.waitForSelector('th[data-column="price"][aria-sort="ascending"]');
    await page.waitForFunction(() => [...document.querySelectorAll('#stocks tbody tr[data-symbol]')].at(-1).dataset.symbol === 'TSLA');
    assert.equal(await page.locator('[aria-sort]').count(), 1);
  });

  test('can use it on a phone', async (t) => {
    const server = await Server.start(t, 'stocks', [...QUIET, '--stock', 'AAPL=150', '--stock', 'LONG-SYMBOL.OF-THIRTY-TWO.CHARS=12345678.12345678']);
    const page = await browser.open(t, server.url, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await assertNoSidewaysScroll(page);
    assert.equal(await page.isVisible(`${row('AAPL')} .high`), true);
    await addStock(page, 'x'.repeat(70));
    await waitForText(page, '#add-error', /./);
    await assertNoSidewaysScroll(page);
    await server.kill();
    await waitForConnection(page, 'stale');
    await assertNoSidewaysScroll(page);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.ok(ground.match(/\d+/g).slice(0, 3).every((part) => Number(part) < 60), `dark: ${ground}`);
  });

  test('sees every figure in one piece, however wide the window is', async (t) => {
    const server = await Server.start(t, 'stocks', [...QUIET, '--stock', 'AAPL=150', '--stock', 'BTC-USD=67125.12345678', '--stock', 'XY=0.00001234']);
    const page = await browser.open(t, server.url);
    for (const width of [360, 600, 768, 900, 901, 1024, 1120, 1121, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      const broken = await page.$$eval('#stocks tbody :is(.symbol bdi, .price, .change, .percent, .high, .low)', (cells) =>
        cells.filter((cell) => {
          const text = document.createRange();
          text.selectNodeContents(cell);
          return new Set([...text.getClientRects()].map((line) => line.top)).size > 1;
        }).map((cell) => cell.textContent),
      );
      assert.deepEqual(broken, [], `in a window of ${width}`);
      await assertNoSidewaysScroll(page);
    }
  });

  test('gets it from this server alone', async (t) => {
    const server = await Server.start(t, 'stocks', LIVELY);
    const user = await browser.newUser(t);
    const page = await browser.open(t, server.url, { user });
    await page.waitForSelector('[data-flash]');
    const { host } = new URL(server.url);
    assert.ok(user.requests.length > 5);
    assert.deepEqual(user.requests.filter((url) => new URL(url).host !== host), []);
    assert.ok(user.requests.includes(server.socketUrl));
  });
});
