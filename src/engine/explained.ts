/** @file Gradients that explain: what they begin with. */
import { product } from '../base/shape';
import type { Shape } from '../networks/operations';

/** The gradient of one channel's sum over its voxels: 1 there, 0 elsewhere, in PyTorch's order. Throws for a channel that is not there. */
export function channelSeed(shape: Shape, channel: number): Float32Array<ArrayBuffer> {
  const [channels] = shape;
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels) throw new Error(`no channel ${channel} of ${channels}`);
  const seed = new Float32Array(product(shape));
  const voxels = seed.length / channels;
  return seed.fill(1, channel * voxels, (channel + 1) * voxels);
}
