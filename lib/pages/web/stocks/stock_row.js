// One row of the table. It shows one stock after the other: rows that scroll out
// of sight are used again for those that come into it.

import { element, setText } from './elements.js';
import { decimalsOf, describeChange, formatPrice, grouped } from './decimal.js';
import { momentText } from './feed_notice.js';
import { Sparkline } from './sparkline.js';
import { ageText } from './status.js';

const FLASH_PAUSE = 1_000; // faster is no signal any more, and hard on the eyes

const cell = (name) => element('td', { class: name, role: 'cell' });

const sizeText = (size) => (size === undefined ? '' : grouped(formatPrice(size, 0)));

const sizeTitle = (size) => (size === undefined ? '' : `Size ${sizeText(size)}`);

// What a cell has no room for.
function setTitle(cell, text) {
  if (cell.title !== text) cell.title = text;
}

const TIME_OF_DAY = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });
const DATE = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' }); // 2026-01-02
const DAY = 86_400_000;

const OLD = 900_000; // a price of further back says how old it is

// Of the last day the time of day, or the age of what is old; else the date. In
// the zone of who looks.
function timeText(time, age) {
  if (!time) return '';
  if (Math.abs(age) >= DAY) return DATE.format(time);
  return age >= OLD ? `${ageText(age)} ago` : TIME_OF_DAY.format(time);
}

export class StockRow {
  #star = element('button', { type: 'button', class: 'star', 'aria-pressed': 'false' }, '\u2606');
  #symbol = element('bdi');
  #age = element('span', { class: 'age' });
  #name = cell('name');
  #price = cell('price');
  #change = cell('change');
  #percent = cell('percent');
  #sparkline = new Sparkline();
  #high = cell('high');
  #low = cell('low');
  #bid = cell('bid');
  #ask = cell('ask');
  #volume = cell('volume');
  #time = cell('time');
  #move = 'flat';
  #flashes = 0;
  #flashedAt = -Infinity;
  stock = null;

  constructor() {
    const trend = cell('trend');
    trend.append(this.#sparkline.element);
    this.element = element(
      'tr',
      { role: 'row' },
      element('th', { class: 'symbol', role: 'rowheader', scope: 'row' }, this.#star, this.#symbol, this.#age),
      this.#name,
      this.#price,
      this.#change,
      this.#percent,
      this.#bid,
      this.#ask,
      this.#high,
      this.#low,
      this.#volume,
      this.#time,
      trend,
    );
  }

  // `index`: its place in the whole list, from 0.
  show(stock, index, isWatched) {
    if (this.stock?.symbol !== stock.symbol) {
      this.element.dataset.symbol = stock.symbol;
      setText(this.#symbol, stock.symbol);
      this.#symbol.title = stock.symbol;
      delete this.#price.dataset.flash;
      this.#move = 'flat';
      this.element.classList.remove('added');
    }
    this.stock = stock;
    this.element.ariaRowIndex = String(index + 2); // the header is the first
    this.setWatched(isWatched);
  }

  setWatched(isWatched) {
    this.#star.ariaPressed = String(isWatched);
    this.#star.ariaLabel = `Watch ${this.stock.symbol}`;
    setText(this.#star, isWatched ? '\u2605' : '\u2606');
  }

  // Remembers a move up or down for the next paint.
  moved(move) {
    this.#move = move;
  }

  paint() {
    const { price, reference, high, low, bid, ask, bidSize, askSize, name, currency, volume, time, history } = this.stock;
    const { direction, change, percent } = describeChange(price, reference);
    // One stock has as many decimals in all of its cells.
    const decimals = Math.max(...[price, high, low, bid ?? price, ask ?? price].map(decimalsOf));
    const text = (value) => (value === undefined ? '' : grouped(formatPrice(value, decimals)));
    setText(this.#name, name ?? '');
    setTitle(this.#name, name ?? '');
    setText(this.#price, text(price));
    setTitle(this.#price, currency ?? '');
    setText(this.#change, grouped(change));
    setText(this.#percent, grouped(percent));
    setText(this.#high, text(high));
    setText(this.#low, text(low));
    setText(this.#bid, text(bid));
    setText(this.#ask, text(ask));
    setTitle(this.#bid, sizeTitle(bidSize));
    setTitle(this.#ask, sizeTitle(askSize));
    setText(this.#volume, sizeText(volume));
    const age = Date.now() - time;
    const isOld = Boolean(time) && age >= OLD;
    setText(this.#time, timeText(time, age));
    this.#time.title = time ? momentText(time) : '';
    setText(this.#age, isOld ? ageText(age) : ''); // short: where there is no such column
    this.element.classList.toggle('old', isOld);
    if (this.element.dataset.direction !== direction) this.element.dataset.direction = direction;
    this.#sparkline.draw(history.points);
    this.#flash();
  }

  // The two names of the same animation take turns, so that it starts again
  // without the browser being made to lay out the page in between.
  #flash() {
    const move = this.#move;
    const now = performance.now();
    this.#move = 'flat';
    if (move === 'flat' || now - this.#flashedAt < FLASH_PAUSE) return;
    this.#flashedAt = now;
    this.#flashes += 1;
    this.#price.dataset.flash = `${move}-${this.#flashes % 2}`;
  }
}
