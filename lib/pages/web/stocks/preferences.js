// What a browser remembers of the table: its order, the watch list, how dense it
// is. Storage may be switched off: then it lives as long as the page.

import { COLUMNS } from './stock_order.js';

const KEY = 'tickerhub.stocks';
const MOST_WATCHED = 1_000;

const isSymbol = (value) => typeof value === 'string' && value.length > 0 && value.length <= 64;

// Anything may be in the storage: what is not understood is left out.
export function readPreferences(text) {
  let kept;
  try {
    kept = JSON.parse(text);
  } catch {
    kept = null;
  }
  const { order, watched, dense, watchedOnly } = kept !== null && typeof kept === 'object' ? kept : {};
  const isOrder = order !== null && typeof order === 'object' && COLUMNS.includes(order.column);
  return {
    order: isOrder ? { column: order.column, descending: order.descending === true } : { column: 'symbol', descending: false },
    watched: Array.isArray(watched) ? watched.filter(isSymbol).slice(0, MOST_WATCHED) : [],
    dense: dense === true,
    watchedOnly: watchedOnly === true,
  };
}

export function loadPreferences() {
  try {
    return readPreferences(localStorage.getItem(KEY));
  } catch {
    return readPreferences(null);
  }
}

export function savePreferences({ order, watched, dense, watchedOnly }) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ order, watched: [...watched], dense, watchedOnly }));
  } catch {
    // Then they are not remembered.
  }
}
