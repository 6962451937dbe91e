// Prices as exact decimals: whole numbers and how many of their digits are
// decimals, as the server has them. Nothing is ever computed in floating point.
// A price is a number, or the text of one that a number cannot hold
// (exact_json.js).

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;
const MINUS = '\u2212';

// {units, decimals}: the digits as one whole number, and how many of them are
// decimals. Null if it is not a finite number.
export function toDecimal(value) {
  const match = NUMBER.exec(String(value));
  if (!match) return null;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const decimals = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction + '0'.repeat(Math.max(0, -decimals)));
  return { units: sign ? -units : units, decimals: Math.max(0, decimals) };
}

const sizeOf = (units) => (units < 0n ? -units : units);
const scaled = ({ units, decimals }, to) => units * 10n ** BigInt(to - decimals);

// REQUIRES: units >= 0n.
function write(units, decimals) {
  const digits = units.toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return decimals > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits;
}

function signed(isNegative, isZero, text) {
  if (isZero) return text;
  return (isNegative ? MINUS : '+') + text;
}

// "150.00", "150.10", "−37.63". `atLeast`: digits after the point.
export function formatPrice(price, atLeast = 2) {
  const decimal = toDecimal(price);
  if (!decimal) return '';
  const decimals = Math.max(atLeast, decimal.decimals);
  return (decimal.units < 0n ? MINUS : '') + write(scaled({ ...decimal, units: sizeOf(decimal.units) }, decimals), decimals);
}

// How many digits after the point a page shows of a price.
export function decimalsOf(price) {
  return Math.max(2, toDecimal(price)?.decimals ?? 0);
}

// "1,234,567.89"; what is no number stays as it is.
export function grouped(text) {
  const point = text.indexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  const rest = point < 0 ? '' : text.slice(point);
  return whole.replace(/\d(?=(?:\d{3})+(?!\d))/g, '$&,') + rest;
}

// What a row shows of a price against its reference: the change with the digits
// of the longer of the two, and the percentage of the size of the reference with
// two, half away from zero. There is no percentage of zero.
export function describeChange(price, reference) {
  const a = toDecimal(price);
  const b = toDecimal(reference);
  if (!a || !b) return { direction: 'flat', change: '', percent: '' };
  const decimals = Math.max(2, a.decimals, b.decimals);
  const from = scaled(b, decimals);
  const difference = scaled(a, decimals) - from;
  const isNegative = difference < 0n;
  const isZero = difference === 0n;
  const size = sizeOf(difference);
  return {
    direction: isZero ? 'flat' : isNegative ? 'down' : 'up',
    change: signed(isNegative, isZero, write(size, decimals)),
    percent: from === 0n ? '' : signed(isNegative, isZero, `${write(hundredthsOf(size, sizeOf(from)), 2)}%`),
  };
}

// `part` in hundredths of a percent of `whole`.
function hundredthsOf(part, whole) {
  return (part * 20_000n + whole) / (2n * whole);
}
