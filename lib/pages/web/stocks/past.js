// Asks the server for the prices that it has kept of the rows in sight, so that
// their lines start full: a request for many rows, and seldom.

const MOST_STOCKS = 50; // 60 prices of each are as many as an answer may have
const MOST_PRICES = 60;
const PAUSE = 600; // the server allows two requests a second
const LONGEST_PAUSE = 30_000; // while others use up what it allows

// Options:
//   send(request)        returns whether it was sent
//   rows()               the symbols of the rows that are drawn
//   fill(symbol, points) [{price, time}, …], the oldest first
export class Past {
  #options;
  #asked = new Set();
  #requests = new Map(); // the symbols that each asked for
  #timer = null;
  #askedAt = -Infinity;
  #pause = PAUSE;
  #isOff = false;

  constructor(options) {
    this.#options = options;
  }

  // Other rows may have been drawn.
  look() {
    if (this.#isOff || this.#timer !== null || this.#missing().length === 0) return;
    const wait = Math.max(0, this.#askedAt + this.#pause - performance.now());
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  // Returns whether `message` was an answer to this.
  takes(message) {
    const asked = this.#requests.get(message.requestId);
    if (!asked) return false;
    this.#requests.delete(message.requestId);
    if (message.type === 'history') this.#fill(message.data);
    else if (message.code === 'rate-limited') this.#askLater(asked);
    else if (message.code !== 'unknown-stock') this.#isOff = true; // it keeps none
    return true;
  }

  #askLater(symbols) {
    symbols.forEach((symbol) => this.#asked.delete(symbol));
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    this.look();
  }

  #missing() {
    return [...this.#options.rows()].filter((symbol) => !this.#asked.has(symbol)).slice(0, MOST_STOCKS);
  }

  #ask() {
    this.#timer = null;
    const stocks = this.#missing();
    if (stocks.length === 0) return;
    this.#askedAt = performance.now();
    const requestId = `past-${this.#askedAt}`;
    if (!this.#options.send({ type: 'history', stocks, limit: MOST_PRICES, requestId })) return;
    this.#requests.set(requestId, stocks);
    stocks.forEach((symbol) => this.#asked.add(symbol));
  }

  #fill(data) {
    this.#pause = PAUSE;
    for (const [symbol, items] of Object.entries(data ?? {})) {
      const points = items.map(([time, price]) => ({ price: Number(price), time }));
      this.#options.fill(symbol, points);
    }
  }
}
