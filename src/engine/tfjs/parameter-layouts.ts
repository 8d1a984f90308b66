/**
 * @file Weights between PyTorch's axis orders and those of channel-last devices: the only file that converts weights.
 *
 * | | PyTorch | device |
 * |---|---|---|
 * | convolution | [out, in, k…] | [k…, in, out] |
 * | linear after flatten | [out, c · voxels] | [out, voxels · c] |
 * | other linear, vectors | as they are | as they are |
 */
import { product } from '../../base/shape';
import { isParameter } from '../../networks/parameters';
import type { NetworkSpec } from '../legacy/blocks';
import { stateEntries } from '../legacy/state-entries';

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

/** [rows, a, b] → [rows, b, a]. With a = channels it turns PyTorch's flattening into the device's, with a = voxels back. */
export function swapFeatureAxes(data: Float32Array, rows: number, a: number, b: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(data.length);
  let from = 0;
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) out[(row * b + j) * a + i] = data[from++];
  return out;
}

/** Channels and voxels that the flatten block of a network joins; null without one. */
export function flattenedShape(spec: NetworkSpec): { readonly channels: number; readonly voxels: number } | null {
  const flatten = spec.blocks.findIndex((block) => block.kind === 'flatten');
  if (flatten < 0) return null;
  let [channels, ...space] = spec.inputSize;
  for (const block of spec.blocks.slice(0, flatten)) {
    if (block.kind !== 'conv-block') continue;
    channels = block.outChannels;
    space = space.map((length) => Math.ceil(Math.ceil(length / block.stride) / (block.pool ? 2 : 1)));
  }
  return { channels, voxels: product(space) };
}

/** How each float32 parameter of a network is laid out on a channel-last device, by name, in registration order. */
export function parameterLayouts(spec: NetworkSpec): Map<string, DeviceLayout> {
  const flattened = flattenedShape(spec);
  const flattenAt = spec.blocks.findIndex((block) => block.kind === 'flatten');
  const firstLinear = spec.blocks.findIndex((block, i) => i > flattenAt && block.kind === 'linear');
  const layouts = new Map<string, DeviceLayout>();
  for (const entry of stateEntries(spec)) {
    if (!isParameter(entry)) continue;
    const { name, shape, role, block } = entry;
    const [rows, inputs, ...kernel] = shape;
    if (role === 'weight' && block.kind === 'conv-block') {
      layouts.set(name, {
        shape: [...kernel, inputs, rows],
        toDevice: (data) => reverseAxes(data, rows, inputs, product(kernel)),
        fromDevice: (data) => reverseAxes(data, product(kernel), inputs, rows),
      });
    } else if (role === 'weight' && flattened !== null && block === spec.blocks[firstLinear]) {
      const { channels, voxels } = flattened;
      layouts.set(name, {
        shape,
        toDevice: (data) => swapFeatureAxes(data, rows, channels, voxels),
        fromDevice: (data) => swapFeatureAxes(data, rows, voxels, channels),
      });
    } else layouts.set(name, { shape, toDevice: (data) => data.slice(), fromDevice: (data) => data.slice() });
  }
  return layouts;
}
