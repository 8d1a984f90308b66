/** @file Gradients in evaluation mode of small networks, by two executors, compared. */
import { expect } from 'vitest';
import { product } from '../src/base/shape';
import { noDraws } from '../src/engine/draws';
import { type ExecutorFactory, type Explanation, plainLoss } from '../src/engine/executor';
import { camValue } from '../src/learning/explain/explained-value';
import type { Network, Value } from '../src/networks/graph';
import { constructNetwork } from '../src/networks/registry';
import type { NetworkName } from '../src/vocabulary/networks';
import { noise, stateOf } from './executor-pass';

const blocks = (network_normalization: 'BatchNorm' | 'InstanceNorm') => ({
  convolutions_dict: {
    conv0: { in_channels: null, out_channels: 3, n_conv: 2, d_reduction: 'stride' as const },
    conv1: { in_channels: 3, out_channels: 5, n_conv: 1, d_reduction: 'MaxPooling' as const },
  },
  n_fcblocks: 2,
  network_normalization,
});

const made = (name: NetworkName, inputSize: readonly number[], more: object = {}): readonly [string, Network] => [
  `${name} ${inputSize.join('×')}`,
  constructNetwork(name, { inputSize, outputSize: 3, dropout: 0.3, ...more }),
];

export const explainedNetworks = [
  made('Conv5_FC3', [2, 17, 33, 19]),
  made('Conv4_FC3', [3, 33, 37]),
  made('Stride_Conv5_FC3', [1, 65, 17, 19]),
  made('RandomArchitecture', [1, 9, 7, 8], blocks('BatchNorm')),
  made('RandomArchitecture', [2, 9, 11], blocks('InstanceNorm')),
] as const;

/** Minutes of work for plain JavaScript. */
export const largeExplained = [
  made('resnet18', [3, 65, 67]),
  made('ResNet3D', [1, 63, 63, 63]),
  made('SqueezeExcitationCNN', [1, 63, 63, 63]),
  made('GeneratorUNet', [1, 32, 32, 64]),
] as const;

/** Where gradients are asked for: the input, and where Grad-CAM looks, after some modules and after all. */
export function places(network: Network): Value[] {
  const cams = [1, 4, null].map((level) => camValue(network, level)?.value);
  return [0, ...new Set(cams.filter((value) => value !== undefined))];
}

export async function explained(factory: ExecutorFactory, network: Network, at: Value, n = 2): Promise<Explanation> {
  const executor = await factory({
    network,
    state: stateOf(network),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
    batchSize: n,
    explain: { of: network.graph.outputs.output, at },
  });
  try {
    const [c, ...space] = network.inputSize;
    const shape = [n, ...space, c];
    const channel = network.graph.nodes[network.graph.outputs.output].shape[0] - 1;
    return await executor.explain({ shape, data: noise(product(shape), 3, 0, 1) }, channel, noDraws);
  } finally {
    executor.dispose();
  }
}

/** Largest difference, by the largest value. */
function farthest(found: Float32Array, wanted: Float32Array): number {
  expect(found.length).toBe(wanted.length);
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0) / largest;
}

export function expectEqualExplanations(found: Explanation, wanted: Explanation, bound: number): void {
  expect(wanted.gradient.some((value) => value !== 0)).toBe(true);
  for (const what of ['output', 'value', 'gradient'] as const)
    expect(farthest(found[what], wanted[what]), what).toBeLessThan(bound);
}
