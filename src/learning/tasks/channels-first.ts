/** @file The inputs of a batch in PyTorch's order: what a reconstruction is compared with. */
import { product } from '../../base/shape';
import type { Batch } from '../../batches/batch';

/** [n, …space, c] → [n, c, …space]. */
export function channelsFirst({ shape, data }: Batch): Float32Array<ArrayBuffer> {
  const channels = shape[shape.length - 1];
  if (channels === 1) return data;
  const voxels = product(shape.slice(1, -1));
  const turned = new Float32Array(data.length);
  for (let n = 0, to = 0; n < shape[0]; n++)
    for (let c = 0; c < channels; c++)
      for (let voxel = 0; voxel < voxels; voxel++) turned[to++] = data[(n * voxels + voxel) * channels + c];
  return turned;
}

/** [n, c, …space] → [n, …space, c], which `shape` is. */
export function channelsLast(values: Float32Array<ArrayBuffer>, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const channels = shape[shape.length - 1];
  if (channels === 1) return values;
  const turned = new Float32Array(values.length);
  const voxels = values.length / (shape[0] * channels);
  for (let n = 0, from = 0; n < shape[0]; n++)
    for (let c = 0; c < channels; c++)
      for (let voxel = 0; voxel < voxels; voxel++) turned[(n * voxels + voxel) * channels + c] = values[from++];
  return turned;
}

/** [c, …space] of a sample. */
export function sampleShape({ shape }: Batch): number[] {
  return [shape[shape.length - 1], ...shape.slice(1, -1)];
}
