/** @file Convolutions to less than four channels: vectors run along the inputs. Weights: [co, kd, kh, kw, ci]. */
import { Axis, axisOf } from './axis.as';
import { madd } from './madd.as';
import { floats, rowOf, View } from './view.as';

/** Lane sums of four vectors, as one. */
// @ts-expect-error: decorator
@inline
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** As `convolvePlane`, of all channels. */
export function convolveThin(
  x: View,
  w: usize,
  bias: usize,
  co: i32,
  window: usize,
  xPlane: usize,
  yPlane: usize,
  yRow: usize,
  top: i32,
  bottom: i32,
): void {
  const planes = axisOf(window, 0).taps;
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const voxel = floats(x.C);
  const length = <usize>u.taps * voxel;
  const whole = length & ~15;
  const next = <usize>u.step * voxel;
  const yNext = <usize>u.stride * floats(co);
  const filter = <usize>(planes * v.taps) * length;
  for (let h = top; h < bottom; h++) {
    const xRow = xPlane + <usize>(v.start + h * v.step) * x.row + <usize>u.start * voxel;
    const yVoxels = yPlane + <usize>(v.at + h * v.stride) * yRow + <usize>u.at * floats(co);
    for (let o = 0; o < co; o++) {
      const first = load<f32>(bias + floats(o));
      for (let i = 0; i < u.count; i += 4) {
        const count = u.count - i;
        const x0 = xRow + <usize>i * next;
        const o1 = count > 1 ? next : 0;
        const o2 = count > 2 ? next << 1 : 0;
        const o3 = count > 3 ? next * 3 : 0;
        const zero = f32x4.splat(0);
        let t0 = zero;
        let t1 = zero;
        let t2 = zero;
        let t3 = zero;
        let rest = zero;
        let q = w + <usize>o * filter;
        for (let a = 0; a < planes; a++) {
          for (let b = 0; b < v.taps; b++) {
            let p = x0 + <usize>a * x.plane + <usize>b * x.row;
            const end = p + whole;
            const last = p + length;
            // Sums of rows are added up: a long float32 sum loses digits.
            let a0 = zero;
            let a1 = zero;
            let a2 = zero;
            let a3 = zero;
            while (p < end) {
              const s = v128.load(q);
              a0 = madd(s, v128.load(p), a0);
              a1 = madd(s, v128.load(p + o1), a1);
              a2 = madd(s, v128.load(p + o2), a2);
              a3 = madd(s, v128.load(p + o3), a3);
              p += 16;
              q += 16;
            }
            while (p < last) {
              const four = f32x4(load<f32>(p), load<f32>(p + o1), load<f32>(p + o2), load<f32>(p + o3));
              rest = madd(four, v128.load_splat<f32>(q), rest);
              p += 4;
              q += 4;
            }
            t0 = f32x4.add(t0, a0);
            t1 = f32x4.add(t1, a1);
            t2 = f32x4.add(t2, a2);
            t3 = f32x4.add(t3, a3);
          }
        }
        const sums = f32x4.add(f32x4.add(laneSums(t0, t1, t2, t3), rest), f32x4.splat(first));
        const y = yVoxels + <usize>i * yNext + floats(o);
        store<f32>(y, f32x4.extract_lane(sums, 0));
        if (count > 1) store<f32>(y + yNext, f32x4.extract_lane(sums, 1));
        if (count > 2) store<f32>(y + 2 * yNext, f32x4.extract_lane(sums, 2));
        if (count > 3) store<f32>(y + 3 * yNext, f32x4.extract_lane(sums, 3));
      }
    }
  }
}

/** out += what the rows top…bottom of a plane give to the gradient of the weights. */
export function thinGradient(x: View, dy: View, out: usize, window: usize, n: i32, d: i32, top: i32, bottom: i32): void {
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const co = dy.C;
  const voxel = floats(x.C);
  const values = u.taps * x.C;
  const next = <usize>u.step * voxel;
  const first = out;
  for (let h = top; h < bottom; h++) {
    const dyRow = rowOf(dy, n, d, h);
    out = first;
    for (let o = 0; o < co; o++) {
      for (let i = 0; i < z.taps; i++) {
        for (let j = 0; j < v.taps; j++) {
          const row = rowOf(x, n, z.start + d * z.step + i, v.start + h * v.step + j) + <usize>u.start * voxel;
          let l = 0;
          for (; l <= values - 16; l += 16) thinFour(row + floats(l), dyRow + floats(o), out + floats(l), u, next, co);
          for (; l <= values - 4; l += 4) thinOne(row + floats(l), dyRow + floats(o), out + floats(l), u, next, co);
          for (; l < values; l++) {
            let p = row + floats(l);
            let q = dyRow + floats(o);
            let sum: f32 = 0;
            for (let k = 0; k < u.count; k++) {
              sum += load<f32>(p) * load<f32>(q);
              p += next;
              q += floats(co);
            }
            store<f32>(out + floats(l), load<f32>(out + floats(l)) + sum);
          }
          out += floats(values);
        }
      }
    }
  }
}

/** Adds Σ x · dy along a row to sixteen values. */
// @ts-expect-error: decorator
@inline
function thinFour(x: usize, dy: usize, out: usize, u: Axis, next: usize, co: i32): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let p = x;
  let q = dy;
  for (let k = 0; k < u.count; k++) {
    const s = v128.load_splat<f32>(q);
    a0 = madd(s, v128.load(p), a0);
    a1 = madd(s, v128.load(p, 16), a1);
    a2 = madd(s, v128.load(p, 32), a2);
    a3 = madd(s, v128.load(p, 48), a3);
    p += next;
    q += floats(co);
  }
  v128.store(out, f32x4.add(v128.load(out), a0));
  v128.store(out, f32x4.add(v128.load(out, 16), a1), 16);
  v128.store(out, f32x4.add(v128.load(out, 32), a2), 32);
  v128.store(out, f32x4.add(v128.load(out, 48), a3), 48);
}

/** The same for four. */
// @ts-expect-error: decorator
@inline
function thinOne(x: usize, dy: usize, out: usize, u: Axis, next: usize, co: i32): void {
  let sum = f32x4.splat(0);
  let p = x;
  let q = dy;
  for (let k = 0; k < u.count; k++) {
    sum = madd(v128.load_splat<f32>(q), v128.load(p), sum);
    p += next;
    q += floats(co);
  }
  v128.store(out, f32x4.add(v128.load(out), sum));
}
