/** @file Max pools of any window, overlapping or not, with −∞ around. Places are i32 as the output: tap of the first maximum. */
import { axisOf } from './axis.as';
import { claim, endRow, firstRow, next, partsOf, planeOf } from './team.as';
import { floats, put, rowOf, View } from './view.as';

/** y = pool of x; `codes` may be 0. */
export function maxPool(x: View, y: View, codes: usize, window: usize, N: i32): void {
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const C = x.C;
  const parts = N * partsOf(y);
  for (let part = claim(parts); part >= 0; part = next(parts)) {
    const n = part / partsOf(y);
    const d = planeOf(y, part);
    const end = endRow(y, part);
    for (let h = firstRow(y, part); h < end; h++) {
      let voxel = ((n * z.count + d) * v.count + h) * u.count;
      for (let w = 0; w < u.count; w++) {
        const out = rowOf(y, n, d, h) + floats(w * C);
        const places = codes + floats(voxel * C);
        voxel++;
        for (let c = 0; c < C; c += 4) {
          let best = f32x4.splat(-Infinity);
          let position = i32x4.splat(-1);
          for (let i = 0; i < z.taps; i++) {
            const p = z.start + d * z.step + i;
            if (p < 0 || p >= x.D) continue;
            for (let j = 0; j < v.taps; j++) {
              const r = v.start + h * v.step + j;
              if (r < 0 || r >= x.H) continue;
              for (let k = 0; k < u.taps; k++) {
                const q = u.start + w * u.step + k;
                if (q < 0 || q >= x.W) continue;
                const value = v128.load(rowOf(x, n, p, r) + floats(q * C + c));
                // NaN wins.
                const more = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
                best = v128.bitselect(value, best, more);
                position = v128.bitselect(i32x4.splat((i * v.taps + j) * u.taps + k), position, more);
              }
            }
          }
          put(out + floats(c), best, C - c);
          if (codes) put(places + floats(c), position, C - c);
        }
      }
    }
  }
}

/** dx = g at the maxima; where windows overlap they add up. */
export function maxPoolGradient(g: View, codes: usize, dx: View, window: usize, N: i32): void {
  const z = axisOf(window, 0);
  const v = axisOf(window, 1);
  const u = axisOf(window, 2);
  const C = dx.C;
  // Windows overlap: a sample is a part.
  for (let n = claim(N); n >= 0; n = next(N)) {
    for (let d = 0; d < dx.D; d++) {
      for (let h = 0; h < dx.H; h++) memory.fill(rowOf(dx, n, d, h), 0, floats(dx.W * C));
    }
    let place = codes + floats(n * z.count * v.count * u.count * C);
    for (let d = 0; d < z.count; d++) {
      for (let h = 0; h < v.count; h++) {
        let from = rowOf(g, n, d, h);
        for (let w = 0; w < u.count; w++) {
          for (let c = 0; c < C; c++) {
            const tap = load<i32>(place);
            if (tap >= 0) {
              const q = u.start + w * u.step + (tap % u.taps);
              const r = v.start + h * v.step + ((tap / u.taps) % v.taps);
              const p = z.start + d * z.step + tap / (u.taps * v.taps);
              const at = rowOf(dx, n, p, r) + floats(q * C + c);
              store<f32>(at, load<f32>(at) + load<f32>(from));
            }
            place += 4;
            from += 4;
          }
        }
      }
    }
  }
}
