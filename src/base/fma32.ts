/** @file The float32 fused multiply-add: one rounding, which PyTorch's vector kernels make and plain doubles do not. */

const { fround } = Math;

/**
 * round₃₂(x·y + z) with a single rounding, for float32 x, y, z. The product is exact in doubles; the sum is rounded to a double, then to
 * float32, which is wrong only where the double lies in the middle between two floats and the exact sum beside it.
 */
export function fma32(x: number, y: number, z: number): number {
  const product = x * y;
  const sum = product + z;
  const nearest = fround(sum);
  const other = nearest + 2 * (sum - nearest);
  if (other === nearest || fround(other) !== other) return nearest;
  return middle(product, z, sum, nearest, other);
}

/** Which of the two floats around `sum` is nearer to product + z. */
function middle(product: number, z: number, sum: number, nearest: number, other: number): number {
  const part = sum - product;
  const error = product - (sum - part) + (z - part);
  return error !== 0 && error > 0 === other > nearest ? other : nearest;
}
