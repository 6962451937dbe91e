// The table of stocks. Only the rows in sight are in the document, between two
// spacers as high as the others, so ten thousand stocks cost no more than a
// screen full. What changes is noted at once and painted in the next animation
// frame, at most ten times a second.

import { element } from './elements.js';
import { placeRows, rowWindow } from './row_window.js';
import { StockList } from './stock_list.js';
import { COLUMNS, nextOrder } from './stock_order.js';
import { StockRow } from './stock_row.js';

const PAINT_INTERVAL = 100; // nobody reads faster
const SORT_INTERVAL = 2_000; // rows that change places all the time can't be read
const USUAL_ROW = 39; // pixels, until one was measured

// The columns that are there only if the feed has them.
const OPTIONAL = ['name', 'bid', 'ask', 'volume'];

const spacer = () => element('tr', { class: 'spacer', 'aria-hidden': 'true' });

export class StockTable {
  #table;
  #body;
  #stocks = new Map();
  #list;
  #shown = []; // in order
  #rows = new Map(); // by symbol, those that are drawn
  #spare = [];
  #dirty = new Set();
  #added = new Set();
  #above = spacer();
  #below = spacer();
  #rowHeight = USUAL_ROW;
  #headers = new Map();
  #columns = new Set();
  #mustSelect = false;
  #selectedAt = -Infinity;
  #selectedFrom = 0; // of how many
  #isScheduled = false;
  #paintedAt = -Infinity;
  #onChange;
  #onDrawn;

