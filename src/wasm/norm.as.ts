/**
 * @file Normalisation by channel with the activation behind it. Per-channel arrays have room for whole vectors (`lanes`); sums are
 * float64 and of the samples from…to, so that one sample can be normalised by itself.
 */
import { activated, IDENTITY, LEAKY, RELU, sloped } from './activation.as';
import { claim, complete, endRow, firstRow, groupStart, groupsOf, joinSums, next, partial, partsOf, planeOf, wasLast } from './team.as';
import { floats, lanes, put, rowOf, View } from './view.as';

// @ts-expect-error: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-expect-error: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
}

/** Four float64 sums += v. */
// @ts-expect-error: decorator
@inline
function addTo(at: usize, lo: v128, hi: v128): void {
  v128.store(at, f64x2.add(v128.load(at), lo));
  v128.store(at, f64x2.add(v128.load(at, 16), hi), 16);
}

/** Per channel of y: the mean, then Σ(y − mean)². */
export function channelStatistics(y: View, out: usize, from: i32, to: i32): void {
  const C = lanes(y.C);
  const row = <usize>C << 3;
  const voxel = floats(y.C);
  // Sums of the distances from the first voxel: no digits are lost where a channel is nearly constant.
  const first = rowOf(y, from, 0, 0);
  const parts = (to - from) * partsOf(y);
  const groups = groupsOf(parts, row << 1);
  for (let group = claim(groups); group >= 0; group = claim(groups)) {
    const sums = partial + <usize>group * (row << 1);
    memory.fill(sums, 0, row << 1);
    const stop = groupStart(group + 1, groups, parts);
    for (let part = groupStart(group, groups, parts); part < stop; part++) {
      const n = from + part / partsOf(y);
      const d = planeOf(y, part);
      const end = endRow(y, part);
      for (let h = firstRow(y, part); h < end; h++) {
        const line = rowOf(y, n, d, h);
        for (let c = 0; c < C; c += 4) {
          const shift = v128.load(first + floats(c));
          const sLo = low(shift);
          const sHi = high(shift);
          let lo = f64x2.splat(0);
          let hi = lo;
          let lo2 = lo;
          let hi2 = lo;
          let p = line + floats(c);
          for (let w = 0; w < y.W; w++) {
            const v = v128.load(p);
            const dLo = f64x2.sub(low(v), sLo);
            const dHi = f64x2.sub(high(v), sHi);
            lo = f64x2.add(lo, dLo);
            hi = f64x2.add(hi, dHi);
            lo2 = f64x2.add(lo2, f64x2.mul(dLo, dLo));
            hi2 = f64x2.add(hi2, f64x2.mul(dHi, dHi));
            p += voxel;
          }
          addTo(sums + (<usize>c << 3), lo, hi);
          addTo(sums + row + (<usize>c << 3), lo2, hi2);
        }
      }
    }
    if (!wasLast(groups)) continue;
    joinSums(groups, 2 * C, out);
    const count = <f64>(to - from) * <f64>y.D * <f64>y.H * <f64>y.W;
    for (let c = 0; c < y.C; c++) {
      const at = <usize>c << 3;
      const sum = load<f64>(out + at);
      const rest = load<f64>(out + row + at) - (sum * sum) / count;
      store<f64>(out + row + at, rest < 0 ? 0 : rest);
      store<f64>(out + at, <f64>load<f32>(first + floats(c)) + sum / count);
    }
    complete();
  }
}

/** One row of `out` = activation of (y − center) · scale + shift. */
// @ts-expect-error: decorator
@inline
function normalizeRow(y: usize, out: usize, W: i32, C: i32, center: usize, scale: usize, shift: usize, kind: i32, slope: v128): void {
  const voxel = floats(C);
  for (let c = 0; c < C; c += 4) {
    const m = v128.load(center + floats(c));
    const s = v128.load(scale + floats(c));
    const t = v128.load(shift + floats(c));
    let p = y + floats(c);
    let q = out + floats(c);
    for (let w = 0; w < W; w++) {
      put(q, activated(f32x4.add(f32x4.mul(f32x4.sub(v128.load(p), m), s), t), kind, slope), C - c);
      p += voxel;
      q += voxel;
    }
  }
}

/** out = activation of (y − center) · scale + shift: near the center, where ReLU decides, no digits are lost. */
export function normalize(y: View, center: usize, scale: usize, shift: usize, out: View, from: i32, to: i32, kind: i32, slope: f32): void {
  const s = f32x4.splat(slope);
  const parts = (to - from) * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = from + part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      const p = rowOf(y, n, d, h);
      const q = rowOf(out, n, d, h);
      if (kind == IDENTITY) normalizeRow(p, q, y.W, y.C, center, scale, shift, IDENTITY, s);
      else if (kind == RELU) normalizeRow(p, q, y.W, y.C, center, scale, shift, RELU, s);
      else if (kind == LEAKY) normalizeRow(p, q, y.W, y.C, center, scale, shift, LEAKY, s);
      else normalizeRow(p, q, y.W, y.C, center, scale, shift, kind, s);
    }
  }
}

