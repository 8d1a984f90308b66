/** @file Gradients of a convolution's weights and bias, and the weights that its input gradient (a transposed convolution) convolves with. */
import { axisOf } from './axis.as';
import { weightGradientThin } from './thin-convolution.as';
import { floats, rowOf, View } from './view.as';

/** Adds Σ x[…, l…l+count] · dy[…, c…c+7] over some rows to `count` lines of eight of a weight gradient. */
// @ts-expect-error: decorator
@inline
function gradientBlock(
  x: usize,
  dy: usize,
  out: usize,
  W: i32,
  xNext: usize,
  dyNext: usize,
  rows: i32,
  xRow: usize,
  dyRow: usize,
  count: i32,
): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  for (let r = 0; r < rows; r++) {
    let p = x + <usize>r * xRow;
    let q = dy + <usize>r * dyRow;
    for (let i = 0; i < W; i++) {
      const d0 = v128.load(q);
      const d1 = v128.load(q, 16);
      const s0 = v128.load_splat<f32>(p);
      a0 = f32x4.add(a0, f32x4.mul(s0, d0));
      b0 = f32x4.add(b0, f32x4.mul(s0, d1));
      if (count > 1) {
        const s1 = v128.load_splat<f32>(p, 4);
        a1 = f32x4.add(a1, f32x4.mul(s1, d0));
        b1 = f32x4.add(b1, f32x4.mul(s1, d1));
      }
      if (count > 2) {
        const s2 = v128.load_splat<f32>(p, 8);
        a2 = f32x4.add(a2, f32x4.mul(s2, d0));
        b2 = f32x4.add(b2, f32x4.mul(s2, d1));
      }
      if (count > 3) {
        const s3 = v128.load_splat<f32>(p, 12);
        a3 = f32x4.add(a3, f32x4.mul(s3, d0));
        b3 = f32x4.add(b3, f32x4.mul(s3, d1));
      }
      p += xNext;
      q += dyNext;
    }
  }
  v128.store(out, f32x4.add(v128.load(out), a0));
  v128.store(out, f32x4.add(v128.load(out, 16), b0), 16);
  if (count > 1) {
    v128.store(out, f32x4.add(v128.load(out, 32), a1), 32);
    v128.store(out, f32x4.add(v128.load(out, 48), b1), 48);
  }
  if (count > 2) {
    v128.store(out, f32x4.add(v128.load(out, 64), a2), 64);
    v128.store(out, f32x4.add(v128.load(out, 80), b2), 80);
  }
  if (count > 3) {
    v128.store(out, f32x4.add(v128.load(out, 96), a3), 96);
    v128.store(out, f32x4.add(v128.load(out, 112), b3), 112);
  }
}

/**
 * dw += gradient of the weights of `convolve`(x, …, y, window), of which dy is the gradient of y; in the order of the weights. Short
 * rows are summed a plane at a time, long ones row by row, so that no float32 sum gets long.
 */
export function weightGradient(x: View, dy: View, dw: usize, window: usize, N: i32): void {
  if (dy.C < 4) {
    weightGradientThin(x, dy, dw, window, N);
    return;
  }
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const co = dy.C;
  const voxel = floats(x.C);
  const values = u.taps * x.C;
  const xNext = <usize>u.step * voxel;
  const dyNext = floats(co);
  const xRow = <usize>v.step * x.row;
  const rowsAtOnce = u.count < 12 ? v.count : 1;
  for (let n = 0; n < N; n++) {
    for (let d = 0; d < z.count; d++) {
      for (let h = 0; h < v.count; h += rowsAtOnce) {
        const q = rowOf(dy, n, d, h);
        let out = dw;
        for (let c = 0; c < co; c += 8) {
          const qc = q + floats(c);
          for (let i = 0; i < z.taps; i++) {
            for (let j = 0; j < v.taps; j++) {
              let p = rowOf(x, n, z.start + d * z.step + i, v.start + h * v.step + j) + <usize>u.start * voxel;
              let l = values;
              for (; l >= 4; l -= 4) {
                gradientBlock(p, qc, out, u.count, xNext, dyNext, rowsAtOnce, xRow, dy.row, 4);
                p += 16;
                out += 128;
              }
              if (l == 3) gradientBlock(p, qc, out, u.count, xNext, dyNext, rowsAtOnce, xRow, dy.row, 3);
              else if (l == 2) gradientBlock(p, qc, out, u.count, xNext, dyNext, rowsAtOnce, xRow, dy.row, 2);
              else if (l == 1) gradientBlock(p, qc, out, u.count, xNext, dyNext, rowsAtOnce, xRow, dy.row, 1);
              out += <usize>l << 5;
            }
          }
        }
      }
    }
  }
  if ((co & 7) != 0) clearUnused(dw, co, z.taps * v.taps * values);
}

/** The lanes of the last block that stand for no channel. */
function clearUnused(dw: usize, co: i32, values: i32): void {
  const last = dw + ((<usize>(co >> 3) * <usize>values) << 5);
  for (let l = 0; l < values; l++) memory.fill(last + (<usize>l << 5) + floats(co & 7), 0, 32 - floats(co & 7));
}

// @ts-expect-error: decorator
@inline
function place(o: i32, i: i32, tap: i32, taps: i32, co: i32, ci: i32): usize {
  if (co < 4) return floats((o * taps + tap) * ci + i);
  return floats((((o >> 3) * taps + tap) * ci + i) * 8 + (o & 7));
}

/**
 * Weights of one class of a transposed convolution, from w of the convolution that it turns around (ci → co): co → ci, and along each
 * axis the taps r, r + s, r + 2s, … of k in reverse.
 */
export function turnWeights(
  w: usize,
  out: usize,
  ci: i32,
  co: i32,
  kd: i32,
  kh: i32,
  kw: i32,
  sd: i32,
  sh: i32,
  sw: i32,
  rd: i32,
  rh: i32,
  rw: i32,
): void {
  const jd = (kd - rd + sd - 1) / sd;
  const jh = (kh - rh + sh - 1) / sh;
  const jw = (kw - rw + sw - 1) / sw;
  for (let a = 0; a < jd; a++) {
    for (let b = 0; b < jh; b++) {
      for (let c = 0; c < jw; c++) {
        const from = ((rd + sd * (jd - 1 - a)) * kh + rh + sh * (jh - 1 - b)) * kw + rw + sw * (jw - 1 - c);
        const to = (a * jh + b) * jw + c;
        for (let o = 0; o < co; o++) {
          for (let i = 0; i < ci; i++) {
            store<f32>(out + place(i, o, to, jd * jh * jw, ci, co), load<f32>(w + place(o, i, from, kd * kh * kw, co, ci)));
          }
        }
      }
    }
  }
}
