// A long list of which only the rows in sight are in the document, between two
// spacers as high as the others. Rows have any height: each is measured once it
// is drawn, and taken as high as the others until then. What one reads stays
// where it is when something comes above it.

import { element } from './elements.js';
import { placeRows, rowAt, rowWindowAt } from './row_window.js';

const USUAL_ROW = 84; // pixels, until some were measured
const MOST_PASSES = 4; // of placing and measuring, until nothing moves

const spacer = () => element('li', { class: 'spacer', role: 'presentation', 'aria-hidden': 'true' });

export class MessageList {
  #root;
  #makeRow;
  #onPaint;
  #above = spacer();
  #below = spacer();
  #items = [];
  #offsets = [0];
  #heights = new WeakMap();
  #measured = { count: 0, sum: 0 };
  #width = 0;
  #rows = new Map(); // item to its element, those that are drawn
  #isScheduled = false;

  // `makeRow(item)` answers an element. `onPaint()` is called whenever the rows
  // in sight may be others.
  constructor(root, makeRow, onPaint) {
    this.#root = root;
    this.#makeRow = makeRow;
    this.#onPaint = onPaint;
    root.replaceChildren(this.#above, this.#below);
    root.addEventListener('scroll', () => this.#schedule(), { passive: true });
    addEventListener('scroll', () => this.#schedule(), { passive: true });
    new ResizeObserver(() => this.#schedule()).observe(root);
  }

  // `items`: all there are, in order. Painted in the next frame.
  show(items) {
    this.#items = items;
    this.#schedule();
  }

  rowOf(item) {
    return this.#rows.get(item);
  }

  // The drawn rows of the items that are.
  get rows() {
    return this.#rows;
  }

  // Its row is another now.
  redraw(item) {
    this.#rows.get(item)?.remove();
    this.#rows.delete(item);
    this.#heights.delete(item);
    this.#schedule();
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
    return this.#items.length === 0 || this.#rows.has(this.#items.at(-1));
  }

  scrollTo(item) {
    const index = this.#items.indexOf(item);
    if (index < 0) return;
    this.#root.scrollTop = this.#offsets[index] ?? 0;
    this.#paint();
    this.#root.scrollTop = this.#offsets[index] ?? 0;
  }

  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#isScheduled = false;
    this.#forgetHeightsOfOtherWidths();
    const anchor = this.#anchor();
    this.#layOut();
    if (anchor) this.#hold(anchor);
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      this.#place();
      if (!this.#measure()) break;
      const held = this.#anchor() ?? anchor;
      this.#layOut();
      if (held) this.#hold(held);
    }
    this.#onPaint();
  }

  #forgetHeightsOfOtherWidths() {
    const width = this.#root.clientWidth;
    if (width === this.#width) return;
    this.#width = width;
    this.#heights = new WeakMap();
    this.#measured = { count: 0, sum: 0 };
  }

  // The first row in sight, and how far it is below the upper edge; null at the
  // top, where one wants to see what is new.
  #anchor() {
    const top = this.#root.scrollTop;
    if (top < 1) return null;
    let index = rowAt(this.#offsets, top);
    // Of those that are here still.
    for (; index < this.#placed.length; index += 1) {
      const item = this.#placed[index];
      if (this.#rows.has(item)) return { item, below: this.#offsets[index] - top };
    }
    return null;
  }

  #placed = []; // the items that #offsets are of

  #hold({ item, below }) {
    const index = this.#items.indexOf(item);
    if (index < 0) return;
    const top = this.#offsets[index] - below;
    this.#stretch();
    if (Math.abs(this.#root.scrollTop - top) >= 1) this.#root.scrollTop = top;
  }

  #layOut() {
    const usual = this.#measured.count > 0 ? this.#measured.sum / this.#measured.count : USUAL_ROW;
    const offsets = new Array(this.#items.length + 1);
    let y = 0;
    for (let i = 0; i < this.#items.length; i += 1) {
      offsets[i] = y;
      y += this.#heights.get(this.#items[i]) ?? usual;
    }
    offsets[this.#items.length] = y;
    this.#offsets = offsets;
    this.#placed = [...this.#items];
  }

  // Room to scroll to where the rows will be.
  #stretch() {
    this.#below.style.height = `${this.#offsets.at(-1)}px`;
  }

  #place() {
    const { first, end } = rowWindowAt({ top: this.#root.scrollTop, height: this.#root.clientHeight || innerHeight, offsets: this.#offsets });
    const wanted = new Map();
    for (let i = first; i < end; i += 1) {
      const item = this.#items[i];
      const row = this.#rows.get(item) ?? this.#makeRow(item);
      row.setAttribute('aria-posinset', String(i + 1));
      row.setAttribute('aria-setsize', String(this.#items.length));
      wanted.set(item, row);
    }
    this.#rows = wanted;
    placeRows(this.#above, this.#below, wanted.values());
    this.#above.style.height = `${this.#offsets[first]}px`;
    this.#below.style.height = `${this.#offsets.at(-1) - this.#offsets[end]}px`;
  }

  // Returns whether a row is of another height than it was taken for.
  #measure() {
    let isOther = false;
    for (const [item, row] of this.#rows) {
      const { height } = row.getBoundingClientRect();
      if (height === 0 || this.#heights.get(item) === height) continue;
      if (!this.#heights.has(item)) {
        this.#measured.count += 1;
        this.#measured.sum += height;
      }
      this.#heights.set(item, height);
      isOther = true;
    }
    return isOther;
  }
}
