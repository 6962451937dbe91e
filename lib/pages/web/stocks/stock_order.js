// The order of the rows: by a column, up or down, equal ones by symbol. A stock
// that lacks the figure comes last, whichever way.

// A price may be the text of a number (exact_json.js).
const number = (value) => (value === undefined ? undefined : Number(value));

// Numbers here only order rows; what is shown is computed exactly.
const KEYS = {
  symbol: null,
  name: (stock) => stock.name?.toLowerCase(),
  price: (stock) => number(stock.price),
  change: (stock) => stock.price - stock.reference, // also of texts
  percent: (stock) => (Number(stock.reference) === 0 ? undefined : (stock.price - stock.reference) / Math.abs(stock.reference)),
  high: (stock) => number(stock.high),
  low: (stock) => number(stock.low),
  bid: (stock) => number(stock.bid),
  ask: (stock) => number(stock.ask),
  volume: (stock) => number(stock.volume),
  time: (stock) => stock.time,
};

// Those of words go from A, the others from the largest.
const OF_WORDS = new Set(['symbol', 'name']);

export const COLUMNS = Object.keys(KEYS);

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export function sortStocks(stocks, { column, descending }) {
  const sign = descending ? -1 : 1;
  const key = KEYS[column];
  if (!key) return [...stocks].sort((a, b) => sign * compare(a.symbol, b.symbol));
  // Each key is computed once, not at every comparison.
  const keyed = stocks.map((stock) => ({ stock, key: key(stock) }));
  keyed.sort((a, b) => {
    const lacks = (a.key === undefined) - (b.key === undefined);
    return lacks || sign * compare(a.key, b.key) || compare(a.stock.symbol, b.stock.symbol);
  });
  return keyed.map(({ stock }) => stock);
}

// What a click on a column's header leads to; the other way round if it is that
// column already.
export function nextOrder(order, column) {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: !OF_WORDS.has(column) };
}
