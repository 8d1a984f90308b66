/** @file BatchNorm + ReLU + front-padded max pool, both ways. Layouts: see `kernels.as.ts`. */

/** Per channel: mean and Σ(y − mean)² of y [count, C], in two passes of float64 sums; out: C means, then C sums, float64. */
export function channelStatistics(y: usize, out: usize, count: i32, C: i32): void {
  for (let c = 0; c < C; c += 4) {
    let lo = f64x2.splat(0);
    let hi = f64x2.splat(0);
    let p = y + (<usize>c << 2);
    const step = <usize>C << 2;
    for (let i = 0; i < count; i++) {
      const v = v128.load(p);
      lo = f64x2.add(lo, f64x2.promote_low_f32x4(v));
      hi = f64x2.add(hi, f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3)));
      p += step;
    }
    const n = f64x2.splat(<f64>count);
    const meanLo = f64x2.div(lo, n);
    const meanHi = f64x2.div(hi, n);
    let squareLo = f64x2.splat(0);
    let squareHi = f64x2.splat(0);
    p = y + (<usize>c << 2);
    for (let i = 0; i < count; i++) {
      const v = v128.load(p);
      const dLo = f64x2.sub(f64x2.promote_low_f32x4(v), meanLo);
      const dHi = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3)), meanHi);
      squareLo = f64x2.add(squareLo, f64x2.mul(dLo, dLo));
      squareHi = f64x2.add(squareHi, f64x2.mul(dHi, dHi));
      p += step;
    }
    const means = out + (<usize>c << 3);
    v128.store(means, meanLo);
    v128.store(means, meanHi, 16);
    const sums = out + (<usize>(C + c) << 3);
    v128.store(sums, squareLo);
    v128.store(sums, squareHi, 16);
  }
}

/**
 * out (padded by `pad` voxels, in depth by `padD`) = max pool of relu(y·scale + shift): windows of 2, in depth if `depthPool`; with
 * windows of 1 there is no pool. Odd sizes have a zero plane in front, which
 * never beats a positive value. codes [n, D', H', W', C] i32: position 0…7 of the first maximum, 8 when nothing is positive.
 */
export function normalizePool(
  y: usize,
  scale: usize,
  shift: usize,
  out: usize,
  codes: usize,
  N: i32,
  D: i32,
  H: i32,
  W: i32,
  C: i32,
  depthPool: i32,
  window: i32,
  pad: i32,
  padD: i32,
): void {
  const D2 = depthPool ? (D + 1) >> 1 : D;
  const H2 = (H + window - 1) / window;
  const W2 = (W + window - 1) / window;
  const fd = depthPool ? D & 1 : 0;
  const fh = H2 * window - H;
  const fw = W2 * window - W;
  const kd = depthPool ? 2 : 1;
  const zero = f32x4.splat(0);
  for (let n = 0; n < N; n++) {
    for (let d = 0; d < D2; d++) {
      for (let h = 0; h < H2; h++) {
        for (let w = 0; w < W2; w++) {
          const target = ((n * (D2 + 2 * padD) + d + padD) * (H2 + 2 * pad) + h + pad) * (W2 + 2 * pad) + w + pad;
          const code = ((n * D2 + d) * H2 + h) * W2 + w;
          for (let c = 0; c < C; c += 4) {
            const s = v128.load(scale + (<usize>c << 2));
            const t = v128.load(shift + (<usize>c << 2));
            let best = zero;
            let position = i32x4.splat(8);
            for (let i = 0; i < kd; i++) {
              const z = depthPool ? 2 * d + i - fd : d;
              if (z < 0) continue;
              for (let j = 0; j < window; j++) {
                const r = window * h + j - fh;
                if (r < 0) continue;
                for (let k = 0; k < window; k++) {
                  const q = window * w + k - fw;
                  if (q < 0) continue;
                  const at = (((n * D + z) * H + r) * W + q) * C + c;
                  const v = f32x4.add(f32x4.mul(v128.load(y + (<usize>at << 2)), s), t);
                  const more = f32x4.gt(v, best);
                  best = v128.bitselect(v, best, more);
                  position = v128.bitselect(i32x4.splat(4 * i + 2 * j + k), position, more);
                }
              }
            }
            v128.store(out + (<usize>(target * C + c) << 2), best);
            v128.store(codes + (<usize>(code * C + c) << 2), position);
          }
        }
      }
    }
  }
}

