// Prices as exact decimals: whole numbers of 10^-8, as the server has them. The
// digits that a number was written with come back out of String(number), so
// nothing is ever computed in floating point. (A double holds 15 digits
// faithfully: 9,999,999.99999999, or 13 digits before two decimals.)

const DECIMALS = 8;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;
const MINUS = '\u2212';

// {units, decimals} of a JSON number: how many 10^-8, and how many digits after
// the point it needs. Null if it is not a finite number.
export function toDecimal(value) {
  const match = NUMBER.exec(String(value));
  if (!match) return null;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  let digits = whole + fraction;
  let point = whole.length + shift;
  if (point < 0) {
    digits = '0'.repeat(-point) + digits;
    point = 0;
  }
  digits = digits.padEnd(point, '0');
  const after = digits.slice(point, point + DECIMALS).replace(/0+$/, '');
  const units = BigInt(digits.slice(0, point) + after.padEnd(DECIMALS, '0'));
  return { units: sign ? -units : units, decimals: after.length };
}

function write(units, decimals) {
  const digits = units.toString().padStart(DECIMALS + 1, '0');
  const point = digits.length - DECIMALS;
  const fraction = digits.slice(point).padEnd(decimals, '0').slice(0, decimals);
  return decimals > 0 ? `${digits.slice(0, point)}.${fraction}` : digits.slice(0, point);
}

function signed(isNegative, isZero, text) {
  if (isZero) return text;
  return (isNegative ? MINUS : '+') + text;
}

// "150.00", "150.25", "0.00001234". `atLeast`: digits after the point.
export function formatPrice(price, atLeast = 2) {
  const decimal = toDecimal(price);
  return decimal ? write(decimal.units, Math.max(atLeast, decimal.decimals)) : '';
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
// of the longer of the two, and the percentage with two, half away from zero.
export function describeChange(price, reference) {
  const a = toDecimal(price);
  const b = toDecimal(reference);
  if (!a || !b || b.units === 0n) return { direction: 'flat', change: '', percent: '' };
  const difference = a.units - b.units;
  const isNegative = difference < 0n;
  const size = isNegative ? -difference : difference;
  const isZero = size === 0n;
  const hundredths = (size * 20_000n + b.units) / (2n * b.units);
  const digits = hundredths.toString().padStart(3, '0');
  return {
    direction: isZero ? 'flat' : isNegative ? 'down' : 'up',
    change: signed(isNegative, isZero, write(size, Math.max(2, a.decimals, b.decimals))),
    percent: signed(isNegative, isZero, `${digits.slice(0, -2)}.${digits.slice(-2)}%`),
  };
}
