// The stock page: one connection, what it says, and the parts that show it.

import { AddForm } from './add_form.js';
import { Connection, socketUrl } from './connection.js';
import { bootstrapMessage, setText } from './elements.js';
import { formatPrice } from './decimal.js';
import { parseExactly } from './exact_json.js';
import { asOfText, feedNotice } from './feed_notice.js';
import { Past } from './past.js';
import { loadPreferences, savePreferences } from './preferences.js';
import { ageText, Announcer, StatusLine } from './status.js';
import { StockState } from './stock_state.js';
import { StockTable } from './stock_table.js';

const SNAPSHOT_TIMEOUT = 5_000;
const AGES_PAUSE = 30_000; // the ages of rows are in minutes

const byId = (id) => document.getElementById(id);
const announcer = new Announcer(byId('announcer'));
const state = new StockState();
const preferences = loadPreferences();
const past = new Past({
  send: (request) => connection.send(request),
  rows: () => table.drawnSymbols,
  fill(symbol, points) {
    state.stocks.get(symbol)?.history.seed(points);
    table.redraw(symbol);
  },
});
const table = new StockTable(byId('stocks'), preferences, tableChanged, () => past.look());
let changedAt = Date.now(); // when a price last came, by this clock
let snapshotTimer = null;

const connection = new Connection(socketUrl(document.body.dataset.channel, location), {
  onState(next) {
    if (next.name !== 'open') {
      clearTimeout(snapshotTimer);
      addForm?.disconnected();
    }
    status.show(next);
  },
  onOpen() {
    state.expectSnapshot();
    awaitSnapshot();
  },
  onMessage: receive,
  parse: parseExactly,
  probe: () => connection.send({ type: 'subscribe' }),
});

const status = new StatusLine(byId('status'), {
  announcer,
  onRetry: () => connection.retryNow(),
  live: (now) => (feedNotice(state.feed, now) ? 'Connected' : 'Live'),
  freshness(mode, now) {
    if (showFeed(now) && mode !== 'stale') return asOfText(state.feed);
    const age = ageText(now - changedAt);
    return mode === 'stale' ? `Prices are out of date, last updated ${age} ago` : `Updated ${age} ago`;
  },
});

const form = byId('add');
const addForm = form && new AddForm(form, (request) => connection.send(request));

function awaitSnapshot() {
  clearTimeout(snapshotTimer);
  snapshotTimer = setTimeout(() => connection.reconnect('no snapshot'), SNAPSHOT_TIMEOUT);
}

function receive(message) {
  if (past.takes(message)) return;
  if (message.type === 'error') {
    if (!addForm?.failed(message) && typeof message.message === 'string') announcer.say(message.message);
    return;
  }
  show(state.apply(message));
}

// Says it above the table, and greys the prices, if they are not those of now.
// Returns whether it did.
function showFeed(now) {
  const notice = feedNotice(state.feed, now);
  const shown = byId('feed');
  if (shown.textContent !== notice) {
    if (notice && document.body.dataset.connection === 'live') announcer.say(notice);
    shown.textContent = notice;
  }
  shown.hidden = notice === '';
  if (notice) document.body.dataset.feed = 'old';
  else delete document.body.dataset.feed;
  return notice !== '';
}

function show(outcome) {
  switch (outcome.kind) {
    case 'snapshot':
      clearTimeout(snapshotTimer);
      byId('more')?.remove();
      table.replace(state.stocks);
      break;
    case 'changed':
      for (const [symbol, move] of outcome.moves) table.change(symbol, state.stocks.get(symbol), move);
      break;
    case 'added':
      added(state.stocks.get(outcome.symbol));
      break;
    case 'removed':
      table.remove();
      announcer.say(`${outcome.symbol} removed.`);
      break;
    case 'status':
      status.refresh(); // no price has come
      return;
    case 'gap':
      connection.send({ type: 'subscribe' }); // to all, as before: brings a snapshot
      awaitSnapshot();
      return;
    default:
      return;
  }
  changedAt = Date.now();
  showCount();
  status.refresh();
}

function added(stock) {
  table.add(stock);
  addForm?.added(stock.symbol);
  announcer.say(`${stock.symbol} added at ${formatPrice(stock.price)}.`);
}

function showCount() {
  setText(byId('count'), state.stocks.size.toLocaleString('en'));
  byId('empty').hidden = state.stocks.size > 0;
}

// The order, the watch list, or how many are shown.
function tableChanged() {
  const { order, watched, isWatchedOnly, isFiltered } = table.list;
  savePreferences({ order, watched, dense: byId('dense').checked, watchedOnly: isWatchedOnly });
  const shown = table.shownCount;
  setText(byId('shown'), isFiltered ? `${shown.toLocaleString('en')} of ${state.stocks.size.toLocaleString('en')}` : '');
  const none = byId('none');
  none.hidden = shown > 0 || state.stocks.size === 0;
  const isListEmpty = isWatchedOnly && watched.size === 0;
  setText(none, isListEmpty ? 'Your watch list is empty. Mark stocks with \u2606 to see them here.' : 'No stock matches.');
}

function setDensity() {
  byId('stocks').classList.toggle('dense', byId('dense').checked);
  table.resized();
}

const tools = byId('tools');
tools.hidden = false; // it needs scripts
tools.addEventListener('submit', (event) => event.preventDefault());
byId('dense').checked = preferences.dense;
byId('watched-only').checked = preferences.watchedOnly;
setDensity();
byId('filter').addEventListener('input', ({ target }) => table.setFilter(target.value));
byId('watched-only').addEventListener('change', ({ target }) => {
  table.setWatchedOnly(target.checked);
  tableChanged();
});
byId('dense').addEventListener('change', () => {
  setDensity();
  tableChanged();
});

// What the server drew, drawn again by the same code that keeps it current.
const drawn = bootstrapMessage(parseExactly);
if (drawn && state.apply(drawn).kind === 'snapshot') {
  table.replace(state.stocks); // the server may know more than it drew
  status.refresh();
}
setInterval(() => table.refreshAges(), AGES_PAUSE);
connection.start();
