/** @file Sums, copies and products of tensors, voxel by voxel or channel by channel. */
import { exp4 } from './activation.as';
import { claim, endRow, firstRow, next, partsOf, planeOf } from './team.as';
import { floats, put, rowOf, View } from './view.as';

/** y = a + b; y may be one of them. */
export function add(a: View, b: View, y: View, N: i32): void {
  const length = y.W * y.C;
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      const p = rowOf(a, n, d, h);
      const q = rowOf(b, n, d, h);
      const to = rowOf(y, n, d, h);
      for (let i = 0; i < length; i += 4)
        put(to + floats(i), f32x4.add(v128.load(p + floats(i)), v128.load(q + floats(i))), length - i);
    }
  }
}

/** y = x · factor. */
export function times(x: View, y: View, factor: f32, N: i32): void {
  const length = y.W * y.C;
  const s = f32x4.splat(factor);
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      const p = rowOf(x, n, d, h);
      const to = rowOf(y, n, d, h);
      for (let i = 0; i < length; i += 4) put(to + floats(i), f32x4.mul(v128.load(p + floats(i)), s), length - i);
    }
  }
}

/** y = x · mask. */
export function multiply(x: View, mask: View, y: View, N: i32): void {
  const length = y.W * y.C;
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      const p = rowOf(x, n, d, h);
      const q = rowOf(mask, n, d, h);
      const to = rowOf(y, n, d, h);
      for (let i = 0; i < length; i += 4)
        put(to + floats(i), f32x4.mul(v128.load(p + floats(i)), v128.load(q + floats(i))), length - i);
    }
  }
}

/** `count` channels of x from `from` on become those of y from `to` on. */
export function copyChannels(x: View, y: View, from: i32, to: i32, count: i32, N: i32): void {
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      let p = rowOf(x, n, d, h) + floats(from);
      let q = rowOf(y, n, d, h) + floats(to);
      for (let w = 0; w < y.W; w++) {
        memory.copy(q, p, floats(count));
        p += floats(x.C);
        q += floats(y.C);
      }
    }
  }
}

/** y = x · factor of its channel; factor [n, C]. */
export function scaleChannels(x: View, factor: View, y: View, N: i32): void {
  const C = x.C;
  const parts = N * partsOf(x);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(x);
    const d = planeOf(x, part);
    const f = rowOf(factor, n, 0, 0);
    const end = endRow(x, part);
    for (let h = firstRow(x, part); h < end; h++) {
      let p = rowOf(x, n, d, h);
      let q = rowOf(y, n, d, h);
      for (let w = 0; w < x.W; w++) {
        for (let c = 0; c < C; c += 4)
          put(q + floats(c), f32x4.mul(v128.load(p + floats(c)), v128.load(f + floats(c))), C - c);
        p += floats(C);
        q += floats(C);
      }
    }
  }
}

/** out [n, C] = factor · Σ a·b over the voxels; b may be null: Σ a. */
export function channelDots(a: View, b: View | null, out: View, factor: f64, N: i32): void {
  const C = a.C;
  const parts = N * C;
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / C;
    const c = part % C;
    const to = rowOf(out, n, 0, 0);
    let sum: f64 = 0;
    for (let d = 0; d < a.D; d++) {
      for (let h = 0; h < a.H; h++) {
        let p = rowOf(a, n, d, h) + floats(c);
        let q: usize = b === null ? 0 : rowOf(b, n, d, h) + floats(c);
        for (let w = 0; w < a.W; w++) {
          sum += <f64>load<f32>(p) * (b === null ? 1 : <f64>load<f32>(q));
          p += floats(C);
          q += floats(C);
        }
      }
    }
    store<f32>(to + floats(c), <f32>(sum * factor));
  }
}

/** Every voxel of y = x [n, C] · factor. */
export function spread(x: View, y: View, factor: f32, N: i32): void {
  const C = y.C;
  const s = f32x4.splat(factor);
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const from = rowOf(x, n, 0, 0);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      let q = rowOf(y, n, d, h);
      for (let w = 0; w < y.W; w++) {
        for (let c = 0; c < C; c += 4) put(q + floats(c), f32x4.mul(v128.load(from + floats(c)), s), C - c);
        q += floats(C);
      }
    }
  }
}

