// A long list of which only the rows in sight are in the document, between two
// spacers as high as the others. Rows have any height: each is measured once it
// is drawn, and taken as high as the others until then. What one reads stays
// where it is when something comes above it. No step costs more because the list
// is longer.

import { element } from './elements.js';
import { RowHeights } from './row_heights.js';
import { placeRows, withRowsAround } from './row_window.js';

const MOST_PASSES = 4; // of placing and measuring, until nothing moves

const spacer = () => element('li', { class: 'spacer', role: 'presentation', 'aria-hidden': 'true' });

export class MessageList {
  #root;
  #makeRow;
  #updateRow;
  #beforePaint;
  #onPaint;
  #above = spacer();
  #below = spacer();
  #heights = new RowHeights();
  #rows = new Map(); // item to its element, those that are drawn
  #held; // {item, top}: the first row in sight, and where it began; null: none
  #width = 0;
  #isScheduled = false;

  // `makeRow(item)` answers an element, `updateRow(item, row)` brings it up to
  // date. `beforePaint()` and `onPaint()` are called in each frame in which the
  // rows in sight may be others: before anything is measured, and at the end.
  constructor(root, { makeRow, updateRow, beforePaint, onPaint }) {
    this.#root = root;
    this.#makeRow = makeRow;
    this.#updateRow = updateRow;
    this.#beforePaint = beforePaint;
    this.#onPaint = onPaint;
    root.replaceChildren(this.#above, this.#below);
    root.addEventListener('scroll', () => this.paintSoon(), { passive: true });
    addEventListener('scroll', () => this.paintSoon(), { passive: true });
    new ResizeObserver(() => this.paintSoon()).observe(root);
  }

  // All that changes the list is seen in the next frame.
  add(item) {
    this.#hold();
    this.#heights.add(item);
    this.paintSoon();
  }

  remove(item) {
    if (!this.#heights.has(item)) return;
    this.#hold();
    if (this.#held?.item === item) this.#holdNext(this.#held);
    this.#heights.remove(item);
    this.paintSoon();
  }

  // Shows these sorted items and no other, from the top.
  show(items) {
    this.#held = null;
    this.#heights.set(items);
    this.#root.scrollTop = 0;
    this.paintSoon();
  }

  // Takes away those for which `isOver(item)`.
  removeIf(isOver) {
    for (const item of this.#heights.slice(0, this.count)) if (isOver(item)) this.remove(item);
  }

  has(item) {
    return this.#heights.has(item);
  }

  get count() {
    return this.#heights.count;
  }

  // The item behind this one or, at the end, before it; undefined if there is
  // none.
  neighbourOf(item) {
    const index = this.#heights.indexOf(item);
    return this.#heights.slice(index + 1, index + 2)[0] ?? this.#heights.slice(index - 1, index)[0];
  }

  rowOf(item) {
    return this.#rows.get(item);
  }

  // The items whose rows one can read now: most of it is within the list and
  // within the window.
  get inSight() {
    const list = this.#root.getBoundingClientRect();
    const top = Math.max(list.top, 0);
    const bottom = Math.min(list.bottom, innerHeight);
    return [...this.#rows].filter(([, row]) => {
      const box = row.getBoundingClientRect();
      const seen = Math.min(box.bottom, bottom) - Math.max(box.top, top);
      return seen > 0 && (seen >= box.height / 2 || seen >= (bottom - top) / 2);
    }).map(([item]) => item);
  }

  // The last rows are drawn, or none are.
  get isAtEnd() {
    return this.#heights.count === 0 || this.#rows.has(this.#heights.last);
  }

  scrollTo(item) {
    if (!this.#heights.has(item)) return;
    this.#held = null;
    this.#root.scrollTop = this.#heights.topOf(item);
    this.#paint();
    this.#root.scrollTop = this.#heights.topOf(item);
  }

  paintSoon() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#isScheduled = false;
    this.#beforePaint();
    this.#forgetHeightsOfOtherWidths();
    this.#keepInPlace();
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      this.#place();
      this.#hold();
      if (!this.#measure()) break;
      this.#keepInPlace();
    }
    this.#held = undefined;
    this.#onPaint();
  }

  #forgetHeightsOfOtherWidths() {
    const width = this.#root.clientWidth;
    if (width === this.#width) return;
    this.#hold();
    this.#width = width;
    this.#heights.forgetHeights();
  }

  // Notes the first row in sight before anything moves it: once for each frame,
  // because where one has scrolled to is expensive to ask for. At the top nothing
  // is held: there one wants to see what is new.
  #hold() {
    if (this.#held !== undefined) return;
    const { scrollTop } = this.#root;
    const item = scrollTop < 1 ? undefined : this.#heights.at(scrollTop);
    this.#held = item ? { item, top: this.#heights.topOf(item) } : null;
  }

  // The one that is held goes: the next one takes its place.
  #holdNext({ item, top }) {
    const bottom = this.#heights.bottomOf(item);
    const next = this.#heights.at(bottom);
    this.#held = next === item ? null : { item: next, top: top + bottom - this.#heights.topOf(item) };
  }

  // Scrolls by as much as the held row has moved.
  #keepInPlace() {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    const moved = this.#heights.topOf(held.item) - held.top;
    if (Math.abs(moved) < 1) return;
    // Room to scroll to where the rows will be.
    this.#below.style.height = `${this.#heights.total}px`;
    this.#root.scrollTop += moved;
  }

  #place() {
    const heights = this.#heights;
    const top = this.#root.scrollTop;
    const bottom = top + (this.#root.clientHeight || innerHeight);
    const { count } = heights;
    const indexAt = (y) => (count > 0 ? heights.indexOf(heights.at(y)) : 0);
    const { first, end } = withRowsAround({ first: indexAt(top), end: indexAt(bottom) + 1, count });
    const items = heights.slice(first, end);
    const rows = new Map(items.map((item) => [item, this.#rows.get(item) ?? this.#makeRow(item)]));
    [...rows].forEach(([item, row], i) => {
      this.#updateRow(item, row);
      row.ariaPosInSet = String(first + i + 1);
      row.ariaSetSize = String(count);
    });
    this.#rows = rows;
    placeRows(this.#above, this.#below, rows.values());
    this.#above.style.height = `${items.length > 0 ? heights.topOf(items[0]) : 0}px`;
    this.#below.style.height = `${items.length > 0 ? heights.total - heights.bottomOf(items.at(-1)) : 0}px`;
  }

  // Returns whether a row is of another height than it was taken for.
  #measure() {
    const found = [...this.#rows].map(([item, row]) => [item, row.getBoundingClientRect().height]);
    return found.filter(([item, height]) => height > 0 && this.#heights.measured(item, height)).length > 0;
  }
}
