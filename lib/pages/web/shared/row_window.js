// Which rows of a long list are drawn: those in sight and some around them; and
// how they get into the document.

const AROUND = 12; // rows above and below, so that scrolling shows no blank

// `top`: how many pixels of the list lie above the upper edge of the window;
// negative if the list begins below it. Answers the first row and the one behind
// the last.
export function rowWindow({ top, height, rowHeight, count }) {
  return withRowsAround({ first: Math.floor(top / rowHeight), end: Math.ceil((top + height) / rowHeight), count });
}

// The same if one knows which rows are in sight.
export function withRowsAround({ first, end, count }) {
  const clamp = (row) => Math.min(count, Math.max(0, row));
  const last = clamp(end + AROUND);
  return { first: Math.min(clamp(first - AROUND), last), end: last };
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
