/**
 * @file Logarithm, sine and cosine in float32, rounding for rounding as PyTorch's vector kernels make them: the polynomials of Cephes
 * (Moshier), as in avx_mathfun (Pommier, Garberoglio), with multiplications and additions fused as its builds fuse them.
 */
import { fma32 } from './fma32';

const { fround } = Math;
const floats = (values: readonly number[]): readonly number[] => values.map(fround);

const float32 = new Float32Array(1);
const bits = new Int32Array(float32.buffer);

/** √½ */
const SQRT_HALF = fround(Math.SQRT1_2);
const LOG = floats([
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1,
]);
/** ln 2 in two parts. */
const [LN2_LOW, LN2_HIGH] = floats([-2.1219444e-4, 0.693359375]);
const SINE = floats([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
const COSINE = floats([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]);
const FOUR_OVER_PI = fround(1.27323954473516);
/** −π/4 in three parts. */
const [QUARTER_1, QUARTER_2, QUARTER_3] = floats([-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8]);

/** Horner's rule, fused. */
function polynomial(coefficients: readonly number[], x: number): number {
  let y = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) y = fma32(y, x, coefficients[i]);
  return y;
}

/** Natural logarithm of a positive, normal float32. */
export function log32(value: number): number {
  float32[0] = value;
  let exponent = (bits[0] >>> 23) - 126;
  bits[0] = (bits[0] & 0x807f_ffff) | 0x3f00_0000;
  let x = float32[0];
  if (x < SQRT_HALF) {
    exponent--;
    x = fround(fround(x - 1) + x);
  } else x = fround(x - 1);
  const z = fround(x * x);
  const y = fma32(fround(polynomial(LOG, x) * x), z, fround(exponent * LN2_LOW));
  return fma32(exponent, LN2_HIGH, fround(x + fma32(-z, 0.5, y)));
}

/** Puts cosine and sine of a float32 ≥ 0 into `out`. */
export function cosineAndSine32(angle: number, out: Float32Array): void {
  const octant = (Math.trunc(fround(angle * FOUR_OVER_PI)) + 1) & ~1;
  let x = fma32(octant, QUARTER_1, angle);
  x = fma32(octant, QUARTER_2, x);
  x = fma32(octant, QUARTER_3, x);
  const z = fround(x * x);
  const cosine = fround(fma32(fround(polynomial(COSINE, z) * z), z, -fround(z * 0.5)) + 1);
  const sine = fma32(fround(polynomial(SINE, z) * z), x, x);
  const swapped = (octant & 2) !== 0;
  out[0] = (octant + 2) & 4 ? -(swapped ? sine : cosine) : swapped ? sine : cosine;
  out[1] = octant & 4 ? -(swapped ? cosine : sine) : swapped ? cosine : sine;
}
