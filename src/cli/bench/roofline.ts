/** @file The least that one training step has to do, in arithmetic and in bytes moved: what the device's peaks allow at most. */
import { blocksOf, type ConvBlock } from '../../engine/legacy/blocks';
import type { Network } from '../../networks/graph';

export interface Work {
  readonly flops: number;
  readonly bytes: number;
}

/** @param size bytes of a stored activation; the network's own input has 4 */
function convolution(block: ConvBlock, voxels: number, pooledVoxels: number, first: boolean, size: number): Work {
  const x = (first ? 4 : size) * block.inChannels * voxels;
  const y = size * block.outChannels * voxels;
  const p = size * block.outChannels * pooledVoxels;
  // Half a byte.
  const code = (block.outChannels * pooledVoxels) / 2;
  // Convolution with the statistics in it; norm, ReLU and pool, which keep the values at the peaks and their places.
  const forward = x + y + (y + 2 * p + code);
  // Sums over the pooled voxels; the convolution's gradient; filter gradient; input gradient.
  const backward = 2 * p + code + (p + code + 2 * y) + (x + y) + (first ? 0 : x + y);
  const passes = first ? 2 : 3;
  return { flops: passes * 54 * block.inChannels * block.outChannels * voxels, bytes: forward + backward };
}

/**
 * Of one step of a 3D network, batch `n`, activations stored as f32 or, if `half`, as f16: convolutions forward and twice backward (the first has no input gradient); weights of
 * the linear layers read twice, and their weights and Adam's moments read and written once.
 */
export function workOfStep(network: Network, n: number, half = false): Work {
  let space = network.inputSize.slice(1);
  let [flops, bytes] = [0, 0];
  let first = true;
  for (const block of blocksOf(network).blocks) {
    if (block.kind === 'conv-block') {
      const pooled = space.map((size) => Math.ceil(size / 2));
      const volume = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
      const work = convolution(block, volume(space), volume(pooled), first, half ? 2 : 4);
      flops += n * work.flops;
      bytes += n * work.bytes;
      [space, first] = [pooled, false];
    } else if (block.kind === 'linear') {
      const weights = block.inFeatures * block.outFeatures;
      flops += 6 * n * weights;
      bytes += 4 * weights * (2 + 6);
    }
  }
  return { flops, bytes };
}

/** Milliseconds that a step takes at least on a device of `peak` GFLOP/s and `copy` GB/s. */
export function boundMs({ flops, bytes }: Work, peak: number, copy: number): number {
  return Math.max(flops / peak, bytes / copy) / 1e6;
}
