/** @file The number that a map explains. */
import type { Executor } from '../../engine/executor';
import { mainOutput } from '../../engine/trained-parameters';

/** Of each of n samples: the output of a node; of a network that gives an image, the sum of a channel's voxels. */
export function scores(output: Float32Array, n: number, channels: number, node: number): number[] {
  const size = output.length / n;
  const voxels = size / channels;
  return Array.from({ length: n }, (_, sample) => {
    let sum = 0;
    const from = sample * size + node * voxels;
    for (let i = from; i < from + voxels; i++) sum += output[i];
    return sum;
  });
}

/** Channels of the output: what a target node may be. */
export function outputChannels({ network }: Pick<Executor, 'network'>): number {
  const { nodes, outputs } = network.graph;
  return nodes[outputs[mainOutput(network)]].shape[0];
}
