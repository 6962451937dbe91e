// The order of the rows: by a column, up or down, equal ones by symbol. A stock
// that lacks the figure comes last, whichever way.

// Numbers here only order rows; what is shown is computed exactly.
const KEYS = {
  symbol: null,
  name: (stock) => stock.name?.toLowerCase(),
  price: (stock) => stock.price,
  change: (stock) => stock.price - stock.reference,
  percent: (stock) => (stock.reference === 0 ? undefined : (stock.price - stock.reference) / Math.abs(stock.reference)),
  high: (stock) => stock.high,
  low: (stock) => stock.low,
  bid: (stock) => stock.bid,
  ask: (stock) => stock.ask,
  volume: (stock) => stock.volume,
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
