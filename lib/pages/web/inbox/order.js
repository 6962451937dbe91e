// The order of notifications: the newest first, an older epoch behind. No DOM in
// here.

export const isNewer = (one, other) => one.era > other.era || (one.era === other.era && one.id > other.id);

// Where in the sorted `items` this one is or belongs.
export function placeOf(items, item) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isNewer(items[middle], item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
