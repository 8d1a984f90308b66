/**
 * @file Front-padded max pools (windows of 2, one zero in front of odd axes), alone and with normalisation and ReLU before them, and
 * their unpools. Places are i32 [n, D', H', W', C]: position 0…7 of the first maximum in its window, or 8 where ReLU left nothing
 * positive, of which the first position is the maximum and no gradient comes back. In 2D `depth` is 0, and windows are flat.
 */
import { axisOf } from './axis.as';
import { convolvePlane } from './convolution.as';
import { claim, complete, endRow, firstRow, groupStart, groupsOf, joinSums, next, partial, partsOf, planeOf, threadNumber, wasLast } from './team.as';
import { convolveThin } from './thin-convolution.as';
import { floats, lanes, put, rowOf, View } from './view.as';

/** Address of the places of a pooled voxel. */
// @ts-expect-error: decorator
@inline
function placesOf(codes: usize, pooled: View, n: i32, d: i32, h: i32, w: i32): usize {
  return codes + floats((((n * pooled.D + d) * pooled.H + h) * pooled.W + w) * pooled.C);
}

/** Four channels of a voxel, normalised before a ReLU. */
// @ts-expect-error: decorator
@inline
function valueAt(p: usize, m: v128, s: v128, t: v128, relu: i32): v128 {
  const v = v128.load(p);
  return relu ? f32x4.add(f32x4.mul(f32x4.sub(v, m), s), t) : v;
}

/** Is v the maximum so far? NaN wins. */
// @ts-expect-error: decorator
@inline
function wins(v: v128, best: v128): v128 {
  return v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
}

/** One pooled row; `y` points to the plane 2·d − fd of the sample, which may lie before the first. */
// @ts-expect-error: decorator
@inline
function poolRow(y: View, plane: usize, firstPlane: i32, planes: i32, h: i32, center: usize, scale: usize, shift: usize, out: usize, places: usize, W: i32, relu: i32): void {
  const C = y.C;
  const fw = y.W & 1;
  const voxel = floats(C);
  const row = y.row;
  const slab = y.plane;
  const top = 2 * h - (y.H & 1);
  const first = plane + <usize>top * row;
  const inside = firstPlane >= 0 && top >= 0;
  const zero = f32x4.splat(0);
  for (let c = 0; c < C; c += 4) {
    const m = relu ? v128.load(center + floats(c)) : zero;
    const s = relu ? v128.load(scale + floats(c)) : zero;
    const t = relu ? v128.load(shift + floats(c)) : zero;
    for (let w = 0; w < W; w++) {
      let best = relu ? zero : f32x4.splat(-Infinity);
      let position = i32x4.splat(8);
      const left = 2 * w - fw;
      const p = first + floats(left * C + c);
      let v = zero;
      let more = zero;
      if (inside && left >= 0) {
        for (let i = 0; i < planes; i++) {
          const q = p + <usize>i * slab;
          v = valueAt(q, m, s, t, relu);
          more = wins(v, best);
          best = v128.bitselect(v, best, more);
          position = v128.bitselect(i32x4.splat(4 * i), position, more);
          v = valueAt(q + voxel, m, s, t, relu);
          more = wins(v, best);
          best = v128.bitselect(v, best, more);
          position = v128.bitselect(i32x4.splat(4 * i + 1), position, more);
          v = valueAt(q + row, m, s, t, relu);
          more = wins(v, best);
          best = v128.bitselect(v, best, more);
          position = v128.bitselect(i32x4.splat(4 * i + 2), position, more);
          v = valueAt(q + row + voxel, m, s, t, relu);
          more = wins(v, best);
          best = v128.bitselect(v, best, more);
          position = v128.bitselect(i32x4.splat(4 * i + 3), position, more);
        }
      } else {
        for (let i = 0; i < planes; i++) {
          for (let j = 0; j < 2; j++) {
            for (let k = 0; k < 2; k++) {
              v = zero;
              if (firstPlane + i < 0 || top + j < 0 || left + k < 0) {
                if (relu) continue;
              } else v = valueAt(p + <usize>i * slab + <usize>j * row + <usize>k * voxel, m, s, t, relu);
              more = wins(v, best);
              best = v128.bitselect(v, best, more);
              position = v128.bitselect(i32x4.splat(4 * i + 2 * j + k), position, more);
            }
          }
        }
      }
      put(out + floats(w * C + c), best, C - c);
      if (places) put(places + floats(w * C + c), position, C - c);
    }
  }
}

