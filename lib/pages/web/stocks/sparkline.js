// A small line of the prices seen lately, over their times. It only shows the
// shape: the figures are beside it, so it is hidden from screen readers.

import { svgElement } from './elements.js';

const WIDTH = 96;
const HEIGHT = 24;
const MARGIN = 3;

// The `points` of a polyline for {price, time} in the order of their times: full
// width from the first to the last, lowest price at the bottom. A price holds
// until the next one. Prices that are all the same lie in the middle.
export function sparklinePoints(points, width = WIDTH, height = HEIGHT) {
  if (points.length === 0) return '';
  let low = Infinity;
  let high = -Infinity;
  for (const { price } of points) {
    low = Math.min(low, price);
    high = Math.max(high, price);
  }
  const range = high - low;
  const first = points[0].time;
  const span = points[points.length - 1].time - first;
  const room = height - 2 * MARGIN;
  return points
    .map(({ price, time }) => {
      const x = MARGIN + (span > 0 ? ((width - 2 * MARGIN) * (time - first)) / span : 0);
      const y = range > 0 ? MARGIN + room * (1 - (price - low) / range) : height / 2;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}

// By its own first and last point: the change of the row may be since yesterday.
export function sparklineDirection(points) {
  if (points.length === 0) return 'flat';
  const difference = points[points.length - 1].price - points[0].price;
  return difference > 0 ? 'up' : difference < 0 ? 'down' : 'flat';
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

  draw(points) {
    const text = sparklinePoints(points);
    this.#line.setAttribute('points', text);
    this.element.dataset.direction = sparklineDirection(points);
    if (!text) return;
    const [x, y] = text.slice(text.lastIndexOf(' ') + 1).split(',');
    this.#end.setAttribute('cx', x);
    this.#end.setAttribute('cy', y);
  }
}
