/** @file A volume at half its resolution: smoothed, and sampled at every second voxel. */
import type { Triple } from './volume';

/** Smooths along one axis by ¼ ½ ¼ (voxels beyond the ends are those at the ends) and takes every second one, the first included. */
function halveAxis(data: ArrayLike<number>, shape: Triple, axis: 0 | 1 | 2): Float32Array<ArrayBuffer> {
  const size = shape[axis];
  const kept = Math.ceil(size / 2);
  const stride = [1, shape[0], shape[0] * shape[1]][axis];
  const outer = data.length / (size * stride);
  const half = new Float32Array(outer * kept * stride);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < kept; k++) {
      const [at, to] = [o * size * stride, (o * kept + k) * stride];
      const [before, after] = [Math.max(0, 2 * k - 1), Math.min(size - 1, 2 * k + 1)];
      for (let i = 0; i < stride; i++) {
        const middle = data[at + 2 * k * stride + i];
        half[to + i] = middle / 2 + (data[at + before * stride + i] + data[at + after * stride + i]) / 4;
      }
    }
  }
  return half;
}

/** First axis fastest; voxel (i, j, k) lies where (2i, 2j, 2k) lay. */
export function atHalfResolution(
  data: ArrayLike<number>,
  [nx, ny, nz]: Triple,
): { readonly shape: Triple; readonly data: Float32Array<ArrayBuffer> } {
  const halfOf = (size: number): number => Math.ceil(size / 2);
  const [x, y] = [halfOf(nx), halfOf(ny)];
  const alongX = halveAxis(data, [nx, ny, nz], 0);
  const alongY = halveAxis(alongX, [x, ny, nz], 1);
  return { shape: [x, y, halfOf(nz)], data: halveAxis(alongY, [x, y, nz], 2) };
}
