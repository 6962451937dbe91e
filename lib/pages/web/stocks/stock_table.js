// The table of stocks. What changes is noted at once and painted in the next
// animation frame, at most ten times a second: visible rows all, others some
// each time, so that a thousand symbols at twenty ticks a second stay cheap.

import { element } from './elements.js';
import { COLUMNS, nextOrder, sortStocks } from './stock_order.js';
import { StockRow } from './stock_row.js';

const PAINT_INTERVAL = 100; // nobody reads faster
const HIDDEN_ROWS_PER_PAINT = 100;
const SORT_INTERVAL = 2_000; // rows that change places all the time can't be read

export class StockTable {
  #body;
  #headers = new Map();
  #rows = new Map();
  #dirty = new Set();
  #order = { column: 'symbol', descending: false };
  #mustSort = false;
  #sortedAt = -Infinity;
  #isScheduled = false;
  #paintedAt = -Infinity;
  #observer;

  constructor(table) {
    this.#body = table.tBodies[0];
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: '200px' });
    for (const column of COLUMNS) this.#makeSortable(column, table.querySelector(`th[data-column="${column}"]`));
    this.#showOrder();
    setInterval(() => this.#schedule(), SORT_INTERVAL);
  }

  // All is new. Rows of stocks that are still there stay where they are.
  replace(stocks) {
    for (const symbol of [...this.#rows.keys()]) if (!stocks.has(symbol)) this.remove(symbol);
    const isFirst = this.#rows.size === 0;
    for (const stock of stocks.values()) {
      const row = this.#rows.get(stock.symbol);
      if (row) row.stock = stock;
      else this.#make(stock);
      this.#dirty.add(this.#rows.get(stock.symbol));
    }
    if (isFirst) this.#paint(true); // over what the server drew, in one go
    else this.#sortSoon();
  }

  change(symbol, stock, move) {
    const row = this.#rows.get(symbol);
    if (!row) {
      this.add(stock);
      return;
    }
    row.moved(move);
    this.#dirty.add(row);
    this.#schedule();
  }

  add(stock) {
    const row = this.#rows.get(stock.symbol);
    if (row) row.stock = stock;
    else this.#make(stock).element.classList.add('added');
    this.#dirty.add(this.#rows.get(stock.symbol));
    this.#sortSoon();
  }

  remove(symbol) {
    const row = this.#rows.get(symbol);
    if (!row) return;
    this.#observer.unobserve(row.element);
    row.element.remove();
    this.#rows.delete(symbol);
    this.#dirty.delete(row);
  }

  #make(stock) {
    const row = new StockRow(stock);
    this.#rows.set(stock.symbol, row);
    this.#observer.observe(row.element);
    return row;
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.#rows.get(target.dataset.symbol);
      if (row?.element === target) row.isVisible = isIntersecting;
    }
    if (this.#dirty.size > 0) this.#schedule();
  }

  #sortSoon() {
    this.#mustSort = true;
    this.#schedule();
  }

  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const inFrame = () => {
      this.#isScheduled = false;
      this.#paint(false);
    };
    const wait = this.#paintedAt + PAINT_INTERVAL - performance.now();
    if (wait <= 0) requestAnimationFrame(inFrame);
    else setTimeout(() => requestAnimationFrame(inFrame), wait);
  }

  #paint(everything) {
    let hidden = everything ? Infinity : HIDDEN_ROWS_PER_PAINT;
    for (const row of this.#dirty) {
      if (!row.isVisible && hidden-- <= 0) continue;
      row.paint();
      this.#dirty.delete(row);
    }
    const now = performance.now();
    this.#paintedAt = now;
    if (everything || this.#mustSort || now - this.#sortedAt >= SORT_INTERVAL) this.#sort(now);
    if (this.#dirty.size > 0) this.#schedule();
  }

  #sort(now) {
    this.#mustSort = false;
    this.#sortedAt = now;
    const stocks = [...this.#rows.values()].map((row) => row.stock);
    let next = this.#body.firstElementChild;
    for (const { symbol } of sortStocks(stocks, this.#order)) {
      const row = this.#rows.get(symbol).element;
      if (row === next) next = next.nextElementSibling;
      else this.#body.insertBefore(row, next);
    }
    // Behind the rows of ours is what the server drew for the first paint.
    while (next) {
      const old = next;
      next = next.nextElementSibling;
      old.remove();
    }
  }

  #makeSortable(column, header) {
    const button = element('button', { type: 'button', class: 'sort' }, ...header.childNodes);
    button.addEventListener('click', () => {
      this.#order = nextOrder(this.#order, column);
      this.#showOrder();
      this.#sortSoon();
    });
    header.append(button);
    this.#headers.set(column, header);
  }

  #showOrder() {
    for (const [column, header] of this.#headers) {
      if (column !== this.#order.column) header.removeAttribute('aria-sort');
      else header.setAttribute('aria-sort', this.#order.descending ? 'descending' : 'ascending');
    }
  }
}
