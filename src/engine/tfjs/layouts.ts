/**
 * @file Numbers between PyTorch's axis orders and those of channel-last devices: the only file that converts them. Images have depth 1.
 *
 * | | PyTorch | device |
 * |---|---|---|
 * | values | [n, c, d, h, w], [n, features] | [n, d, h, w, c], [n, features] |
 * | convolution | [out, in, k…] | [kd, kh, kw, in, out] |
 * | transposed convolution | [in, out, k…] | [kd, kh, kw, out, in] |
 * | linear, vectors | as they are | as they are |
 */
import { product } from '../../base/shape';
import type { Shape } from '../../networks/operations';
import type { StateEntry } from '../../networks/parameters';

export interface DeviceLayout {
  /** On the device. */
  readonly shape: readonly number[];
  toDevice(data: Float32Array): Float32Array<ArrayBuffer>;
  fromDevice(data: Float32Array): Float32Array<ArrayBuffer>;
}

/** [a, b, c] → [c, b, a]. */
function reverseAxes(data: Float32Array, a: number, b: number, c: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length);
  let from = 0;
  for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) out[(k * b + j) * a + i] = data[from++];
  return out;
}

/** [rows, a, b] → [rows, b, a]. With a = channels it turns PyTorch's order of a value into the device's, with a = voxels back. */
export function swapFeatureAxes(data: Float32Array, rows: number, a: number, b: number): Float32Array<ArrayBuffer> {
  if (a === 1 || b === 1) return data.slice();
  const out = new Float32Array(data.length);
  let from = 0;
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) out[(row * b + j) * a + i] = data[from++];
  return out;
}

const depthOne = (space: readonly number[]): readonly number[] => (space.length === 2 ? [1, ...space] : space);

/** How a value of n samples, each of `shape`, lies on the device. */
export function valueLayout([channels, ...space]: Shape, n: number): DeviceLayout {
  const voxels = product(space);
  return {
    shape: space.length === 0 ? [n, channels] : [n, ...depthOne(space), channels],
    toDevice: (data) => swapFeatureAxes(data, n, channels, voxels),
    fromDevice: (data) => swapFeatureAxes(data, n, voxels, channels),
  };
}

/** How a float32 parameter or buffer lies on the device. */
export function parameterLayout({ shape }: Pick<StateEntry, 'shape'>): DeviceLayout {
  const [first, second, ...kernel] = shape;
  if (kernel.length === 0) return { shape, toDevice: (data) => data.slice(), fromDevice: (data) => data.slice() };
  const taps = product(kernel);
  return {
    shape: [...depthOne(kernel), second, first],
    toDevice: (data) => reverseAxes(data, first, second, taps),
    fromDevice: (data) => reverseAxes(data, taps, second, first),
  };
}