/** Σ g and Σ g·y per channel over pooled voxels that have a maximum; out: C sums of g, then C sums of g·y, float64. */
export function poolSums(
  y: usize,
  g: usize,
  codes: usize,
  out: usize,
  N: i32,
  D: i32,
  H: i32,
  W: i32,
  C: i32,
  depthPool: i32,
  window: i32,
): void {
  const D2 = depthPool ? (D + 1) >> 1 : D;
  const H2 = (H + window - 1) / window;
  const W2 = (W + window - 1) / window;
  const fd = depthPool ? D & 1 : 0;
  for (let c = 0; c < C; c++) {
    let sum: f64 = 0;
    let dot: f64 = 0;
    let at = c;
    for (let n = 0; n < N; n++) {
      for (let d = 0; d < D2; d++) {
        for (let h = 0; h < H2; h++) {
          for (let w = 0; w < W2; w++) {
            const code = load<i32>(codes + (<usize>at << 2));
            if (code < 8) {
              const gradient = <f64>load<f32>(g + (<usize>at << 2));
              const z = depthPool ? 2 * d + (code >> 2) - fd : d;
              const r = window * h + ((code >> 1) & 1) - (H2 * window - H);
              const q = window * w + (code & 1) - (W2 * window - W);
              sum += gradient;
              dot += gradient * <f64>load<f32>(y + (<usize>((((n * D + z) * H + r) * W + q) * C + c) << 2));
            }
            at += C;
          }
        }
      }
    }
    store<f64>(out + (<usize>c << 3), sum);
    store<f64>(out + (<usize>(C + c) << 3), dot);
  }
}

/**
 * dy = a·g at the maxima + b·y + k, per channel: the gradient of the convolution's output y [n, D, H, W, C]. dy is padded and as
 * large as the convolution's input, iD × iH × iW: with stride s it is every s-th voxel, and the others are left as they are.
 */
export function poolGradient(
  y: usize,
  g: usize,
  codes: usize,
  a: usize,
  b: usize,
  k: usize,
  dy: usize,
  N: i32,
  D: i32,
  H: i32,
  W: i32,
  C: i32,
  depthPool: i32,
  window: i32,
  padD: i32,
  iD: i32,
  iH: i32,
  iW: i32,
  s: i32,
): void {
  const D2 = depthPool ? (D + 1) >> 1 : D;
  const H2 = (H + window - 1) / window;
  const W2 = (W + window - 1) / window;
  const fh = H2 * window - H;
  const fw = W2 * window - W;
  const sd = padD ? s : 1;
  const fd = depthPool ? D & 1 : 0;
  const zero = f32x4.splat(0);
  for (let n = 0; n < N; n++) {
    for (let z = 0; z < D; z++) {
      const d = depthPool ? (z + fd) >> 1 : z;
      const i = depthPool ? (z + fd) & 1 : 0;
      for (let r = 0; r < H; r++) {
        const h = (r + fh) / window;
        const j = (r + fh) % window;
        for (let q = 0; q < W; q++) {
          const w = (q + fw) / window;
          const position = i32x4.splat(4 * i + 2 * j + ((q + fw) % window));
          const pooled = (((n * D2 + d) * H2 + h) * W2 + w) * C;
          const source = (((n * D + z) * H + r) * W + q) * C;
          const target = (((n * (iD + 2 * padD) + z * sd + padD) * (iH + 2) + r * s + 1) * (iW + 2) + q * s + 1) * C;
          for (let c = 0; c < C; c += 4) {
            const offset = <usize>c << 2;
            const hit = i32x4.eq(v128.load(codes + (<usize>pooled << 2) + offset), position);
            const gradient = v128.bitselect(v128.load(g + (<usize>pooled << 2) + offset), zero, hit);
            const dense = f32x4.add(f32x4.mul(v128.load(b + offset), v128.load(y + (<usize>source << 2) + offset)), v128.load(k + offset));
            v128.store(dy + (<usize>target << 2) + offset, f32x4.add(f32x4.mul(v128.load(a + offset), gradient), dense));
          }
        }
      }
    }
  }
}
