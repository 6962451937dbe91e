// The stock page: one connection, what it says, and the parts that show it.

import { AddForm } from './add_form.js';
import { Connection, socketUrl } from './connection.js';
import { bootstrapMessage, setText } from './elements.js';
import { formatPrice } from './decimal.js';
import { ageText, Announcer, StatusLine } from './status.js';
import { StockState } from './stock_state.js';
import { StockTable } from './stock_table.js';

const SNAPSHOT_TIMEOUT = 5_000;

const byId = (id) => document.getElementById(id);
const announcer = new Announcer(byId('announcer'));
const state = new StockState();
const table = new StockTable(byId('stocks'));
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
  probe: () => connection.send({ type: 'subscribe' }),
});

const status = new StatusLine(byId('status'), {
  announcer,
  onRetry: () => connection.retryNow(),
  freshness(mode, now) {
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
  if (message.type === 'error') {
    if (!addForm?.failed(message) && typeof message.message === 'string') announcer.say(message.message);
    return;
  }
  show(state.apply(message));
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
      table.remove(outcome.symbol);
      announcer.say(`${outcome.symbol} removed.`);
      break;
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
  setText(byId('count'), String(state.stocks.size));
  byId('empty').hidden = state.stocks.size > 0;
}

// What the server drew, drawn again by the same code that keeps it current.
const drawn = bootstrapMessage();
if (drawn && state.apply(drawn).kind === 'snapshot') {
  table.replace(state.stocks); // the server may know more than it drew
}
connection.start();
