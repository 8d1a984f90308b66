/** @file The least that one training step has to do, in arithmetic and in bytes moved: what the device's peaks allow at most. */
import { product } from '../../base/shape';
import type { GraphNode, Network } from '../../networks/graph';

export interface Work {
  readonly flops: number;
  readonly bytes: number;
}

type Convolution = Extract<GraphNode, { op: 'conv' }>;

/** @param size bytes of a stored activation; the network's own input has 4 */
function convolution({ attributes, shape }: Convolution, pooled: number, first: boolean, size: number): Work {
  const { inChannels, outChannels } = attributes;
  const voxels = product(shape.slice(1));
  const x = (first ? 4 : size) * inChannels * voxels;
  const y = size * outChannels * voxels;
  const p = size * outChannels * pooled;
  // Half a byte.
  const code = (outChannels * pooled) / 2;
  // Convolution with the statistics in it; norm, ReLU and pool, which keep the values at the peaks and their places.
  const forward = x + y + (y + 2 * p + code);
  // Sums over the pooled voxels; the convolution's gradient; filter gradient; input gradient.
  const backward = 2 * p + code + (p + code + 2 * y) + (x + y) + (first ? 0 : x + y);
  const passes = first ? 2 : 3;
  return { flops: passes * 54 * inChannels * outChannels * voxels, bytes: forward + backward };
}

/**
 * Of one step of a 3D network of convolutions that are pooled, batch `n`, activations stored as f32 or, if `half`, as f16: convolutions
 * forward and twice backward (the first has no input gradient); weights of the linear layers read twice, and their weights and Adam's
 * moments read and written once.
 */
export function workOfStep({ graph: { nodes } }: Network, n: number, half = false): Work {
  let [flops, bytes] = [0, 0];
  for (const [value, node] of nodes.entries()) {
    if (node.op === 'conv') {
      const pool = nodes.findIndex(({ op }, later) => later > value && op === 'pad-max-pool');
      const work = convolution(node, product(nodes[pool].shape.slice(1)), node.inputs[0] === 0, half ? 2 : 4);
      flops += n * work.flops;
      bytes += n * work.bytes;
    } else if (node.op === 'linear') {
      const weights = node.attributes.inFeatures * node.attributes.outFeatures;
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