/** Rows of a plane of pooled voxels from one or two planes of y, the first of them at `plane`, its number `firstPlane`. */
export function poolPlane(y: View, plane: usize, firstPlane: i32, planes: i32, center: usize, scale: usize, shift: usize, out: View, n: i32, d: i32, top: i32, bottom: i32, codes: usize, relu: i32): void {
  for (let h = top; h < bottom; h++) {
    const places = codes ? placesOf(codes, out, n, d, h, 0) : 0;
    if (relu) poolRow(y, plane, firstPlane, planes, h, center, scale, shift, rowOf(out, n, d, h), places, out.W, 1);
    else poolRow(y, plane, firstPlane, planes, h, center, scale, shift, rowOf(out, n, d, h), places, out.W, 0);
  }
}

// @ts-expect-error: decorator
@inline
function pool(y: View, center: usize, scale: usize, shift: usize, out: View, codes: usize, N: i32, depth: i32, relu: i32): void {
  const fd = depth ? y.D & 1 : 0;
  const parts = N * partsOf(out);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(out);
    const d = planeOf(out, part);
    const first = depth ? 2 * d - fd : d;
    poolPlane(y, rowOf(y, n, first, 0), first, depth ? 2 : 1, center, scale, shift, out, n, d, firstRow(out, part), endRow(out, part), codes, relu);
  }
}

/** out = pool of x; `codes` may be 0. */
export function padMaxPool(x: View, out: View, codes: usize, N: i32, depth: i32): void {
  pool(x, 0, 0, 0, out, codes, N, depth, 0);
}

/** out = pool of relu((y − center) · scale + shift); `codes` may be 0. */
export function normalizePool(y: View, center: usize, scale: usize, shift: usize, out: View, codes: usize, N: i32, depth: i32): void {
  pool(y, center, scale, shift, out, codes, N, depth, 1);
}

/** Per channel: Σ g, then Σ g·y at the maxima that have a gradient, float64. */
export function poolSums(y: View, g: View, codes: usize, sums: usize, N: i32, depth: i32): void {
  const C = y.C;
  const all = lanes(C);
  const row = <usize>all << 3;
  const fd = depth ? y.D & 1 : 0;
  const fh = y.H & 1;
  const fw = y.W & 1;
  const planes = depth ? 2 : 1;
  const voxel = floats(C);
  const line = y.row;
  const slab = y.plane;
  const W = g.W;
  const zero = f32x4.splat(0);
  const parts = N * partsOf(g);
  const groups = groupsOf(parts, row << 1);
  for (let group = claim(groups); group >= 0; group = claim(groups)) {
    const found = partial + <usize>group * (row << 1);
    memory.fill(found, 0, row << 1);
    const stop = groupStart(group + 1, groups, parts);
    for (let part = groupStart(group, groups, parts); part < stop; part++) {
      const n = part / partsOf(g);
      const d = planeOf(g, part);
      const first = depth ? 2 * d - fd : d;
      const end = endRow(g, part);
      for (let h = firstRow(g, part); h < end; h++) {
        const top = 2 * h - fh;
        const inside = first >= 0 && top >= 0;
        const corner = rowOf(y, n, first, top);
        for (let c = 0; c < all; c += 4) {
          let lo = f64x2.splat(0);
          let hi = lo;
          let lo2 = lo;
          let hi2 = lo;
          let p = rowOf(g, n, d, h) + floats(c);
          let q = placesOf(codes, g, n, d, h, 0) + floats(c);
          for (let w = 0; w < W; w++) {
            const position = v128.load(q);
            const z = v128.and(v128.load(p), i32x4.lt_s(position, i32x4.splat(8)));
            const left = 2 * w - fw;
            const at = corner + floats(left * C + c);
            let v = zero;
            if (inside && left >= 0) {
              for (let i = 0; i < planes; i++) {
                const r = at + <usize>i * slab;
                v = v128.bitselect(v128.load(r), v, i32x4.eq(position, i32x4.splat(4 * i)));
                v = v128.bitselect(v128.load(r + voxel), v, i32x4.eq(position, i32x4.splat(4 * i + 1)));
                v = v128.bitselect(v128.load(r + line), v, i32x4.eq(position, i32x4.splat(4 * i + 2)));
                v = v128.bitselect(v128.load(r + line + voxel), v, i32x4.eq(position, i32x4.splat(4 * i + 3)));
              }
            } else {
              for (let i = 0; i < planes; i++) {
                for (let j = 0; j < 2; j++) {
                  for (let k = 0; k < 2; k++) {
                    if (first + i < 0 || top + j < 0 || left + k < 0) continue;
                    const hit = i32x4.eq(position, i32x4.splat(4 * i + 2 * j + k));
                    v = v128.bitselect(v128.load(at + <usize>i * slab + <usize>j * line + <usize>k * voxel), v, hit);
                  }
                }
              }
            }
            const zLo = f64x2.promote_low_f32x4(z);
            const zHi = f64x2.promote_low_f32x4(v128.shuffle<i32>(z, z, 2, 3, 2, 3));
            lo = f64x2.add(lo, zLo);
            hi = f64x2.add(hi, zHi);
            lo2 = f64x2.add(lo2, f64x2.mul(zLo, f64x2.promote_low_f32x4(v)));
            hi2 = f64x2.add(hi2, f64x2.mul(zHi, f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3))));
            p += voxel;
            q += voxel;
          }
          const sum = found + (<usize>c << 3);
          v128.store(sum, f64x2.add(v128.load(sum), lo));
          v128.store(sum, f64x2.add(v128.load(sum, 16), hi), 16);
          const dots = sum + row;
          v128.store(dots, f64x2.add(v128.load(dots), lo2));
          v128.store(dots, f64x2.add(v128.load(dots, 16), hi2), 16);
        }
      }
    }
    if (!wasLast(groups)) continue;
    joinSums(groups, 2 * all, sums);
    complete();
  }
}

