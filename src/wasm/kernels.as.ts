/**
 * @file SIMD kernels in AssemblyScript: 3³ (or 3²) convolution of stride 1 or 2 with its gradients, BatchNorm + ReLU + front-padded
 * max pool, linear layers, Adam. Compiled to WebAssembly by the build (vite.config.ts); no allocation, memory belongs to the caller.
 *
 * Layouts, all float32: activations channels last; a padded tensor has one zero voxel on each side of H and W (and of D for 3D),
 * and at least four voxels of slack after its end. Convolution weights: [co/8, kd, kh, kw, ci, 8]. Pointers are byte addresses.
 * Functions take a range of rows or blocks, so that threads can share the work; every sum has one fixed order.
 */

/** Four neighbouring voxels × eight output channels; their inputs lie `next` bytes apart; `count` of the voxels are stored. */
// @ts-expect-error: decorator
@inline
function convTile(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  planeStep: usize,
  rowStep: usize,
  ci: i32,
  co: i32,
  kd: i32,
  next: usize,
  count: i32,
): void {
  const voxel = <usize>ci << 2;
  let a0 = v128.load(bias);
  let b0 = v128.load(bias, 16);
  let a1 = a0;
  let b1 = b0;
  let a2 = a0;
  let b2 = b0;
  let a3 = a0;
  let b3 = b0;
  let wp = w;
  for (let i = 0; i < kd; i++) {
    for (let j = 0; j < 3; j++) {
      // The three taps along W of one row of inputs are 3·ci consecutive values.
      let p = x + <usize>i * planeStep + <usize>j * rowStep;
      const end = p + 3 * voxel;
      while (p < end) {
        const w0 = v128.load(wp);
        const w1 = v128.load(wp, 16);
        const s0 = v128.load_splat<f32>(p);
        a0 = f32x4.add(a0, f32x4.mul(s0, w0));
        b0 = f32x4.add(b0, f32x4.mul(s0, w1));
        const s1 = v128.load_splat<f32>(p + next);
        a1 = f32x4.add(a1, f32x4.mul(s1, w0));
        b1 = f32x4.add(b1, f32x4.mul(s1, w1));
        const s2 = v128.load_splat<f32>(p + 2 * next);
        a2 = f32x4.add(a2, f32x4.mul(s2, w0));
        b2 = f32x4.add(b2, f32x4.mul(s2, w1));
        const s3 = v128.load_splat<f32>(p + 3 * next);
        a3 = f32x4.add(a3, f32x4.mul(s3, w0));
        b3 = f32x4.add(b3, f32x4.mul(s3, w1));
        wp += 32;
        p += 4;
      }
    }
  }
  const out = <usize>co << 2;
  v128.store(y, a0);
  v128.store(y, b0, 16);
  if (count > 1) {
    v128.store(y + out, a1);
    v128.store(y + out, b1, 16);
  }
  if (count > 2) {
    v128.store(y + 2 * out, a2);
    v128.store(y + 2 * out, b2, 16);
  }
  if (count > 3) {
    v128.store(y + 3 * out, a3);
    v128.store(y + 3 * out, b3, 16);
  }
}

/** y [n, ⌈D/s⌉, ⌈H/s⌉, ⌈W/s⌉, co] = convolution of padded x, + bias; stride s, 1 along D where kd is 1. Rows from…to of y. */
export function convolve(
  x: usize,
  w: usize,
  bias: usize,
  y: usize,
  D: i32,
  H: i32,
  W: i32,
  ci: i32,
  co: i32,
  kd: i32,
  s: i32,
  from: i32,
  to: i32,
): void {
  const sd = kd > 1 ? s : 1;
  const OD = (D + sd - 1) / sd;
  const OH = (H + s - 1) / s;
  const OW = (W + s - 1) / s;
  const next = <usize>(s * ci) << 2;
  const rowStep = <usize>((W + 2) * ci) << 2;
  const planeStep = <usize>(H + 2) * rowStep;
  const sampleStep = <usize>(D + kd - 1) * planeStep;
  const block = <usize>(kd * 9 * ci * 8) << 2;
  for (let row = from; row < to; row++) {
    const h = row % OH;
    const d = (row / OH) % OD;
    const n = row / OH / OD;
    const xRow = x + <usize>n * sampleStep + <usize>(d * sd) * planeStep + <usize>(h * s) * rowStep;
    const yRow = y + (<usize>(row * OW * co) << 2);
    for (let c = 0; c < co; c += 8) {
      const wb = w + <usize>(c >> 3) * block;
      const bb = bias + (<usize>c << 2);
      let at = 0;
      while (at < OW) {
        // The last tile overlaps the one before it; only rows shorter than a tile store less than four voxels.
        if (OW >= 4 && at > OW - 4) at = OW - 4;
        const count = OW - at < 4 ? OW - at : 4;
        const yTile = yRow + (<usize>(at * co + c) << 2);
        convTile(xRow + <usize>at * next, wb, bb, yTile, planeStep, rowStep, ci, co, kd, next, count);
        at += 4;
      }
    }
  }
}

