import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './pages_modules.js';

const { decimalsOf, describeChange, formatPrice, grouped, toDecimal } = await load('decimal.js');
const { parseExactly } = await load('exact_json.js');

test('a price has at least two decimals and all that it was sent with', () => {
  assert.equal(formatPrice(150), '150.00');
  assert.equal(formatPrice(150.2), '150.20');
  assert.equal(formatPrice(150.25), '150.25');
  assert.equal(formatPrice(0.00001234), '0.00001234');
  assert.equal(formatPrice('150.10'), '150.10');
  assert.equal(formatPrice('1.1000'), '1.1000');
  assert.equal(formatPrice('0.123456789012345678'), '0.123456789012345678');
  assert.equal(formatPrice('999999999999999999'), '999999999999999999.00');
});

test('numbers that JavaScript prints in exponent form are written out', () => {
  assert.equal(String(0.00000001), '1e-8');
  assert.equal(formatPrice(0.00000001), '0.00000001');
  assert.equal(formatPrice(0.000000125e1), '0.00000125');
  assert.equal(formatPrice(1e21), '1000000000000000000000.00');
});

test('large prices keep their digits', () => {
  assert.equal(formatPrice(9999999.99999999), '9999999.99999999');
  assert.equal(formatPrice(92233720368.54), '92233720368.54');
});

test('what is no finite number is no price', () => {
  for (const value of [NaN, Infinity, null, undefined, 'x', '']) {
    assert.equal(toDecimal(value), null);
    assert.equal(formatPrice(value), '');
  }
});

test('a change is exact where floating point is not', () => {
  assert.notEqual(String(1.1 - 1), '0.1');
  assert.deepEqual(describeChange(1.1, 1), { direction: 'up', change: '+0.10', percent: '+10.00%' });
  assert.equal(describeChange(0.3, 0.1).change, '+0.20');
  assert.equal(describeChange(150.25, 150).change, '+0.25');
});

test('a change has the digits of the longer of the two', () => {
  assert.equal(describeChange(0.0012, 0.001).change, '+0.0002');
  assert.equal(describeChange(10, 9.125).change, '+0.875');
});

test('a fall has a minus sign, and no change has none', () => {
  assert.deepEqual(describeChange(149.5, 150), { direction: 'down', change: '\u22120.50', percent: '\u22120.33%' });
  assert.deepEqual(describeChange(150, 150), { direction: 'flat', change: '0.00', percent: '0.00%' });
});

test('a percentage is rounded half away from zero', () => {
  assert.equal(describeChange(100.125, 100).percent, '+0.13%');
  assert.equal(describeChange(99.875, 100).percent, '\u22120.13%');
  assert.equal(describeChange(100.0049, 100).percent, '+0.00%');
  assert.equal(describeChange(250, 100).percent, '+150.00%');
});

test('a change from zero has no percentage', () => {
  assert.deepEqual(describeChange(1, 0), { direction: 'up', change: '+1.00', percent: '' });
  assert.deepEqual(describeChange(0, '0.00'), { direction: 'flat', change: '0.00', percent: '' });
});

test('a percentage is of the size of a reference below zero', () => {
  assert.deepEqual(describeChange(-30, -40), { direction: 'up', change: '+10.00', percent: '+25.00%' });
  assert.deepEqual(describeChange(-37.63, 18.27), { direction: 'down', change: '\u221255.90', percent: '\u2212305.97%' });
  assert.equal(formatPrice(-37.63), '\u221237.63');
  assert.equal(formatPrice(0), '0.00');
});

test('a number that JavaScript would write in another way is read as its text', () => {
  const read = parseExactly('{"a":150.10,"b":150.1,"c":-0.5,"d":0.123456789012345678,"e":1614938400123,"f":1e-8,"g":100}');
  assert.deepEqual(read, { a: '150.10', b: 150.1, c: -0.5, d: '0.123456789012345678', e: 1614938400123, f: 1e-8, g: 100 });
  const text = '{"1.10":[1.10,"2.20 \\" 3.30","\\\\"],"x":"5.50"}';
  assert.deepEqual(parseExactly(text), { '1.10': ['1.10', '2.20 " 3.30', '\\'], x: '5.50' });
  assert.throws(() => parseExactly('{"a":'), SyntaxError);
});

test('thousands are grouped in the whole part only', () => {
  assert.equal(grouped('1234567.12345'), '1,234,567.12345');
  assert.equal(grouped('999.00'), '999.00');
  assert.equal(grouped('+1000.00%'), '+1,000.00%');
  assert.equal(grouped('\u221212345'), '\u221212,345');
  assert.equal(grouped(''), '');
});

test('a price can be shown with the decimals of another', () => {
  assert.equal(decimalsOf(150), 2);
  assert.equal(decimalsOf(0.0051), 4);
  assert.equal(formatPrice(150.2, 4), '150.2000');
  assert.equal(formatPrice(1200, 0), '1200');
});
