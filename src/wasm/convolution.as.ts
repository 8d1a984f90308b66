/**
 * @file Convolutions of any window, and transposed ones as several of them. Weights lie in blocks of eight output channels,
 * [⌈co/8⌉, kd, kh, kw, ci, 8]; for less than four output channels see `thin-convolution.as.ts`.
 */
import { axisOf } from './axis.as';
import { madd } from './madd.as';
import { claim, next, own, ROWS, TILE_AT, TOTALS_AT } from './team.as';
import { convolveThin } from './thin-convolution.as';
import { floats, rowOf, View } from './view.as';

/**
 * Bytes of inputs whose products are added up before the sum joins the total: float32 sums of sums lose fewer digits than one long sum, and
 * fewer values end on the wrong side of a ReLU. Products that are not rounded themselves may be more.
 */
const RUN: usize = ASC_FEATURE_RELAXED_SIMD ? 128 : 64;

/** Adds `more` to a total; with relaxed SIMD what rounding took away, too, to the one 128 bytes behind it. */
// @ts-expect-error: decorator
@inline
function join(total: usize, more: v128): void {
  const before = v128.load(total);
  const sum = f32x4.add(before, more);
  v128.store(total, sum);
  if (!ASC_FEATURE_RELAXED_SIMD) return;
  const added = f32x4.sub(sum, before);
  const lost = f32x4.add(f32x4.sub(before, f32x4.sub(sum, added)), f32x4.sub(more, added));
  v128.store(total, f32x4.add(v128.load(total, 128), lost), 128);
}

/** A total with the last of its sums. */
// @ts-expect-error: decorator
@inline
function whole(total: usize, more: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return f32x4.add(v128.load(total), more);
  return f32x4.add(v128.load(total), f32x4.add(more, v128.load(total, 128)));
}

/** Four voxels × eight output channels; their inputs lie `o…` bytes behind those of the first. `rows` rows of `length` bytes each. */
// @ts-expect-error: decorator
@inline
function convTile(
  x: usize,
  o1: usize,
  o2: usize,
  o3: usize,
  w: usize,
  bias: usize,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
  planeStep: usize,
  rowStep: usize,
  planes: i32,
  rows: i32,
  length: usize,
): void {
  const zero = f32x4.splat(0);
  const TOTALS = own + TOTALS_AT;
  let a0 = zero;
  let b0 = zero;
  let a1 = zero;
  let b1 = zero;
  let a2 = zero;
  let b2 = zero;
  let a3 = zero;
  let b3 = zero;
  let t0 = v128.load(bias);
  let t1 = v128.load(bias, 16);
  if (ASC_FEATURE_RELAXED_SIMD) {
    for (let i = 0; i < 128; i += 16) v128.store(TOTALS + 128 + i, zero);
  }
  v128.store(TOTALS, t0);
  v128.store(TOTALS, t1, 16);
  v128.store(TOTALS, t0, 32);
  v128.store(TOTALS, t1, 48);
  v128.store(TOTALS, t0, 64);
  v128.store(TOTALS, t1, 80);
  v128.store(TOTALS, t0, 96);
  v128.store(TOTALS, t1, 112);
  let wp = w;
  let pending: usize = 0;
  for (let i = 0; i < planes; i++) {
    for (let j = 0; j < rows; j++) {
      // The taps along W of one row of inputs are consecutive values.
      let p = x + <usize>i * planeStep + <usize>j * rowStep;
      const end = p + length;
      while (p < end) {
        const stop = p + RUN < end ? p + RUN : end;
        pending += stop - p;
        while (p < stop) {
          const w0 = v128.load(wp);
          const w1 = v128.load(wp, 16);
          const s0 = v128.load_splat<f32>(p);
          a0 = madd(s0, w0, a0);
          b0 = madd(s0, w1, b0);
          const s1 = v128.load_splat<f32>(p + o1);
          a1 = madd(s1, w0, a1);
          b1 = madd(s1, w1, b1);
          const s2 = v128.load_splat<f32>(p + o2);
          a2 = madd(s2, w0, a2);
          b2 = madd(s2, w1, b2);
          const s3 = v128.load_splat<f32>(p + o3);
          a3 = madd(s3, w0, a3);
          b3 = madd(s3, w1, b3);
          wp += 32;
          p += 4;
        }
        if (pending < RUN) continue;
        pending = 0;
        join(TOTALS, a0);
        join(TOTALS + 16, b0);
        join(TOTALS + 32, a1);
        join(TOTALS + 48, b1);
        join(TOTALS + 64, a2);
        join(TOTALS + 80, b2);
        join(TOTALS + 96, a3);
        join(TOTALS + 112, b3);
        a0 = zero;
        b0 = zero;
        a1 = zero;
        b1 = zero;
        a2 = zero;
        b2 = zero;
        a3 = zero;
        b3 = zero;
      }
    }
  }
  v128.store(y3, whole(TOTALS + 96, a3));
  v128.store(y3, whole(TOTALS + 112, b3), 16);
  v128.store(y2, whole(TOTALS + 64, a2));
  v128.store(y2, whole(TOTALS + 80, b2), 16);
  v128.store(y1, whole(TOTALS + 32, a1));
  v128.store(y1, whole(TOTALS + 48, b1), 16);
  v128.store(y0, whole(TOTALS, a0));
  v128.store(y0, whole(TOTALS + 16, b0), 16);
}

/** Rows that are done together, so that a strip has voxels enough for whole tiles. */
const STRIP = 16;

