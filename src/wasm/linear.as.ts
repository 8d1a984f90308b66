/** @file Linear layers both ways, and Adam. Layouts: see `kernels.as.ts`. */

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
    const at = <usize>i << 2;
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + at), v128.load(b + at)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(a + at, 32), v128.load(b + at, 32)));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(a + at, 48), v128.load(b + at, 48)));
  }
  const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  let sum = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
  for (; i < n; i++) sum += load<f32>(a + (<usize>i << 2)) * load<f32>(b + (<usize>i << 2));
  return sum;
}

/** y += s · x, n values. */
// @ts-expect-error: decorator
@inline
function axpy(s: f32, x: usize, y: usize, n: i32): void {
  const v = f32x4.splat(s);
  let i = 0;
  for (; i <= n - 4; i += 4) {
    const at = <usize>i << 2;
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(v, v128.load(x + at))));
  }
  for (; i < n; i++) {
    const at = <usize>i << 2;
    store<f32>(y + at, load<f32>(y + at) + s * load<f32>(x + at));
  }
}

/** y [N, out] = x [N, in] · wᵀ + bias, w [out, in]; negative values become 0 when `relu`. */
export function linear(x: usize, w: usize, bias: usize, y: usize, N: i32, nIn: i32, nOut: i32, relu: i32): void {
  for (let o = 0; o < nOut; o++) {
    const row = w + (<usize>(o * nIn) << 2);
    for (let n = 0; n < N; n++) {
      let v = dot(x + (<usize>(n * nIn) << 2), row, nIn) + load<f32>(bias + (<usize>o << 2));
      if (relu && v < 0) v = 0;
      store<f32>(y + (<usize>(n * nOut + o) << 2), v);
    }
  }
}

/**
 * Gradients of `linear` from dy [N, out], which is set to 0 where y ≤ 0 when `relu`: dw += dyᵀ·x, dbias += Σ dy, dx = dy·w.
 */
export function linearGradient(
  x: usize,
  w: usize,
  y: usize,
  dy: usize,
  dw: usize,
  dbias: usize,
  dx: usize,
  N: i32,
  nIn: i32,
  nOut: i32,
  relu: i32,
): void {
  memory.fill(dx, 0, <usize>(N * nIn) << 2);
  for (let o = 0; o < nOut; o++) {
    for (let n = 0; n < N; n++) {
      const at = <usize>(n * nOut + o) << 2;
      const g: f32 = relu && load<f32>(y + at) <= 0 ? 0 : load<f32>(dy + at);
      if (g == 0) continue;
      const b = dbias + (<usize>o << 2);
      store<f32>(b, load<f32>(b) + g);
      axpy(g, x + (<usize>(n * nIn) << 2), dw + (<usize>(o * nIn) << 2), nIn);
      axpy(g, w + (<usize>(o * nIn) << 2), dx + (<usize>(n * nIn) << 2), nIn);
    }
  }
}

/** One step of Adam as PyTorch makes it, on n values; n a multiple of 4. */
export function adam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  n: i32,
  stepSize: f32,
  rootCorrection2: f32,
  decay: f32,
): void {
  const b1 = f32x4.splat(0.9);
  const c1 = f32x4.splat(<f32>(1 - 0.9));
  const b2 = f32x4.splat(0.999);
  const c2 = f32x4.splat(<f32>(1 - 0.999));
  const eps = f32x4.splat(1e-8);
  const step = f32x4.splat(stepSize);
  const root = f32x4.splat(rootCorrection2);
  const wd = f32x4.splat(decay);
  for (let i = 0; i < n; i += 4) {
    const at = <usize>i << 2;
    const weight = v128.load(p + at);
    const gradient = f32x4.add(v128.load(g + at), f32x4.mul(wd, weight));
    const first = f32x4.add(f32x4.mul(v128.load(m + at), b1), f32x4.mul(gradient, c1));
    const second = f32x4.add(f32x4.mul(v128.load(v + at), b2), f32x4.mul(f32x4.mul(gradient, gradient), c2));
    const denominator = f32x4.add(f32x4.div(f32x4.sqrt(second), root), eps);
    v128.store(m + at, first);
    v128.store(v + at, second);
    v128.store(p + at, f32x4.sub(weight, f32x4.mul(step, f32x4.div(first, denominator))));
  }
}
