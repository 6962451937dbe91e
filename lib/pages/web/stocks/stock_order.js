// The order of the rows: by a column, up or down, equal ones by symbol.

const percent = (stock) => (stock.price - stock.reference) / stock.reference;

// Numbers here only order rows; what is shown is computed exactly.
const KEYS = {
  symbol: null,
  price: (stock) => stock.price,
  change: (stock) => stock.price - stock.reference,
  percent,
  high: (stock) => stock.high,
  low: (stock) => stock.low,
};

export const COLUMNS = Object.keys(KEYS);

const bySymbol = (a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0);

export function sortStocks(stocks, { column, descending }) {
  const key = KEYS[column];
  const sign = descending ? -1 : 1;
  const compare = key
    ? (a, b) => sign * (key(a) - key(b)) || bySymbol(a, b)
    : (a, b) => sign * bySymbol(a, b);
  return [...stocks].sort(compare);
}

// What a click on a column's header leads to: names from A, figures from the
// largest, the other way round if it is that column already.
export function nextOrder(order, column) {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: column !== 'symbol' };
}
