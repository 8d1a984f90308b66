/** @file 3³ (or 3²) convolution of stride 1 or 2 with its gradients. Layouts: see `kernels.as.ts`. */

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
