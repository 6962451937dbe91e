// A small line of the prices seen lately. It only shows the shape: the figures
// are beside it, so it is hidden from screen readers.

import { svgElement } from './elements.js';

const WIDTH = 96;
const HEIGHT = 24;
const MARGIN = 3;

// The `points` of a polyline, in the order of the prices: full width, lowest
// price at the bottom. Prices that are all the same lie in the middle.
export function sparklinePoints(prices, width = WIDTH, height = HEIGHT) {
  if (prices.length === 0) return '';
  const low = Math.min(...prices);
  const range = Math.max(...prices) - low;
  const step = prices.length > 1 ? (width - 2 * MARGIN) / (prices.length - 1) : 0;
  const room = height - 2 * MARGIN;
  return prices
    .map((price, index) => {
      const x = MARGIN + index * step;
      const y = range > 0 ? MARGIN + room * (1 - (price - low) / range) : height / 2;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}

export class Sparkline {
  #line = svgElement('polyline', { points: '' });
  #end = svgElement('circle', { r: '2' });
  element = svgElement(
    'svg',
    { class: 'sparkline', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' },
    this.#line,
    this.#end,
  );

  draw(prices) {
    const points = sparklinePoints(prices);
    if (!points) return;
    const [x, y] = points.slice(points.lastIndexOf(' ') + 1).split(',');
    this.#line.setAttribute('points', points);
    this.#end.setAttribute('cx', x);
    this.#end.setAttribute('cy', y);
  }
}
