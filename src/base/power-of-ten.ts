/**
 * @file Powers of ten as Python has them: the nearest double, which its C library gives but for one in a thousand. `Math.pow` of a browser
 * misses one in ten by the last bit, and a learning rate that a random search drew would differ in the file.
 */

/** Digits after the binary point of the whole numbers here. */
const bits = 200n;
const one = 1n << bits;

/** atanh(1/n) = Σ 1 / ((2i+1) n^(2i+1)) */
function areaTangent(n: bigint): bigint {
  let sum = 0n;
  let power = one / n;
  for (let i = 1n; power !== 0n; i += 2n) {
    sum += power / i;
    power /= n * n;
  }
  return sum;
}

const ln2 = 2n * areaTangent(3n);
/** 10 = 2³ · 1.25, and 1.25 = (1 + 1/9) / (1 − 1/9). */
const ln10 = 3n * ln2 + 2n * areaTangent(9n);

/** A finite double as a whole number of 2⁻²⁰⁰; exact from 2⁻¹⁴⁷ on, and what is smaller makes no difference to a power. */
function fixed(x: number): bigint {
  const scaled = x * 2 ** 100;
  const whole = Math.trunc(scaled);
  return (BigInt(whole) << (bits - 100n)) + BigInt(Math.trunc((scaled - whole) * 2 ** 100));
}

/** 10^exponent, the double nearest to it; for exponents between −300 and 300. */
export function powerOfTen(exponent: number): number {
  const natural = (fixed(exponent) * ln10) >> bits;
  const halvings = natural / ln2;
  const rest = natural - halvings * ln2;
  let sum = 0n;
  let term = one;
  for (let i = 1n; term !== 0n; i++) {
    sum += term;
    term = (term * rest) / (one * i);
  }
  return Number(sum) * 2 ** -Number(bits) * 2 ** Number(halvings);
}
