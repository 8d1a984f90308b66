/**
 * @file One step of each optimiser on n values, a multiple of four: the formulas of `vocabulary/optimizers.ts`. p: parameters, g: their
 * gradients, a and b: what is kept of them, in the order of the vocabulary.
 */
import { madd } from './madd.as';
import { claim, next } from './team.as';
import { floats } from './view.as';

/** As in `engine/wasm/optimizer.ts`. */
const ADAM = 0;
const RADAM = 1;
const ADAMAX = 2;
const RMSPROP = 3;
const ADAGRAD = 4;
const ADADELTA = 5;
const ASGD = 6;

/** share · x + (1 − share) · y */
// @ts-expect-error: decorator
@inline
function mix(x: v128, y: v128, share: f64): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(<f32>share)), f32x4.mul(y, f32x4.splat(<f32>(1 - share))));
}

/** What is taken off a parameter, without the learning rate where the formula allows. */
// @ts-expect-error: decorator
@inline
function change(kind: i32, g: v128, p: v128, a: usize, b: usize, rate: v128, along: v128, root: v128): v128 {
  if (kind == ADAM || kind == RADAM) {
    const m = mix(v128.load(a), g, 0.9);
    const v = mix(v128.load(b), f32x4.mul(g, g), 0.999);
    v128.store(a, m);
    v128.store(b, v);
    if (kind == RADAM) return f32x4.div(f32x4.mul(m, rate), f32x4.add(f32x4.mul(f32x4.sqrt(v), root), along));
    const size = f32x4.add(f32x4.div(f32x4.sqrt(v), root), f32x4.splat(1e-8));
    return f32x4.div(f32x4.add(f32x4.mul(m, rate), f32x4.mul(g, along)), size);
  }
  if (kind == ADAMAX) {
    const m = mix(v128.load(a), g, 0.9);
    const u = f32x4.max(f32x4.mul(v128.load(b), f32x4.splat(0.999)), f32x4.add(f32x4.abs(g), f32x4.splat(1e-8)));
    v128.store(a, m);
    v128.store(b, u);
    return f32x4.div(f32x4.mul(m, rate), u);
  }
  if (kind == RMSPROP) {
    const v = mix(v128.load(a), f32x4.mul(g, g), 0.99);
    v128.store(a, v);
    return f32x4.div(f32x4.mul(g, rate), f32x4.add(f32x4.sqrt(v), f32x4.splat(1e-8)));
  }
  if (kind == ADAGRAD) {
    const s = f32x4.add(v128.load(a), f32x4.mul(g, g));
    v128.store(a, s);
    return f32x4.div(f32x4.mul(g, rate), f32x4.add(f32x4.sqrt(s), f32x4.splat(1e-10)));
  }
  if (kind == ADADELTA) {
    const eps = f32x4.splat(1e-6);
    const v = mix(v128.load(a), f32x4.mul(g, g), 0.9);
    const before = v128.load(b);
    const delta = f32x4.mul(f32x4.div(f32x4.sqrt(f32x4.add(before, eps)), f32x4.sqrt(f32x4.add(v, eps))), g);
    v128.store(a, v);
    v128.store(b, mix(before, f32x4.mul(delta, delta), 0.9));
    return f32x4.mul(delta, rate);
  }
  const step = f32x4.mul(g, rate);
  if (kind == ASGD) {
    const moved = f32x4.sub(p, step);
    v128.store(a, f32x4.add(f32x4.mul(v128.load(a), root), f32x4.mul(moved, along)));
  }
  return step;
}

/** Four values of a parameter one step on, with their gradient g. */
// @ts-expect-error: decorator
@inline
function step(kind: i32, p: usize, g: v128, a: usize, b: usize, decay: v128, keep: v128, rate: v128, along: v128, root: v128): void {
  const before = v128.load(p);
  const gradient = f32x4.add(g, f32x4.mul(decay, before));
  const kept = f32x4.mul(keep, before);
  v128.store(p, f32x4.sub(kept, change(kind, gradient, kept, a, b, rate, along, root)));
}

/** Values that are a part. */
const SOME = 16384;

/** One step of `kind`; scalars as in the vocabulary. Clears the gradients. */
export function optimizerStep(
  kind: i32,
  p: usize,
  g: usize,
  a: usize,
  b: usize,
  n: i32,
  decay: f32,
  keep: f32,
  rate: f32,
  along: f32,
  root: f32,
): void {
  const d = f32x4.splat(decay);
  const k = f32x4.splat(keep);
  const r = f32x4.splat(rate);
  const l = f32x4.splat(along);
  const q = f32x4.splat(root);
  const parts = (n + SOME - 1) / SOME;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const end = min(n, part * SOME + SOME);
    for (let i = part * SOME; i < end; i += 4) {
      const at = floats(i);
      step(kind, p + at, v128.load(g + at), a + at, b + at, d, k, r, l, q);
      v128.store(g + at, f32x4.splat(0));
    }
  }
}

/**
 * The same for the weights [nOut, nIn] of a linear layer, of which the gradient is dyᵀ·x, with x [N, nIn] and dy [N, nOut], in the order
 * of `linearWeightGradient`. nIn is a multiple of four.
 */
export function linearStep(
  kind: i32,
  p: usize,
  x: usize,
  dy: usize,
  N: i32,
  nIn: i32,
  nOut: i32,
  a: usize,
  b: usize,
  decay: f32,
  keep: f32,
  rate: f32,
  along: f32,
  root: f32,
): void {
  const d = f32x4.splat(decay);
  const k = f32x4.splat(keep);
  const r = f32x4.splat(rate);
  const l = f32x4.splat(along);
  const q = f32x4.splat(root);
  for (let o = claim(nOut); o >= 0; o = next(nOut)) {
    const row = <usize>o * floats(nIn);
    for (let i = 0; i < nIn; i += 4) {
      let g = f32x4.splat(0);
      for (let n = 0; n < N; n++) g = madd(v128.load_splat<f32>(dy + floats(n * nOut + o)), v128.load(x + <usize>n * floats(nIn) + floats(i)), g);
      const at = row + floats(i);
      step(kind, p + at, g, a + at, b + at, d, k, r, l, q);
    }
  }
}
