/** @file How a value of a graph lies on the device: n d h w c, images as volumes of depth 1, vectors as one voxel. */
import { product } from '../../base/shape';
import type { Shape } from '../../networks/operations';

/** Elements in 256 bytes, the least of any device for the offset of a binding, stored as f32; twice enough as f16. */
const alignment = 64;

/** The next multiple of 256 bytes, in elements. */
export const aligned = (elements: number): number => Math.ceil(elements / alignment) * alignment;

export interface Volume {
  readonly D: number;
  readonly H: number;
  readonly W: number;
  readonly C: number;
  readonly voxels: number;
  /** Elements of a sample, and from sample to sample. */
  readonly size: number;
  readonly stride: number;
  /** Spatial axes: 0 for a vector, 2 for an image. */
  readonly rank: number;
}

/** Of [c, …space] or [features]. */
export function volumeOf(shape: Shape): Volume {
  const [C, ...space] = shape;
  const [D, H, W] = [...new Array<number>(3 - space.length).fill(1), ...space];
  const size = product(shape);
  return { D, H, W, C, voxels: D * H * W, size, stride: aligned(size), rank: space.length };
}