/**
 * Rows top…bottom and output channels left…right, from multiples of eight, of one plane. `xPlane` and `yPlane`: addresses of the first row
 * that it reads and of its row 0; `yRow` apart.
 */
export function convolvePlane(
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
  left: i32,
  right: i32,
): void {
  const TILE = own + TILE_AT;
  const planes = axisOf(window, 0).taps;
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const voxel = floats(x.C);
  const length = <usize>u.taps * voxel;
  const block = <usize>(planes * v.taps) * (length << 3);
  const next = <usize>u.step * voxel;
  const nextRow = <usize>v.step * x.row;
  const yNext = <usize>u.stride * floats(co);
  const yNextRow = <usize>v.stride * yRow;
  const strip = u.count < STRIP ? (STRIP + u.count - 1) / u.count : 1;
  for (let from = top; from < bottom; from += strip) {
    const rows = bottom - from < strip ? bottom - from : strip;
    const voxels = rows * u.count;
    const xStrip = xPlane + <usize>(v.start + from * v.step) * x.row + <usize>u.start * voxel;
    const yStrip = yPlane + <usize>(v.at + from * v.stride) * yRow + <usize>u.at * floats(co);
    for (let c = left; c < right; c += 8) {
      const wb = w + <usize>(c >> 3) * block;
      const bb = bias + floats(c);
      const yBlock = yStrip + floats(c);
      const some = co - c;
      let h = 0;
      let i = 0;
      for (let t = 0; t < voxels; t += 4) {
        const x0 = xStrip + <usize>h * nextRow + <usize>i * next;
        const y0 = yBlock + <usize>h * yNextRow + <usize>i * yNext;
        // Voxels that the strip has not are the first one once more.
        let x1 = x0;
        let y1 = y0;
        let x2 = x0;
        let y2 = y0;
        let x3 = x0;
        let y3 = y0;
        if (++i == u.count) {
          i = 0;
          h++;
        }
        if (t + 1 < voxels) {
          x1 = xStrip + <usize>h * nextRow + <usize>i * next;
          y1 = yBlock + <usize>h * yNextRow + <usize>i * yNext;
          if (++i == u.count) {
            i = 0;
            h++;
          }
        }
        if (t + 2 < voxels) {
          x2 = xStrip + <usize>h * nextRow + <usize>i * next;
          y2 = yBlock + <usize>h * yNextRow + <usize>i * yNext;
          if (++i == u.count) {
            i = 0;
            h++;
          }
        }
        if (t + 3 < voxels) {
          x3 = xStrip + <usize>h * nextRow + <usize>i * next;
          y3 = yBlock + <usize>h * yNextRow + <usize>i * yNext;
          if (++i == u.count) {
            i = 0;
            h++;
          }
        }
        if (some >= 8) {
          convTile(x0, x1 - x0, x2 - x0, x3 - x0, wb, bb, y0, y1, y2, y3, x.plane, x.row, planes, v.taps, length);
          continue;
        }
        convTile(x0, x1 - x0, x2 - x0, x3 - x0, wb, bb, TILE, TILE + 32, TILE + 64, TILE + 96, x.plane, x.row, planes, v.taps, length);
        const bytes = floats(some);
        memory.copy(y3, TILE + 96, bytes);
        memory.copy(y2, TILE + 64, bytes);
        memory.copy(y1, TILE + 32, bytes);
        memory.copy(y0, TILE, bytes);
      }
    }
  }
}

/** Parts of a convolution that are enough for any team, if it has so many. */
const MANY = 32;

/** y = convolution of x, + bias, at the voxels of y that the window tells. */
export function convolve(x: View, w: usize, bias: usize, y: View, window: usize, N: i32): void {
  const z = axisOf(window, 0);
  const rows = axisOf(window, 1).count;
  const height = z.count > 1 ? rows : min(rows, ROWS);
  const slabs = (rows + height - 1) / height;
  const blocks = (y.C + 7) >> 3;
  // Of small planes some channels are a part.
  const groups = min(blocks, max(1, MANY / (N * z.count * slabs)));
  const each = (blocks + groups - 1) / groups;
  const parts = N * z.count * slabs * groups;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const group = part % groups;
    const top = ((part / groups) % slabs) * height;
    const plane = part / (groups * slabs);
    const n = plane / z.count;
    const d = plane % z.count;
    const bottom = min(rows, top + height);
    const xPlane = rowOf(x, n, z.start + d * z.step, 0);
    const yPlane = rowOf(y, n, z.at + d * z.stride, 0);
    const left = group * each * 8;
    if (y.C < 4) convolveThin(x, w, bias, y.C, window, xPlane, yPlane, y.row, top, bottom);
    else convolvePlane(x, w, bias, y.C, window, xPlane, yPlane, y.row, top, bottom, left, min(y.C, left + each * 8));
  }
}

/** The voxels of y that the window tells become the bias: of a transposed convolution, those that no tap reaches. */
export function fillBias(bias: usize, y: View, window: usize, N: i32): void {
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const voxel = floats(y.C);
  const parts = N * z.count;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const plane = z.at + (part % z.count) * z.stride;
    for (let h = 0; h < v.count; h++) {
      const row = rowOf(y, part / z.count, plane, v.at + h * v.stride);
      for (let w = 0; w < u.count; w++) memory.copy(row + <usize>(u.at + w * u.stride) * voxel, bias, voxel);
    }
  }
}
