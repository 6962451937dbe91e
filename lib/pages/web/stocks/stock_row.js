// One row of the table.

import { element, setText } from './elements.js';
import { describeChange, formatPrice } from './decimal.js';
import { Sparkline } from './sparkline.js';

const FLASH_PAUSE = 1_000; // faster is no signal any more, and hard on the eyes

const cell = (name) => element('td', { class: name, role: 'cell' });

export class StockRow {
  #price = cell('price');
  #change = cell('change');
  #percent = cell('percent');
  #high = cell('high');
  #low = cell('low');
  #sparkline = new Sparkline();
  #move = 'flat';
  #flashes = 0;
  #flashedAt = -Infinity;
  isVisible = true;

  constructor(stock) {
    this.stock = stock;
    const trend = cell('trend');
    trend.append(this.#sparkline.element);
    const symbol = element('th', { class: 'symbol', role: 'rowheader', scope: 'row' }, element('bdi', {}, stock.symbol));
    this.element = element(
      'tr',
      { role: 'row', 'data-symbol': stock.symbol },
      symbol,
      this.#price,
      this.#change,
      this.#percent,
      this.#high,
      this.#low,
      trend,
    );
  }

  // Remembers a move up or down for the next paint.
  moved(move) {
    this.#move = move;
  }

  paint() {
    const { price, reference, high, low, history } = this.stock;
    const { direction, change, percent } = describeChange(price, reference);
    setText(this.#price, formatPrice(price));
    setText(this.#change, change);
    setText(this.#percent, percent);
    setText(this.#high, formatPrice(high));
    setText(this.#low, formatPrice(low));
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