  // `onChange(list)`: the order or the watch list is another, or how many are
  // shown. `onDrawn()`: other rows may be drawn than before.
  constructor(table, preferences, onChange, onDrawn) {
    this.#table = table;
    this.#body = table.tBodies[0];
    table.classList.add('live');
    this.#onChange = onChange;
    this.#onDrawn = onDrawn;
    this.#list = new StockList(preferences.watched);
    this.#list.order = preferences.order;
    this.#list.isWatchedOnly = preferences.watchedOnly;
    for (const column of COLUMNS) this.#makeSortable(column, table.querySelector(`th[data-column="${column}"]`));
    this.#showOrder();
    this.#body.addEventListener('click', (event) => this.#clicked(event));
    addEventListener('scroll', () => this.#scrolled(), { passive: true });
    addEventListener('resize', () => this.resized(), { passive: true });
    setInterval(() => this.#list.isMoving && this.#schedule(), SORT_INTERVAL);
  }

  get shownCount() {
    return this.#shown.length;
  }

  get list() {
    return this.#list;
  }

  // All is new.
  replace(stocks) {
    this.#stocks = stocks;
    for (const stock of stocks.values()) this.#noteColumns(stock);
    for (const row of this.#rows.values()) {
      const stock = stocks.get(row.stock.symbol);
      if (stock) row.stock = stock;
    }
    this.#dirty = new Set(this.#rows.keys());
    this.#paint(true); // over what the server drew, in one go
  }

  change(symbol, stock, move) {
    this.#noteColumns(stock);
    if (this.#stocks.size !== this.#selectedFrom) this.selectSoon();
    const row = this.#rows.get(symbol);
    if (row) {
      row.moved(move);
      this.#dirty.add(symbol);
      this.#schedule();
    }
  }

  add(stock) {
    this.#noteColumns(stock);
    this.#added.add(stock.symbol);
    this.selectSoon();
  }

  remove() {
    this.selectSoon();
  }

  get drawnSymbols() {
    return this.#rows.keys();
  }

  // More is known of a stock, and it did not move.
  redraw(symbol) {
    this.#dirty.add(symbol);
    this.#schedule();
  }

  // Time has passed: prices have become older.
  refreshAges() {
    for (const symbol of this.#rows.keys()) this.#dirty.add(symbol);
    this.#schedule();
  }

  setFilter(text) {
    this.#list.setFilter(text);
    this.selectSoon();
  }

  setWatchedOnly(isWatchedOnly) {
    this.#list.isWatchedOnly = isWatchedOnly;
    this.selectSoon();
  }

  // Who shows other rows, or rows of another height.
  selectSoon() {
    this.#mustSelect = true;
    this.#schedule();
  }

  resized() {
    this.#rowHeight = 0;
    this.#schedule();
  }

  // A column that has come once stays.
  #noteColumns(stock) {
    for (const column of OPTIONAL) {
      if (this.#columns.has(column) || stock[column] === undefined) continue;
      this.#columns.add(column);
      this.#table.classList.add(`has-${column}`);
    }
  }

  #scrolled() {
    // Not at the pace of prices: a blank would be seen.
    if (this.#isScheduled !== 'now') {
      this.#isScheduled = 'now';
      requestAnimationFrame(() => this.#paint(false));
    }
  }

  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const inFrame = () => {
      if (this.#isScheduled) this.#paint(false);
    };
    const wait = this.#paintedAt + PAINT_INTERVAL - performance.now();
    if (wait <= 0) requestAnimationFrame(inFrame);
    else setTimeout(() => requestAnimationFrame(inFrame), wait);
  }

  #paint(everything) {
    this.#isScheduled = false;
    const now = performance.now();
    this.#paintedAt = now;
    const isDue = this.#list.isMoving && now - this.#selectedAt >= SORT_INTERVAL;
    if (everything || this.#mustSelect || isDue) this.#select(now);
    this.#place();
    for (const symbol of this.#dirty) this.#rows.get(symbol)?.paint();
    this.#dirty.clear();
    this.#added.clear();
    if (this.#rowHeight === 0) this.#measure();
  }

  #select(now) {
    const before = this.#shown.length;
    this.#mustSelect = false;
    this.#selectedAt = now;
    this.#selectedFrom = this.#stocks.size;
    this.#shown = this.#list.select(this.#stocks);
    this.#table.ariaRowCount = String(this.#shown.length + 1);
    if (before !== this.#shown.length) this.#onChange();
  }

  // All rows have the same height; the page has one for wide and one for narrow
  // windows, and one for each density.
  #measure() {
    const [row] = this.#rows.values();
    const height = row?.element.offsetHeight;
    this.#rowHeight = height > 0 ? height : USUAL_ROW;
    this.#place();
    for (const symbol of this.#dirty) this.#rows.get(symbol)?.paint();
    this.#dirty.clear();
  }

  // Puts the rows that are in sight into the document, and no others.
  #place() {
    const rowHeight = this.#rowHeight || USUAL_ROW;
    const count = this.#shown.length;
    const top = -this.#body.getBoundingClientRect().top;
    const { first, end } = rowWindow({ top, height: innerHeight, rowHeight, count });
    const wanted = new Set();
    for (let i = first; i < end; i += 1) wanted.add(this.#shown[i].symbol);
    for (const [symbol, row] of this.#rows) {
      if (wanted.has(symbol)) continue;
      this.#rows.delete(symbol);
      this.#spare.push(row);
    }
    // What the server drew for the first paint goes.
    if (!this.#above.parentNode) this.#body.replaceChildren(this.#above, this.#below);
    const drawn = [];
    for (let i = first; i < end; i += 1) drawn.push(this.#rowOf(this.#shown[i], i).element);
    placeRows(this.#above, this.#below, drawn);
    this.#above.style.height = `${first * rowHeight}px`;
    this.#below.style.height = `${(count - end) * rowHeight}px`;
    this.#onDrawn();
  }

  #rowOf(stock, index) {
    let row = this.#rows.get(stock.symbol);
    if (!row) {
      row = this.#spare.pop() ?? new StockRow();
      this.#rows.set(stock.symbol, row);
      this.#dirty.add(stock.symbol);
    }
    row.show(stock, index, this.#list.watched.has(stock.symbol));
    if (this.#added.delete(stock.symbol)) row.element.classList.add('added');
    return row;
  }

  #clicked(event) {
    const star = event.target.closest('.star');
    if (!star) return;
    const { symbol } = star.closest('tr').dataset;
    const isWatched = this.#list.toggle(symbol);
    this.#rows.get(symbol)?.setWatched(isWatched);
    if (this.#list.isWatchedOnly) this.selectSoon();
    this.#onChange();
  }

  #makeSortable(column, header) {
    const button = element('button', { type: 'button', class: 'sort' }, ...header.childNodes);
    button.addEventListener('click', () => {
      this.#list.order = nextOrder(this.#list.order, column);
      this.#showOrder();
      this.selectSoon();
      this.#onChange();
    });
    header.append(button);
    this.#headers.set(column, header);
  }

  #showOrder() {
    const { column: ordered, descending } = this.#list.order;
    for (const [column, header] of this.#headers) {
      if (column !== ordered) header.removeAttribute('aria-sort');
      else header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    }
  }
}
