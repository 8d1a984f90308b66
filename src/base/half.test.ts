import { expect, it } from 'vitest';
import { fromHalf, largestHalf, toHalf } from './half';

it('every binary16 comes back from its value', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = fromHalf(bits);
    if (Number.isNaN(value)) expect(Number.isNaN(fromHalf(toHalf(value)))).toBe(true);
    else expect(toHalf(value)).toBe(bits);
  }
});

it('values between two are rounded to the nearer, ties to the even one', () => {
  // 1 + 2^-10 is the neighbour of 1.
  expect(fromHalf(toHalf(1 + 0.49 * 2 ** -10))).toBe(1);
  expect(fromHalf(toHalf(1 + 2 ** -11))).toBe(1);
  expect(fromHalf(toHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
  expect(fromHalf(toHalf(2 - 2 ** -12))).toBe(2);
  expect(fromHalf(toHalf(-(2 ** -25)))).toBe(-0);
  expect(fromHalf(toHalf(3 * 2 ** -25))).toBe(2 ** -23);
  expect([fromHalf(toHalf(65519)), fromHalf(toHalf(65520))]).toEqual([largestHalf, Number.POSITIVE_INFINITY]);
});
