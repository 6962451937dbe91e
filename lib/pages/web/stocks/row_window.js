// Which rows of a long list are drawn: those in sight and some around them.

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
