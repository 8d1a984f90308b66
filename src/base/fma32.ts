/** @file The float32 fused multiply-add: one rounding, which PyTorch's vector kernels make and plain doubles do not. */

const float64 = new Float64Array(1);
/** The same eight bytes; JavaScript engines that matter are little-endian: [low word, high word]. */
const words = new Uint32Array(float64.buffer);

/**
 * round₃₂(x·y + z) with a single rounding, for float32 x, y, z. The product is exact in doubles; the sum is rounded to odd, so that
 * the second rounding cannot fall on a false tie (Boldo and Melquiond 2008).
 */
export function fma32(x: number, y: number, z: number): number {
  const product = x * y;
  const sum = product + z;
  const part = sum - product;
  const error = product - (sum - part) + (z - part);
  if (error === 0 || !Number.isFinite(sum)) return Math.fround(sum);
  float64[0] = sum;
  if ((words[0] & 1) === 0) {
    if (error > 0 === sum > 0) words[0] |= 1;
    else {
      if (words[0] === 0) words[1]--;
      words[0]--;
    }
  }
  return Math.fround(float64[0]);
}
