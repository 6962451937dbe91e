// Which stocks the table shows, and in which order. No DOM in here.

import { sortStocks } from './stock_order.js';

export class StockList {
  order = { column: 'symbol', descending: false };
  watched;
  isWatchedOnly = false;
  #words = [];

  constructor(watched = []) {
    this.watched = new Set(watched);
  }

  // What is typed: a stock is shown if its symbol or its name has every word.
  setFilter(text) {
    this.#words = text.toLowerCase().split(/\s+/).filter(Boolean);
  }

  get isFiltered() {
    return this.isWatchedOnly || this.#words.length > 0;
  }

  // Whether the order can change although no stock came or went.
  get isMoving() {
    return this.order.column !== 'symbol' && this.order.column !== 'name';
  }

  shows(stock) {
    if (this.isWatchedOnly && !this.watched.has(stock.symbol)) return false;
    if (this.#words.length === 0) return true;
    const text = `${stock.symbol} ${stock.name ?? ''}`.toLowerCase();
    return this.#words.every((word) => text.includes(word));
  }

  // Returns whether the stock is watched now.
  toggle(symbol) {
    if (this.watched.delete(symbol)) return false;
    this.watched.add(symbol);
    return true;
  }

  select(stocks) {
    const shown = [];
    for (const stock of stocks.values()) if (this.shows(stock)) shown.push(stock);
    return sortStocks(shown, this.order);
  }
}