/** Weights of the input gradient: [ci/8, flipped taps, co, 8] from [co/8, taps, ci, 8]. */
export function flipWeights(w: usize, out: usize, ci: i32, co: i32, kd: i32): void {
  const taps = kd * 9;
  for (let o = 0; o < co; o++) {
    for (let t = 0; t < taps; t++) {
      for (let i = 0; i < ci; i++) {
        const source = (((o >> 3) * taps + t) * ci + i) * 8 + (o & 7);
        const target = (((i >> 3) * taps + (taps - 1 - t)) * co + o) * 8 + (i & 7);
        store<f32>(out + (<usize>target << 2), load<f32>(w + (<usize>source << 2)));
      }
    }
  }
}

/**
 * Adds Σ x[v + tap, i…i+3] · dy[v, c…c+7] over some rows to four lines of a weight gradient. `dyRow` points into padded dy.
 */
// @ts-expect-error: decorator
@inline
function gradientBlock4(x: usize, dy: usize, out: usize, W: i32, xVoxel: usize, dyVoxel: usize, rows: i32, xRow: usize, dyRow: usize): void {
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
      const s1 = v128.load_splat<f32>(p, 4);
      a1 = f32x4.add(a1, f32x4.mul(s1, d0));
      b1 = f32x4.add(b1, f32x4.mul(s1, d1));
      const s2 = v128.load_splat<f32>(p, 8);
      a2 = f32x4.add(a2, f32x4.mul(s2, d0));
      b2 = f32x4.add(b2, f32x4.mul(s2, d1));
      const s3 = v128.load_splat<f32>(p, 12);
      a3 = f32x4.add(a3, f32x4.mul(s3, d0));
      b3 = f32x4.add(b3, f32x4.mul(s3, d1));
      p += xVoxel;
      q += dyVoxel;
    }
  }
  v128.store(out, f32x4.add(v128.load(out), a0));
  v128.store(out, f32x4.add(v128.load(out, 16), b0), 16);
  v128.store(out, f32x4.add(v128.load(out, 32), a1), 32);
  v128.store(out, f32x4.add(v128.load(out, 48), b1), 48);
  v128.store(out, f32x4.add(v128.load(out, 64), a2), 64);
  v128.store(out, f32x4.add(v128.load(out, 80), b2), 80);
  v128.store(out, f32x4.add(v128.load(out, 96), a3), 96);
  v128.store(out, f32x4.add(v128.load(out, 112), b3), 112);
}