/** dy = a·g at the maxima + b·y + k per channel. */
export function normalizePoolGradient(y: View, g: View, codes: usize, dy: View, a: usize, b: usize, k: usize, N: i32, depth: i32): void {
  const C = y.C;
  const fd = depth ? y.D & 1 : 0;
  const fh = y.H & 1;
  const fw = y.W & 1;
  const W = y.W;
  const voxel = floats(C);
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const z = planeOf(y, part);
    const d = depth ? (z + fd) >> 1 : z;
    const i = depth ? (z + fd) & 1 : 0;
    const end = endRow(y, part);
    for (let r = firstRow(y, part); r < end; r++) {
      const h = (r + fh) >> 1;
      const j = (r + fh) & 1;
      const from = rowOf(y, n, z, r);
      const to = rowOf(dy, n, z, r);
      const pooled = rowOf(g, n, d, h);
      const places = placesOf(codes, g, n, d, h, 0);
      const before = i32x4.splat(4 * i + 2 * j);
      const behind = i32x4.splat(4 * i + 2 * j + 1);
      for (let c = 0; c < C; c += 4) {
        const va = v128.load(a + floats(c));
        const vb = v128.load(b + floats(c));
        const vk = v128.load(k + floats(c));
        let here = floats(c);
        let at = here;
        // Two voxels of a window after one another; of an odd row the first stands alone.
        for (let q = -fw; q < W; q += 2) {
          const code = v128.load(places + at);
          const z = v128.load(pooled + at);
          at += voxel;
          if (q >= 0) {
            const dense = f32x4.add(f32x4.mul(vb, v128.load(from + here)), vk);
            const gradient = v128.and(z, i32x4.eq(code, before));
            put(to + here, f32x4.add(f32x4.mul(va, gradient), dense), C - c);
            here += voxel;
          }
          const dense = f32x4.add(f32x4.mul(vb, v128.load(from + here)), vk);
          const gradient = v128.and(z, i32x4.eq(code, behind));
          put(to + here, f32x4.add(f32x4.mul(va, gradient), dense), C - c);
          here += voxel;
        }
      }
    }
  }
}

