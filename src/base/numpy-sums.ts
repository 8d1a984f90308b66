/** @file Sums in numpy's order, as float64 or float32: other orders differ in the last digit, which is printed. */

type Floats = Float64Array | Float32Array;

/** The sum of values: eight running sums up to 128 values, halves above; rounded to float32 after each addition of a Float32Array. */
export function pairwiseSum(values: Floats): number {
  return sumOf(values, 0, values.length, values instanceof Float32Array ? Math.fround : same);
}

const same = (x: number): number => x;

function sumOf(values: Floats, start: number, count: number, round: (x: number) => number): number {
  if (count < 8) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = round(sum + values[start + i]);
    return sum;
  }
  if (count <= 128) {
    const r = Array.from(values.subarray(start, start + 8));
    let i = 8;
    for (; i < count - (count % 8); i += 8) {
      for (let j = 0; j < 8; j++) r[j] = round(r[j] + values[start + i + j]);
    }
    const add = (a: number, b: number): number => round(a + b);
    let sum = add(add(add(r[0], r[1]), add(r[2], r[3])), add(add(r[4], r[5]), add(r[6], r[7])));
    for (; i < count; i++) sum = round(sum + values[start + i]);
    return sum;
  }
  let half = Math.floor(count / 2);
  half -= half % 8;
  return round(sumOf(values, start, half, round) + sumOf(values, start + half, count - half, round));
}

/** `numpy.mean`, in the precision of the values; NaN without any. */
export function mean(values: Floats): number {
  const found = pairwiseSum(values) / values.length;
  return values instanceof Float32Array ? Math.fround(found) : found;
}

/** `numpy.std` with n − 1, in the precision of the values. */
export function sampleDeviation(values: Floats): number {
  const centre = mean(values);
  const squares = values.map((value) => value - centre);
  for (let i = 0; i < squares.length; i++) squares[i] *= squares[i];
  const variance = pairwiseSum(squares) / (values.length - 1);
  return values instanceof Float32Array ? Math.fround(Math.sqrt(Math.fround(variance))) : Math.sqrt(variance);
}
