/** @file Linear layers both ways. Rows of x and y follow one another without gaps. */
import { madd } from './madd.as';
import { claim, next } from './team.as';
import { floats } from './view.as';

/** Outputs that are a part. */
const SOME = 4;
/** Inputs that are a part, where all outputs are read. */
const COLUMNS = 1024;

/** Scalar product of two rows of any length. */
// @ts-expect-error: decorator
@inline
function dot(a: usize, b: usize, n: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i = 0;
  for (; i <= n - 16; i += 16) {
    const at = floats(i);
    s0 = madd(v128.load(a + at), v128.load(b + at), s0);
    s1 = madd(v128.load(a + at, 16), v128.load(b + at, 16), s1);
    s2 = madd(v128.load(a + at, 32), v128.load(b + at, 32), s2);
    s3 = madd(v128.load(a + at, 48), v128.load(b + at, 48), s3);
  }
  const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
  for (; i < n; i++) sum += load<f32>(a + floats(i)) * load<f32>(b + floats(i));
  return sum;
}

/** y += s · x, n values. */
// @ts-expect-error: decorator
@inline
function axpy(s: f32, x: usize, y: usize, n: i32): void {
  const v = f32x4.splat(s);
  let i = 0;
  for (; i <= n - 4; i += 4) {
    const at = floats(i);
    v128.store(y + at, madd(v, v128.load(x + at), v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = floats(i);
    store<f32>(y + at, load<f32>(y + at) + s * load<f32>(x + at));
  }
}

/** y [N, out] = x [N, in] · wᵀ + bias, w [out, in]. */
export function linear(x: usize, w: usize, bias: usize, y: usize, N: i32, nIn: i32, nOut: i32): void {
  const parts = (nOut + SOME - 1) / SOME;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const end = min(nOut, part * SOME + SOME);
    for (let o = part * SOME; o < end; o++) {
      const row = w + <usize>o * floats(nIn);
      for (let n = 0; n < N; n++)
        store<f32>(y + floats(n * nOut + o), dot(x + <usize>n * floats(nIn), row, nIn) + load<f32>(bias + floats(o)));
    }
  }
}

/** dw += dyᵀ·x. */
export function linearWeightGradient(x: usize, dy: usize, dw: usize, N: i32, nIn: i32, nOut: i32): void {
  const parts = (nOut + SOME - 1) / SOME;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const end = min(nOut, part * SOME + SOME);
    for (let o = part * SOME; o < end; o++) {
      for (let n = 0; n < N; n++) {
        const g = load<f32>(dy + floats(n * nOut + o));
        if (g != 0) axpy(g, x + <usize>n * floats(nIn), dw + <usize>o * floats(nIn), nIn);
      }
    }
  }
}

/** dbias += Σ dy. */
export function linearBiasGradient(dy: usize, dbias: usize, N: i32, nOut: i32): void {
  for (let n = 0; n < N; n++) axpy(1, dy + <usize>n * floats(nOut), dbias, nOut);
}

/** dx = dy·w. */
export function linearInputGradient(w: usize, dy: usize, dx: usize, N: i32, nIn: i32, nOut: i32): void {
  const parts = (nIn + COLUMNS - 1) / COLUMNS;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const first = floats(part * COLUMNS);
    const count = min(COLUMNS, nIn - part * COLUMNS);
    for (let n = 0; n < N; n++) memory.fill(dx + <usize>n * floats(nIn) + first, 0, floats(count));
    for (let o = 0; o < nOut; o++) {
      for (let n = 0; n < N; n++) {
        const g = load<f32>(dy + floats(n * nOut + o));
        if (g != 0) axpy(g, w + <usize>o * floats(nIn) + first, dx + <usize>n * floats(nIn) + first, count);
      }
    }
  }
}
