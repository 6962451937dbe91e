// Which rows of a long list are drawn: those in sight and some around them; and
// how they get into the document.

const AROUND = 12; // rows above and below, so that scrolling shows no blank

// `top`: how many pixels of the list lie above the upper edge of the window;
// negative if the list begins below it. Answers the first row and the one behind
// the last.
export function rowWindow({ top, height, rowHeight, count }) {
  const clamp = (row) => Math.min(count, Math.max(0, row));
  const first = clamp(Math.floor(top / rowHeight) - AROUND);
  const end = clamp(Math.ceil((top + height) / rowHeight) + AROUND);
  return { first: Math.min(first, end), end };
}

// The same for rows of any height. `offsets` has where each row begins, and
// where the last one ends.
export function rowWindowAt({ top, height, offsets }) {
  const count = offsets.length - 1;
  const clamp = (row) => Math.min(count, Math.max(0, row));
  const first = clamp(rowAt(offsets, top) - AROUND);
  const end = clamp(rowAt(offsets, top + height) + 1 + AROUND);
  return { first: Math.min(first, end), end };
}

// The row that lies at `y`; the first or the last if none does.
export function rowAt(offsets, y) {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle] <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Makes `elements` all that is between two spacers. Those that stay are not
// touched.
export function placeRows(above, below, elements) {
  let next = above.nextSibling;
  for (const row of elements) {
    if (row === next) next = next.nextSibling;
    else above.parentNode.insertBefore(row, next);
  }
  while (next !== below) {
    const old = next;
    next = next.nextSibling;
    old.remove();
  }
}
