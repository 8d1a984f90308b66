/** @file Gradients of a convolution's weights and bias, and the weights that its input gradient (a transposed convolution) convolves with. */
import { axisOf } from './axis.as';
import { madd } from './madd.as';
import {
  claim,
  complete,
  endRow,
  firstRow,
  groupStart,
  next,
  partial,
  partsOf,
  planeOf,
  SUMS_BYTES,
  wasLast,
} from './team.as';
import { thinGradient } from './thin-convolution.as';
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
      a0 = madd(s0, d0, a0);
      b0 = madd(s0, d1, b0);
      if (count > 1) {
        const s1 = v128.load_splat<f32>(p, 4);
        a1 = madd(s1, d0, a1);
        b1 = madd(s1, d1, b1);
      }
      if (count > 2) {
        const s2 = v128.load_splat<f32>(p, 8);
        a2 = madd(s2, d0, a2);
        b2 = madd(s2, d1, b2);
      }
      if (count > 3) {
        const s3 = v128.load_splat<f32>(p, 12);
        a3 = madd(s3, d0, a3);
        b3 = madd(s3, d1, b3);
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

/** out += Σ over `rows` rows of x · dy for eight output channels, and the taps along W of one tap along D and H. */
// @ts-expect-error: decorator
@inline
function gradientLine(x: usize, dy: usize, out: usize, W: i32, xNext: usize, dyNext: usize, rows: i32, xRow: usize, dyRow: usize, values: i32): void {
  let l = values;
  for (; l >= 4; l -= 4) {
    gradientBlock(x, dy, out, W, xNext, dyNext, rows, xRow, dyRow, 4);
    x += 16;
    out += 128;
  }
  if (l == 3) gradientBlock(x, dy, out, W, xNext, dyNext, rows, xRow, dyRow, 3);
  else if (l == 2) gradientBlock(x, dy, out, W, xNext, dyNext, rows, xRow, dyRow, 2);
  else if (l == 1) gradientBlock(x, dy, out, W, xNext, dyNext, rows, xRow, dyRow, 1);
}

/** Rows this short are summed several at a time; longer ones one by one, so that no float32 sum gets long. */
const SHORT = 12;

/** out += what the rows top…bottom of a plane give to the gradient of the weights. */
function planeGradient(x: View, dy: View, out: usize, window: usize, n: i32, d: i32, top: i32, bottom: i32): void {
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const voxel = floats(x.C);
  const values = u.taps * x.C;
  const xNext = <usize>u.step * voxel;
  const dyNext = floats(dy.C);
  const xRow = <usize>v.step * x.row;
  const atOnce = u.count < SHORT ? bottom - top : 1;
  for (let h = top; h < bottom; h += atOnce) {
    const q = rowOf(dy, n, d, h);
    let line = out;
    for (let c = 0; c < dy.C; c += 8) {
      for (let i = 0; i < z.taps; i++) {
        for (let j = 0; j < v.taps; j++) {
          const p = rowOf(x, n, z.start + d * z.step + i, v.start + h * v.step + j) + <usize>u.start * voxel;
          gradientLine(p, q + floats(c), line, u.count, xNext, dyNext, atOnce, xRow, dy.row, values);
          line += <usize>values << 5;
        }
      }
    }
  }
}

/** out += the gradient of one line: eight output channels from c on, tap i along D and j along H. */
function lineGradient(x: View, dy: View, out: usize, window: usize, N: i32, c: i32, i: i32, j: i32): void {
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const voxel = floats(x.C);
  const values = u.taps * x.C;
  const atOnce = u.count < SHORT ? v.count : 1;
  for (let n = 0; n < N; n++) {
    for (let d = 0; d < z.count; d++) {
      for (let h = 0; h < v.count; h += atOnce) {
        const p = rowOf(x, n, z.start + d * z.step + i, v.start + h * v.step + j) + <usize>u.start * voxel;
        const q = rowOf(dy, n, d, h) + floats(c);
        gradientLine(p, q, out, u.count, <usize>u.step * voxel, floats(dy.C), atOnce, <usize>v.step * x.row, dy.row, values);
      }
    }
  }
}

/** Bytes of dy that a processor's cache keeps while it is read once for each line. */
const CACHED: i64 = 1 << 20;
/** Bytes of weights of which a copy for each group would cost more than it gives. */
const LARGE: usize = 1 << 18;
/** Lines, and groups, that are enough for any team. */
const MANY = 16;

/** dw += gradient of the weights of `convolve`(x, …, y, window), of which dy is the gradient of y; in the order of the weights. */
export function weightGradient(x: View, dy: View, dw: usize, window: usize, N: i32): void {
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const co = dy.C;
  const values = axisOf(window, 2).taps * x.C;
  const blocks = (co + 7) >> 3;
  const thin = co < 4;
  const lines = thin ? 0 : blocks * z.taps * v.taps;
  const bytes = thin ? floats(co * z.taps * v.taps * values) : (<usize>lines * <usize>values) << 5;
  const dyBytes = <i64>N * dy.D * dy.H * dy.W * co * 4;
  if (lines >= MANY && (dyBytes <= CACHED || bytes > LARGE)) {
    for (let line = claim(lines); line >= 0; line = next(lines)) {
      const taps = z.taps * v.taps;
      const tap = line % taps;
      const out = dw + ((<usize>line * <usize>values) << 5);
      lineGradient(x, dy, out, window, N, (line / taps) * 8, tap / v.taps, tap % v.taps);
      if ((line / taps) * 8 + 8 > co) clearUnused(out, co & 7, values);
    }
    return;
  }
  const parts = N * partsOf(dy);
  const room = (bytes + 15) & ~15;
  const groups = max(1, min(min(parts, MANY), <i32>(SUMS_BYTES / room)));
  for (let group = claim(groups); group >= 0; group = claim(groups)) {
    // One group alone needs no sum of its own.
    const out = groups == 1 ? dw : partial + <usize>group * room;
    if (groups > 1) memory.fill(out, 0, room);
    const end = groupStart(group + 1, groups, parts);
    for (let part = groupStart(group, groups, parts); part < end; part++) {
      const n = part / partsOf(dy);
      const d = planeOf(dy, part);
      if (thin) thinGradient(x, dy, out, window, n, d, firstRow(dy, part), endRow(dy, part));
      else planeGradient(x, dy, out, window, n, d, firstRow(dy, part), endRow(dy, part));
    }
    if (!wasLast(groups)) continue;
    if (groups > 1) addGroups(groups, room, dw, bytes);
    if (!thin && (co & 7) != 0) clearUnused(dw + (((<usize>(lines - z.taps * v.taps)) * <usize>values) << 5), co & 7, z.taps * v.taps * values);
    complete();
  }
}

/** dw += Σ of the groups' sums in their order, float32. */
function addGroups(groups: i32, room: usize, dw: usize, bytes: usize): void {
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    let sum = v128.load(partial + i);
    for (let g = 1; g < groups; g++) sum = f32x4.add(sum, v128.load(partial + <usize>g * room + i));
    v128.store(dw + i, f32x4.add(v128.load(dw + i), sum));
  }
  for (; i < bytes; i += 4) {
    let sum = load<f32>(partial + i);
    for (let g = 1; g < groups; g++) sum += load<f32>(partial + <usize>g * room + i);
    store<f32>(dw + i, load<f32>(dw + i) + sum);
  }
}

/** The lanes, behind the first `some`, of a block's values that stand for no channel. */
function clearUnused(block: usize, some: i32, values: i32): void {
  for (let l = 0; l < values; l++) memory.fill(block + (<usize>l << 5) + floats(some), 0, 32 - floats(some));
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
  // Eight channels are a part: no two write into one line of a cache.
  const parts = (ci + 7) >> 3;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const end = min(ci, part * 8 + 8);
    for (let a = 0; a < jd; a++) {
      for (let b = 0; b < jh; b++) {
        for (let c = 0; c < jw; c++) {
          const from = ((rd + sd * (jd - 1 - a)) * kh + rh + sh * (jh - 1 - b)) * kw + rw + sw * (jw - 1 - c);
          const to = (a * jh + b) * jw + c;
          for (let o = 0; o < co; o++) {
            for (let i = part * 8; i < end; i++) {
              store<f32>(out + place(i, o, to, jd * jh * jw, ci, co), load<f32>(w + place(o, i, from, kd * kh * kw, co, ci)));
            }
          }
        }
      }
    }
  }
}