/** Values of `pooled` at their places in `full`, 0 elsewhere. `mask` 15: the gradient of a pool; 7: an unpool. */
export function unpool(pooled: View, codes: usize, full: View, N: i32, depth: i32, mask: i32): void {
  const C = full.C;
  const fd = depth ? full.D & 1 : 0;
  const fh = full.H & 1;
  const fw = full.W & 1;
  const bits = i32x4.splat(mask);
  const parts = N * partsOf(full);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(full);
    const z = planeOf(full, part);
    const d = depth ? (z + fd) >> 1 : z;
    const i = depth ? (z + fd) & 1 : 0;
    const end = endRow(full, part);
    for (let r = firstRow(full, part); r < end; r++) {
      const h = (r + fh) >> 1;
      const j = (r + fh) & 1;
      const to = rowOf(full, n, z, r);
      const from = rowOf(pooled, n, d, h);
      const places = placesOf(codes, pooled, n, d, h, 0);
      for (let q = 0; q < full.W; q++) {
        const w = (q + fw) >> 1;
        const position = i32x4.splat(4 * i + 2 * j + ((q + fw) & 1));
        for (let c = 0; c < C; c += 4) {
          const at = floats(w * C + c);
          const hit = i32x4.eq(v128.and(v128.load(places + at), bits), position);
          put(to + floats(q * C + c), v128.and(v128.load(from + at), hit), C - c);
        }
      }
    }
  }
}

/** pooled = what lies in `full` at the places: the gradient of an unpool. */
export function unpoolGradient(full: View, codes: usize, pooled: View, N: i32, depth: i32): void {
  const C = full.C;
  const fd = depth ? full.D & 1 : 0;
  const fh = full.H & 1;
  const fw = full.W & 1;
  const planes = depth ? 2 : 1;
  const parts = N * partsOf(pooled);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(pooled);
    const d = planeOf(pooled, part);
    const first = depth ? 2 * d - fd : d;
    const plane = rowOf(full, n, first, 0);
    const end = endRow(pooled, part);
    for (let h = firstRow(pooled, part); h < end; h++) {
      const to = rowOf(pooled, n, d, h);
      const places = placesOf(codes, pooled, n, d, h, 0);
      for (let w = 0; w < pooled.W; w++) {
        for (let c = 0; c < C; c += 4) {
          const position = v128.and(v128.load(places + floats(w * C + c)), i32x4.splat(7));
          let v = f32x4.splat(0);
          for (let i = 0; i < planes; i++) {
            if (first + i < 0) continue;
            for (let j = 0; j < 2; j++) {
              const r = 2 * h + j - fh;
              if (r < 0) continue;
              for (let k = 0; k < 2; k++) {
                const q = 2 * w + k - fw;
                if (q < 0) continue;
                const hit = i32x4.eq(position, i32x4.splat(4 * i + 2 * j + k));
                v = v128.bitselect(v128.load(plane + <usize>i * full.plane + <usize>r * full.row + floats(q * C + c)), v, hit);
              }
            }
          }
          put(to + floats(w * C + c), v, C - c);
        }
      }
    }
  }
}

/**
 * out = pool of relu((y − center) · scale + shift), where y is the convolution of x: planes of y exist in `slab` only while they are pooled.
 */
export function convolvePool(
  x: View,
  w: usize,
  bias: usize,
  window: usize,
  slab: View,
  center: usize,
  scale: usize,
  shift: usize,
  out: View,
  codes: usize,
  N: i32,
  depth: i32,
): void {
  const z = axisOf(window, 0);
  const fd = depth ? z.count & 1 : 0;
  const planes = depth ? 2 : 1;
  const rows = axisOf(window, 1).count;
  const parts = N * out.D;
  // Each thread has planes of its own.
  const room = slab.base + <usize>(threadNumber() * planes) * slab.plane;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / out.D;
    const d = part % out.D;
    const first = depth ? 2 * d - fd : d;
    for (let i = 0; i < planes; i++) {
      if (first + i < 0) continue;
      const from = rowOf(x, n, z.start + (first + i) * z.step, 0);
      const to = room + <usize>i * slab.plane;
      if (slab.C < 4) convolveThin(x, w, bias, slab.C, window, from, to, slab.row, 0, rows);
      else convolvePlane(x, w, bias, slab.C, window, from, to, slab.row, 0, rows, 0, slab.C);
    }
    poolPlane(slab, room, first, planes, center, scale, shift, out, n, d, 0, out.H, codes, 1);
  }
}