/** Per channel: Σ z, then Σ z·y, of z = g times the slope of the activation that gave `out`. */
export function normSums(y: View, g: View, out: View, sums: usize, from: i32, to: i32, kind: i32, slope: f32): void {
  const C = lanes(y.C);
  const row = <usize>C << 3;
  const voxel = floats(y.C);
  const s = f32x4.splat(slope);
  const parts = (to - from) * partsOf(y);
  const groups = groupsOf(parts, row << 1);
  for (let group = claim(groups); group >= 0; group = claim(groups)) {
    const found = partial + <usize>group * (row << 1);
    memory.fill(found, 0, row << 1);
    const stop = groupStart(group + 1, groups, parts);
    for (let part = groupStart(group, groups, parts); part < stop; part++) {
      const n = from + part / partsOf(y);
      const d = planeOf(y, part);
      const end = endRow(y, part);
      for (let h = firstRow(y, part); h < end; h++) {
        for (let c = 0; c < C; c += 4) {
          let lo = f64x2.splat(0);
          let hi = lo;
          let lo2 = lo;
          let hi2 = lo;
          let p = rowOf(y, n, d, h) + floats(c);
          let q = rowOf(g, n, d, h) + floats(c);
          let r = rowOf(out, n, d, h) + floats(c);
          for (let w = 0; w < y.W; w++) {
            const v = v128.load(p);
            const z = sloped(v128.load(q), v128.load(r), kind, s);
            const zLo = low(z);
            const zHi = high(z);
            lo = f64x2.add(lo, zLo);
            hi = f64x2.add(hi, zHi);
            lo2 = f64x2.add(lo2, f64x2.mul(zLo, low(v)));
            hi2 = f64x2.add(hi2, f64x2.mul(zHi, high(v)));
            p += voxel;
            q += voxel;
            r += voxel;
          }
          addTo(found + (<usize>c << 3), lo, hi);
          addTo(found + row + (<usize>c << 3), lo2, hi2);
        }
      }
    }
    if (!wasLast(groups)) continue;
    joinSums(groups, 2 * C, sums);
    complete();
  }
}

/** dy = a·z + b·y + k per channel, z as in `normSums`. */
export function normGradient(
  y: View,
  g: View,
  out: View,
  dy: View,
  a: usize,
  b: usize,
  k: usize,
  from: i32,
  to: i32,
  kind: i32,
  slope: f32,
): void {
  const C = y.C;
  const voxel = floats(C);
  const s = f32x4.splat(slope);
  const parts = (to - from) * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = from + part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      for (let c = 0; c < C; c += 4) {
        const va = v128.load(a + floats(c));
        const vb = v128.load(b + floats(c));
        const vk = v128.load(k + floats(c));
        let p = rowOf(y, n, d, h) + floats(c);
        let q = rowOf(g, n, d, h) + floats(c);
        let r = rowOf(out, n, d, h) + floats(c);
        let t = rowOf(dy, n, d, h) + floats(c);
        for (let w = 0; w < y.W; w++) {
          const z = sloped(v128.load(q), v128.load(r), kind, s);
          const dense = f32x4.add(f32x4.mul(vb, v128.load(p)), vk);
          put(t, f32x4.add(f32x4.mul(va, z), dense), C - c);
          p += voxel;
          q += voxel;
          r += voxel;
          t += voxel;
        }
      }
    }
  }
}

/** out[c] += Σ of channel c of dy, float32. `sums`: room for the float64 sums. */
export function biasGradient(dy: View, sums: usize, out: usize, N: i32): void {
  const C = lanes(dy.C);
  const row = <usize>C << 3;
  const parts = N * partsOf(dy);
  const groups = groupsOf(parts, row);
  for (let group = claim(groups); group >= 0; group = claim(groups)) {
    const found = partial + <usize>group * (row);
    memory.fill(found, 0, row);
    const stop = groupStart(group + 1, groups, parts);
    for (let part = groupStart(group, groups, parts); part < stop; part++) {
      const n = part / partsOf(dy);
      const d = planeOf(dy, part);
      const end = endRow(dy, part);
      for (let h = firstRow(dy, part); h < end; h++) {
        for (let c = 0; c < C; c += 4) {
          let lo = f64x2.splat(0);
          let hi = lo;
          let p = rowOf(dy, n, d, h) + floats(c);
          for (let w = 0; w < dy.W; w++) {
            const v = v128.load(p);
            lo = f64x2.add(lo, low(v));
            hi = f64x2.add(hi, high(v));
            p += floats(dy.C);
          }
          addTo(found + (<usize>c << 3), lo, hi);
        }
      }
    }
    if (!wasLast(groups)) continue;
    joinSums(groups, C, sums);
    for (let c = 0; c < dy.C; c++)
      store<f32>(out + floats(c), <f32>(<f64>load<f32>(out + floats(c)) + load<f64>(sums + (<usize>c << 3))));
    complete();
  }
}
