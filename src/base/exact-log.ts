/**
 * @file The natural logarithm to the nearest double. C libraries, and numpy with them, give it; `Math.log` is off by one in the last place
 * for some numbers in a hundred.
 */

const FACTOR = 2 ** 27 + 1;
const STEPS = 128;
/** Bits after the point of whole numbers that stand for fractions. */
const BITS = 160n;

/** A sum of two doubles, the second of them what the first lacks. */
type Pair = readonly [number, number];

function pairOf(fixed: bigint): Pair {
  const rest = (value: bigint): number => Number(value) / 2 ** Number(BITS);
  const high = rest(fixed);
  return [high, rest(fixed - BigInt(high * 2 ** 100) * (1n << (BITS - 100n)))];
}

/** ln(a / b) as a whole number: twice the area tangent of (a − b) / (a + b). */
function fixedLog(a: bigint, b: bigint): bigint {
  const [p, q] = [a - b, a + b];
  let power = (p << BITS) / q;
  let sum = 0n;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (power * p * p) / (q * q);
  }
  return 2n * sum;
}

/** ln(j / STEPS), by j. */
const stepLogs: Pair[] = [];
/** k·ln 2, by −k. */
const twoLogs: Pair[] = [];

function fill(): void {
  for (let j = STEPS / 2; j <= 2 * STEPS; j++) stepLogs[j] = pairOf(fixedLog(BigInt(j), BigInt(STEPS)));
  const two = fixedLog(2n, 1n);
  for (let k = 0; k <= 1100; k++) twoLogs[k] = pairOf(-two * BigInt(k));
}

/** What a product of doubles lacks (Dekker 1971). */
function lack(a: number, b: number, product: number): number {
  const c = FACTOR * a;
  const a1 = c - (c - a);
  const d = FACTOR * b;
  const b1 = d - (d - b);
  const [a2, b2] = [a - a1, b - b1];
  return a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
}

/** Of x in (0, 1]. */
export function exactLog(x: number): number {
  if (stepLogs.length === 0) fill();
  let k = 0;
  let m = x;
  while (m < 2 ** -20) {
    m *= 2 ** 20;
    k += 20;
  }
  while (m < 0.70703125) {
    m *= 2;
    k++;
  }
  const j = Math.round(m * STEPS);
  const c = j / STEPS;
  // s = (m − c) / (m + c), to twice the digits; the difference is exact.
  const difference = m - c;
  const sum = m + c;
  const sumRest = m - (sum - c) + (c - (sum - (sum - c)));
  const s = difference / sum;
  const product = s * sum;
  const sRest = (difference - product - lack(s, sum, product) - s * sumRest) / sum;
  const s2 = s * s;
  const tail = s * s2 * (2 / 3 + s2 * (2 / 5 + s2 * (2 / 7 + s2 * (2 / 9))));
  const [a, aRest] = twoLogs[k];
  const [b, bRest] = stepLogs[j];
  // a + b + 2s, largest first.
  const ab = a + b;
  const abRest = b - (ab - a);
  const all = ab + 2 * s;
  const back = all - ab;
  const allRest = ab - (all - back) + (2 * s - back);
  return all + (allRest + (abRest + (tail + (2 * sRest + aRest + bRest))));
}