/** y = x, each voxel `by` times along H, W and, if `depth`, D. */
export function upsample(x: View, y: View, by: i32, depth: i32, N: i32): void {
  const voxel = floats(x.C);
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      const from = rowOf(x, n, depth ? d / by : d, h / by);
      const to = rowOf(y, n, d, h);
      for (let w = 0; w < y.W; w++) memory.copy(to + <usize>w * voxel, from + <usize>(w / by) * voxel, voxel);
    }
  }
}

/** dx = sums of g over what came of each voxel. */
export function upsampleGradient(g: View, dx: View, by: i32, depth: i32, N: i32): void {
  const C = dx.C;
  const planes = depth ? by : 1;
  const parts = N * partsOf(dx);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(dx);
    const d = planeOf(dx, part);
    const end = endRow(dx, part);
    for (let h = firstRow(dx, part); h < end; h++) {
      for (let w = 0; w < dx.W; w++) {
        const to = rowOf(dx, n, d, h) + floats(w * C);
        for (let c = 0; c < C; c += 4) {
          let sum = f32x4.splat(0);
          for (let i = 0; i < planes; i++) {
            for (let j = 0; j < by; j++) {
              const p = rowOf(g, n, d * planes + i, h * by + j) + floats(w * by * C + c);
              for (let k = 0; k < by; k++) sum = f32x4.add(sum, v128.load(p + floats(k * C)));
            }
          }
          put(to + floats(c), sum, C - c);
        }
      }
    }
  }
}

/** z = μ + e^{λ/2}·ε. */
export function sample(mu: View, logVar: View, noise: View, z: View, N: i32): void {
  const length = z.W * z.C;
  const half = f32x4.splat(0.5);
  const parts = N * partsOf(z);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(z);
    const d = planeOf(z, part);
    const end = endRow(z, part);
    for (let h = firstRow(z, part); h < end; h++) {
      const m = rowOf(mu, n, d, h);
      const l = rowOf(logVar, n, d, h);
      const e = rowOf(noise, n, d, h);
      const to = rowOf(z, n, d, h);
      for (let i = 0; i < length; i += 4) {
        const deviation = exp4(f32x4.mul(v128.load(l + floats(i)), half));
        const moved = f32x4.add(v128.load(m + floats(i)), f32x4.mul(deviation, v128.load(e + floats(i))));
        put(to + floats(i), moved, length - i);
      }
    }
  }
}

/** dλ = g·ε·½e^{λ/2}. */
export function sampleGradient(logVar: View, noise: View, g: View, dLogVar: View, N: i32): void {
  const length = g.W * g.C;
  const half = f32x4.splat(0.5);
  const parts = N * partsOf(g);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(g);
    const d = planeOf(g, part);
    const end = endRow(g, part);
    for (let h = firstRow(g, part); h < end; h++) {
      const l = rowOf(logVar, n, d, h);
      const e = rowOf(noise, n, d, h);
      const p = rowOf(g, n, d, h);
      const to = rowOf(dLogVar, n, d, h);
      for (let i = 0; i < length; i += 4) {
        const deviation = f32x4.mul(half, exp4(f32x4.mul(v128.load(l + floats(i)), half)));
        const change = f32x4.mul(f32x4.mul(v128.load(p + floats(i)), v128.load(e + floats(i))), deviation);
        put(to + floats(i), change, length - i);
      }
    }
  }
}

/**
 * y = x in PyTorch's row-major order of [c, …space]: element e of a sample of x becomes element e of y, whose shape differs. Rows are
 * lines of single values on one side or both.
 */
export function reshape(x: View, y: View, N: i32): void {
  const voxels = x.D * x.H * x.W;
  const W = y.W;
  const plane = y.H * W;
  const yVoxels = y.D * plane;
  const parts = N * partsOf(x);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(x);
    const d = planeOf(x, part);
    const end = endRow(x, part);
    for (let h = firstRow(x, part); h < end; h++) {
      let p = rowOf(x, n, d, h);
      for (let w = 0; w < x.W; w++) {
        let e = (d * x.H + h) * x.W + w;
        for (let c = 0; c < x.C; c++) {
          const channel = e / yVoxels;
          let rest = e - channel * yVoxels;
          const z = rest / plane;
          rest -= z * plane;
          const r = rest / W;
          store<f32>(rowOf(y, n, z, r) + floats((rest - r * W) * y.C + channel), load<f32>(p));
          e += voxels;
          p += 4;
        }
      }
    }
  }
}
