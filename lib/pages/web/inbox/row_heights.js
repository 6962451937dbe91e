// The items of a long list in their order, and how high their rows are: which
// rows lie where. Items come and go anywhere. They are kept in blocks, so that
// one of them costs the same however long the list is. No DOM in here.

import { isNewer, placeOf } from './order.js';

const USUAL_ROW = 84; // pixels, until some were measured
const MOST_IN_BLOCK = 256; // a longer one is cut in two

export class RowHeights {
  #blocks = []; // {items, measured: how many, height: of those}
  #heights = new WeakMap(); // item to the height of its row, once it is measured
  #all = { measured: 0, height: 0 };
  count = 0;

  // The last item; undefined if there is none.
  get last() {
    return this.#blocks.at(-1)?.items.at(-1);
  }

  get total() {
    return this.#blocks.reduce((y, block) => y + this.#heightOf(block), 0);
  }

  has(item) {
    const { block, place } = this.#find(item);
    return block?.items[place] === item;
  }

  // Does nothing if it is there.
  add(item) {
    const { index, block, place } = this.#find(item);
    if (block?.items[place] === item) return;
    this.count += 1;
    if (!block) {
      this.#blocks.push(this.#makeBlock([item]));
      return;
    }
    block.items.splice(place, 0, item);
    this.#count(block, item, 1);
    if (block.items.length <= MOST_IN_BLOCK) return;
    const tail = this.#makeBlock(block.items.slice(MOST_IN_BLOCK / 2));
    this.#blocks.splice(index, 1, this.#makeBlock(block.items.slice(0, MOST_IN_BLOCK / 2)), tail);
  }

  // Does nothing if it is not there.
  remove(item) {
    const { index, block, place } = this.#find(item);
    if (block?.items[place] !== item) return;
    this.count -= 1;
    block.items.splice(place, 1);
    this.#count(block, item, -1);
    if (block.items.length === 0) this.#blocks.splice(index, 1);
  }

  // From now on these sorted items are all there are. The heights of rows stay
  // known.
  set(items) {
    this.#blocks = [];
    this.count = items.length;
    for (let i = 0; i < items.length; i += MOST_IN_BLOCK / 2) this.#blocks.push(this.#makeBlock(items.slice(i, i + MOST_IN_BLOCK / 2)));
  }

  // No row is measured any more.
  forgetHeights() {
    this.#heights = new WeakMap();
    this.#all = { measured: 0, height: 0 };
    for (const block of this.#blocks) block.measured = block.height = 0;
  }

  // Its row is of this height. Returns whether one did not know that.
  measured(item, height) {
    if (this.#heights.get(item) === height) return false;
    const { block, place } = this.#find(item);
    const figures = block?.items[place] === item ? [block, this.#all] : [this.#all];
    for (const some of figures) this.#count(some, item, -1);
    this.#heights.set(item, height);
    for (const some of figures) this.#count(some, item, 1);
    return true;
  }

  // Where its row begins, and where it ends. REQUIRES: it is there.
  topOf(item) {
    const { index, block, place } = this.#find(item);
    let y = 0;
    for (let i = 0; i < index; i += 1) y += this.#heightOf(this.#blocks[i]);
    for (let i = 0; i < place; i += 1) y += this.#rowHeight(block.items[i]);
    return y;
  }

  bottomOf(item) {
    return this.topOf(item) + this.#rowHeight(item);
  }

  indexOf(item) {
    const { index, place } = this.#find(item);
    let before = place;
    for (let i = 0; i < index; i += 1) before += this.#blocks[i].items.length;
    return before;
  }

  // The item whose row lies at `y`; the first or the last if none does, and
  // undefined if there is none.
  at(y) {
    let top = 0;
    for (const block of this.#blocks) {
      const height = this.#heightOf(block);
      if (y < top + height) return this.#itemAt(block, y - top);
      top += height;
    }
    return this.last;
  }

  // The items from one index on and before another.
  slice(from, end) {
    const found = [];
    let start = 0;
    for (const { items } of this.#blocks) {
      if (start >= end) break;
      if (start + items.length > from) found.push(...items.slice(Math.max(0, from - start), end - start));
      start += items.length;
    }
    return found;
  }

  #itemAt({ items }, y) {
    let top = 0;
    for (const item of items) {
      top += this.#rowHeight(item);
      if (y < top) return item;
    }
    return items.at(-1);
  }

  // The block that an item is in or belongs into, and its place there.
  #find(item) {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isNewer(this.#blocks[middle].items.at(-1), item)) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low];
    return { index: low, block, place: block ? placeOf(block.items, item) : 0 };
  }

  #makeBlock(items) {
    const block = { items, measured: 0, height: 0 };
    for (const item of items) this.#count(block, item, 1);
    return block;
  }

  #count(figures, item, sign) {
    const height = this.#heights.get(item);
    if (height === undefined) return;
    figures.measured += sign;
    figures.height += sign * height;
  }

  // Those that were not measured are taken as high as the others.
  get #usual() {
    return this.#all.measured > 0 ? this.#all.height / this.#all.measured : USUAL_ROW;
  }

  #rowHeight(item) {
    return this.#heights.get(item) ?? this.#usual;
  }

  #heightOf({ items, measured, height }) {
    return height + (items.length - measured) * this.#usual;
  }
}
