// What the page knows of the stocks: applies the messages of /stocks
// (docs/protocol.md) and tells whether something was missed. No DOM in here.

import { toDecimal } from './decimal.js';

// The {price, time} seen lately, for the sparkline: one for each `spacing`, at
// most `capacity` of them.
export class History {
  #spacing;
  #capacity;
  #slot = null;
  points = [];

  constructor({ spacing = 1_000, capacity = 60 } = {}) {
    this.#spacing = spacing;
    this.#capacity = capacity;
  }

  push(price, time) {
    const slot = Math.floor(time / this.#spacing);
    const last = this.points[this.points.length - 1];
    if (slot === this.#slot && this.points.length > 1) {
      last.price = price;
      last.time = Math.max(last.time, time);
      return;
    }
    if (last && time < last.time) return; // an older price is none of the line's
    this.#slot = slot;
    this.points.push({ price, time });
    if (this.points.length > this.#capacity) this.points.shift();
  }

  // Puts what was before in front.
  seed(points) {
    const first = this.points[0]?.time ?? Infinity;
    const before = points.filter(({ time }) => time < first);
    this.points = [...before, ...this.points].slice(-this.#capacity);
  }
}

// A number, or the text of one (exact_json.js). Zero and less are prices too.
const isPrice = (value) => toDecimal(value) !== null;
const isRecord = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
// What a quote may have besides, if the feed has it.
const FIGURES = ['open', 'previousClose', 'bid', 'ask', 'bidSize', 'askSize', 'volume'];
const WORDS = ['name', 'currency'];

function takeDetails(stock, quote) {
  if (!isRecord(quote)) return;
  for (const field of FIGURES) if (isPrice(quote[field])) stock[field] = quote[field];
  for (const field of WORDS) if (typeof quote[field] === 'string') stock[field] = quote[field];
}

// A whole quote: a day has begun, say. What it lacks is not known any more. The
// stock stays the same object, because rows show it.
function startAnew(stock, quote) {
  for (const field of [...FIGURES, ...WORDS]) delete stock[field];
  const { price } = stock;
  Object.assign(stock, { reference: quote.reference, high: price, low: price });
}

const highest = (...prices) => prices.filter(isPrice).reduce((a, b) => (Number(b) > Number(a) ? b : a));
const lowest = (...prices) => prices.filter(isPrice).reduce((a, b) => (Number(b) < Number(a) ? b : a));
const moveOf = (difference) => (difference > 0 ? 'up' : difference < 0 ? 'down' : 'flat');

const FEEDS = ['live', 'quiet', 'ended', 'failed'];

const numberOr = (value, fallback) => (Number.isFinite(value) ? value : fallback);

// apply() answers one of
//   {kind: 'snapshot'}                    all is new: `stocks`
//   {kind: 'changed', moves}              moves: Map of symbol to 'up', 'down', 'flat'
//   {kind: 'added' | 'removed', symbol}
//   {kind: 'status'}                      `feed` is another
//   {kind: 'alive'}                       nothing changed, nothing is missing
//   {kind: 'gap'}                         something is missing: ask for a snapshot
//   {kind: 'ignored'}                     not for us
export class StockState {
  stocks = new Map();
  // Whether prices still come, and the time of the newest; null: none has come.
  feed = { state: 'live', time: null };
  #last = null;

  // A new connection counts anew and starts with a snapshot.
  expectSnapshot() {
    this.#last = null;
  }

  get isComplete() {
    return this.#last !== null;
  }

  apply(message) {
    switch (message.type) {
      case 'update':
        return message.snapshot === true ? this.#replace(message) : this.#following(message, () => this.#change(message));
      case 'new-stock':
        return this.#following(message, () => this.#add(message));
      case 'stock-removed':
        return this.#following(message, () => this.#remove(message));
      case 'status':
        this.#takeStatus(message);
        return { kind: 'status' };
      case 'heartbeat':
        if (this.#last === null) return { kind: 'ignored' };
        return message.seq > this.#last ? this.#gap() : { kind: 'alive' };
      default:
        return { kind: 'ignored' };
    }
  }

  #gap() {
    this.#last = null; // until the snapshot, nothing can be told
    return { kind: 'gap' };
  }

  #following(message, act) {
    if (this.#last === null || !isRecord(message.data)) return { kind: 'ignored' };
    if (message.since > this.#last) return this.#gap();
    this.#last = numberOr(message.seq, this.#last);
    this.#noteTime(message.time);
    return act();
  }

  #takeStatus({ feed, time }) {
    if (FEEDS.includes(feed)) this.feed.state = feed;
    this.#noteTime(time);
  }

  #noteTime(time) {
    if (Number.isFinite(time)) this.feed.time = Math.max(this.feed.time ?? time, time);
  }

  #replace(message) {
    if (!isRecord(message.data)) return { kind: 'ignored' };
    const before = this.stocks;
    const quotes = new Map(isRecord(message.quotes) ? Object.entries(message.quotes) : []);
    this.stocks = new Map();
    for (const [symbol, price] of Object.entries(message.data)) {
      if (!isPrice(price)) continue;
      const history = before.get(symbol)?.history ?? new History();
      this.#set(symbol, price, quotes.get(symbol), history);
    }
    this.#last = numberOr(message.seq, 0);
    this.feed = { state: 'live', time: null };
    if (isRecord(message.status)) this.#takeStatus(message.status);
    return { kind: 'snapshot' };
  }

  #set(symbol, price, quote, history, time = 0) {
    const stock = {
      symbol,
      price,
      reference: isPrice(quote?.reference) ? quote.reference : price,
      high: isPrice(quote?.high) ? quote.high : price,
      low: isPrice(quote?.low) ? quote.low : price,
      time: numberOr(quote?.time, time),
      history,
    };
    takeDetails(stock, quote);
    history.push(Number(price), stock.time);
    this.stocks.set(symbol, stock);
  }

  #change(message) {
    const quotes = new Map(isRecord(message.quotes) ? Object.entries(message.quotes) : []);
    const moves = new Map();
    for (const [symbol, price] of Object.entries(message.data)) {
      if (!isPrice(price)) continue;
      const stock = this.stocks.get(symbol);
      const quote = quotes.get(symbol);
      if (!stock) {
        this.#set(symbol, price, quote, new History(), message.time);
        moves.set(symbol, 'flat');
        continue;
      }
      moves.set(symbol, moveOf(Number(price) - Number(stock.price)));
      stock.price = price;
      if (isPrice(quote?.reference)) startAnew(stock, quote);
      stock.high = highest(stock.high, price, quote?.high);
      stock.low = lowest(stock.low, price, quote?.low);
      stock.time = numberOr(message.time, stock.time);
      takeDetails(stock, quote);
      stock.history.push(Number(price), stock.time);
    }
    return { kind: 'changed', moves };
  }

  #add(message) {
    const { stock: symbol, price } = message.data;
    if (typeof symbol !== 'string' || !isPrice(price)) return { kind: 'ignored' };
    const quote = isRecord(message.quotes) && Object.hasOwn(message.quotes, symbol) ? message.quotes[symbol] : undefined;
    this.#set(symbol, price, quote, new History(), message.time);
    return { kind: 'added', symbol };
  }

  #remove(message) {
    const symbol = message.data.stock;
    return this.stocks.delete(symbol) ? { kind: 'removed', symbol } : { kind: 'ignored' };
  }
}
