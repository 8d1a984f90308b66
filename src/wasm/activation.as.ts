/** @file Activations of four values, and of whole tensors both ways. */
import { claim, endRow, firstRow, next, partsOf, planeOf } from './team.as';
import { floats, put, rowOf, View } from './view.as';

/** As in `views.ts`. */
export const IDENTITY = 0;
export const RELU = 1;
export const LEAKY = 2;
export const ELU = 3;
export const SIGMOID = 4;

/** e^x = 2^n · (1 + p): n, and p as a polynomial of what is left of x. Relative error below 2e-7. */
// @ts-expect-error: decorator
@inline
function exponent(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(f32x4.min(f32x4.max(x, f32x4.splat(-104)), f32x4.splat(89)), f32x4.splat(1.44269504088896341)));
}

// @ts-expect-error: decorator
@inline
function fraction(x: v128, n: v128): v128 {
  const clamped = f32x4.min(f32x4.max(x, f32x4.splat(-104)), f32x4.splat(89));
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  return f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r);
}

/** v · 2^n, in two steps, as 2^n may be no float32. */
// @ts-expect-error: decorator
@inline
function scaled(v: v128, n: v128): v128 {
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const rest = i32x4.sub(whole, half);
  const bias = i32x4.splat(127);
  const once = f32x4.mul(v, i32x4.shl(i32x4.add(half, bias), 23));
  return f32x4.mul(once, i32x4.shl(i32x4.add(rest, bias), 23));
}

// @ts-expect-error: decorator
@inline
export function exp4(x: v128): v128 {
  const n = exponent(x);
  return scaled(f32x4.add(fraction(x, n), f32x4.splat(1)), n);
}

/** e^x − 1, exact near 0. */
// @ts-expect-error: decorator
@inline
function expm14(x: v128): v128 {
  const n = exponent(x);
  const one = f32x4.splat(1);
  return f32x4.add(scaled(fraction(x, n), n), f32x4.sub(scaled(one, n), one));
}

function tanh4(x: v128): v128 {
  return f32x4(
    NativeMathf.tanh(f32x4.extract_lane(x, 0)),
    NativeMathf.tanh(f32x4.extract_lane(x, 1)),
    NativeMathf.tanh(f32x4.extract_lane(x, 2)),
    NativeMathf.tanh(f32x4.extract_lane(x, 3)),
  );
}

/** NaN stays NaN. */
// @ts-expect-error: decorator
@inline
export function activated(v: v128, kind: i32, slope: v128): v128 {
  const zero = f32x4.splat(0);
  if (kind == IDENTITY) return v;
  if (kind == RELU) return f32x4.pmax(v, zero);
  if (kind == LEAKY) return v128.bitselect(v, f32x4.mul(v, slope), f32x4.gt(v, zero));
  if (kind == ELU) return v128.bitselect(v, expm14(v), f32x4.gt(v, zero));
  if (kind == SIGMOID) return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(v))));
  return tanh4(v);
}

/** g times the slope of the activation where it gave y. */
// @ts-expect-error: decorator
@inline
export function sloped(g: v128, y: v128, kind: i32, slope: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  if (kind == IDENTITY) return g;
  if (kind == RELU) return v128.and(g, f32x4.gt(y, zero));
  if (kind == LEAKY) return v128.bitselect(g, f32x4.mul(g, slope), f32x4.gt(y, zero));
  if (kind == ELU) return v128.bitselect(g, f32x4.mul(g, f32x4.add(y, one)), f32x4.gt(y, zero));
  if (kind == SIGMOID) return f32x4.mul(g, f32x4.mul(y, f32x4.sub(one, y)));
  return f32x4.mul(g, f32x4.sub(one, f32x4.mul(y, y)));
}

/** y = activation of x. */
export function activate(x: View, y: View, N: i32, kind: i32, slope: f32): void {
  const length = x.W * x.C;
  const s = f32x4.splat(slope);
  const parts = N * partsOf(x);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(x);
    const d = planeOf(x, part);
    const end = endRow(x, part);
    for (let h = firstRow(x, part); h < end; h++) {
      const from = rowOf(x, n, d, h);
      const to = rowOf(y, n, d, h);
      for (let i = 0; i < length; i += 4) put(to + floats(i), activated(v128.load(from + floats(i)), kind, s), length - i);
    }
  }
}

/** dx = g times the slope at what gave y. */
export function activateGradient(y: View, g: View, dx: View, N: i32, kind: i32, slope: f32): void {
  const length = y.W * y.C;
  const s = f32x4.splat(slope);
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      const at = rowOf(y, n, d, h);
      const from = rowOf(g, n, d, h);
      const to = rowOf(dx, n, d, h);
      for (let i = 0; i < length; i += 4)
        put(to + floats(i), sloped(v128.load(from + floats(i)), v128.load(at + floats(i)), kind, s), length - i);
    }
  }
}