/** The same for one input channel and the three taps along W, which lie `tapStep` bytes apart in the gradient. */
// @ts-expect-error: decorator
@inline
function gradientBlock1(x: usize, dy: usize, out: usize, W: i32, xVoxel: usize, xNext: usize, dyNext: usize, tapStep: usize): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let p = x;
  let q = dy;
  for (let i = 0; i < W; i++) {
    const d0 = v128.load(q);
    const d1 = v128.load(q, 16);
    const s0 = v128.load_splat<f32>(p);
    a0 = f32x4.add(a0, f32x4.mul(s0, d0));
    b0 = f32x4.add(b0, f32x4.mul(s0, d1));
    const s1 = v128.load_splat<f32>(p + xVoxel);
    a1 = f32x4.add(a1, f32x4.mul(s1, d0));
    b1 = f32x4.add(b1, f32x4.mul(s1, d1));
    const s2 = v128.load_splat<f32>(p + 2 * xVoxel);
    a2 = f32x4.add(a2, f32x4.mul(s2, d0));
    b2 = f32x4.add(b2, f32x4.mul(s2, d1));
    p += xNext;
    q += dyNext;
  }
  v128.store(out, f32x4.add(v128.load(out), a0));
  v128.store(out, f32x4.add(v128.load(out, 16), b0), 16);
  v128.store(out + tapStep, f32x4.add(v128.load(out + tapStep), a1));
  v128.store(out + tapStep, f32x4.add(v128.load(out + tapStep, 16), b1), 16);
  v128.store(out + 2 * tapStep, f32x4.add(v128.load(out + 2 * tapStep), a2));
  v128.store(out + 2 * tapStep, f32x4.add(v128.load(out + 2 * tapStep, 16), b2), 16);
}

/**
 * dw [co/8, taps, ci, 8] += gradient of the weights, for output channel blocks from…to. x and dy [n, D, H, W, …] are padded, with
 * kd planes of padding; with stride s only every s-th voxel of dy is read. Short rows are summed a plane at a time, long ones row
 * by row, so that no float32 sum gets long.
 */
export function weightGradient(
  x: usize,
  dy: usize,
  dw: usize,
  N: i32,
  D: i32,
  H: i32,
  W: i32,
  ci: i32,
  co: i32,
  kd: i32,
  s: i32,
  from: i32,
  to: i32,
): void {
  const xVoxel = <usize>ci << 2;
  const dyVoxel = <usize>co << 2;
  const xRow = <usize>(W + 2) * xVoxel;
  const dyRow = <usize>(W + 2) * dyVoxel;
  const xPlane = <usize>(H + 2) * xRow;
  const dyPlane = <usize>(H + 2) * dyRow;
  const padD = kd >> 1;
  const sd = kd > 1 ? s : 1;
  const OD = (D + sd - 1) / sd;
  const OH = (H + s - 1) / s;
  const OW = (W + s - 1) / s;
  const step = <usize>s;
  const rowsAtOnce = OW < 12 ? OH : 1;
  const tapStep = <usize>(ci * 8) << 2;
  for (let n = 0; n < N; n++) {
    for (let d = 0; d < OD; d++) {
      for (let h = 0; h < OH; h += rowsAtOnce) {
        const plane = n * (D + 2 * padD) + d * sd;
        const q = dy + <usize>(plane + padD) * dyPlane + <usize>(h * s + 1) * dyRow + dyVoxel;
        for (let c = from; c < to; c++) {
          const qc = q + (<usize>c << 5);
          let out = dw + (<usize>(c * kd * 9 * ci * 8) << 2);
          for (let i = 0; i < kd; i++) {
            for (let j = 0; j < 3; j++) {
              const p = x + <usize>(plane + i) * xPlane + <usize>(h * s + j) * xRow;
              if ((ci & 3) == 0) {
                for (let k = 0; k < 3; k++) {
                  for (let a = 0; a < ci; a += 4) {
                    gradientBlock4(
                      p + <usize>k * xVoxel + (<usize>a << 2),
                      qc,
                      out + (<usize>(a * 8) << 2),
                      OW,
                      step * xVoxel,
                      step * dyVoxel,
                      rowsAtOnce,
                      step * xRow,
                      step * dyRow,
                    );
                  }
                  out += tapStep;
                }
              } else {
                for (let a = 0; a < ci; a++) {
                  for (let r = 0; r < rowsAtOnce; r++) {
                    const shift = step * <usize>r;
                    gradientBlock1(
                      p + shift * xRow + (<usize>a << 2),
                      qc + shift * dyRow,
                      out + (<usize>(a * 8) << 2),
                      OW,
                      xVoxel,
                      step * xVoxel,
                      step * dyVoxel,
                      tapStep,
                    );
                  }
                }
                out += 3 * tapStep;
              }
            }
          }
        }
      }
    }
  }
}

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
