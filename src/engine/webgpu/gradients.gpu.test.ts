/** @file Outputs, losses and gradients on WebGPU of small networks of every operation against TensorFlow.js on the processor. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectEqualPasses, pass } from '../../../test/executor-pass';
import { differenceCases, expectDifferences } from '../../../test/finite-differences';
import { expectLayerToMatch, layerCases } from '../../../test/layer-cases';
import { nodeExecutors } from '../../../test/tfjs-node';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import type { Network } from '../../networks/graph';
import { ownNetwork } from '../../networks/own-network';
import type { LossName } from '../../vocabulary/losses';
import { webgpuExecutor } from './executor';
import type { WebgpuOptions } from './limits';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

/** A network of a file's layers; the last gives three classes unless it is to give back the input. */
const own = (inputSize: readonly number[], layers: readonly object[], outputSize: number | null = 3): Network =>
  ownNetwork({ layers }, { inputSize, outputSize }, 'test');
const conv = (outChannels: number, rest: object = {}) => ({ op: 'conv', outChannels, kernel: 3, padding: 1, ...rest });
const transposed = (outChannels: number, rest: object = {}) => ({ ...conv(outChannels), op: 'conv-transpose', ...rest });
const norm = { op: 'batch-norm' };
const relu = { op: 'activation', kind: 'relu' };
const leaky = { op: 'activation', kind: 'leaky', slope: 0.2 };
const elu = { op: 'activation', kind: 'elu' };
const pool = { op: 'pad-max-pool' };
const head = [{ op: 'flatten' }, { op: 'linear', outFeatures: 'outputs' }];

const cases: readonly (readonly [string, Network, number, LossName?])[] = [
  ['fast blocks, 3D, odd', own([1, 7, 6, 9], [conv(8), norm, relu, pool, conv(16), norm, relu, pool, ...head]), 3],
  ['fast blocks of few channels, 2D', own([3, 9, 6], [conv(8), norm, relu, pool, conv(8), norm, relu, pool, ...head]), 2],
  ['odd channels', own([2, 5, 6, 7], [conv(3), norm, relu, conv(12), norm, relu, pool, conv(5), norm, relu, pool, ...head]), 2],
  ['strides', own([1, 9, 7, 8], [conv(8, { stride: 2 }), norm, relu, conv(16, { stride: 2 }), norm, relu, ...head]), 2],
  [
    'strides, odd channels, 2D',
    own([5, 9, 7], [conv(6, { stride: 2 }), norm, elu, conv(7, { stride: 2 }), norm, leaky, ...head]),
    2,
  ],
  [
    'filters of 1, 2 and 4, biases and activations of all kinds',
    own(
      [2, 9, 8],
      [
        conv(5, { kernel: 4 }),
        { op: 'activation', kind: 'tanh' },
        conv(8, { kernel: 2, stride: 2, padding: 0 }),
        { op: 'activation', kind: 'sigmoid' },
        conv(3, { kernel: 1, padding: 0, bias: false }),
        elu,
        ...head,
      ],
    ),
    2,
    'MultiMarginLoss',
  ],
  [
    'residuals, means and squeezes',
    own(
      [1, 5, 6, 7],
      [
        conv(8, { bias: false, name: 'a' }),
        norm,
        elu,
        conv(8, { bias: false }),
        { ...norm, name: 'b' },
        { op: 'mean' },
        { op: 'linear', outFeatures: 2 },
        relu,
        { op: 'linear', outFeatures: 8 },
        { op: 'activation', kind: 'sigmoid', name: 's' },
        { op: 'scale', from: ['b', 's'], name: 'c' },
        { ...conv(8, { kernel: 1, padding: 0, bias: false }), from: 'input', name: 'd' },
        { op: 'add', from: ['c', 'd'], name: 'e' },
        elu,
        { op: 'max-pool', kernel: 3, stride: 2, padding: 0 },
        { op: 'flatten' },
        { op: 'dropout', probability: 0.4 },
        { op: 'linear', outFeatures: 5 },
        elu,
        { op: 'dropout', probability: 0.3 },
        { op: 'linear', outFeatures: 'outputs' },
      ],
    ),
    2,
  ],
  [
    'overlapping pools, 2D, and values read three times',
    own(
      [3, 11, 9],
      [
        conv(8, { kernel: 7, stride: 2, padding: 3, bias: false }),
        norm,
        { ...relu, name: 'r' },
        { op: 'max-pool', kernel: 3, stride: 2, padding: 1, name: 'p' },
        { ...conv(8, { bias: false }), name: 'u' },
        { op: 'add', from: ['u', 'p'], name: 'v' },
        { op: 'add', from: ['v', 'p'], name: 'w' },
        { op: 'concat', from: ['w', 'p', 'v'] },
        { op: 'dropout', probability: 0.2 },
        { op: 'mean' },
        { op: 'linear', outFeatures: 'outputs' },
      ],
    ),
    2,
  ],
  [
    'unpools of fast and of plain pools',
    own(
      [1, 7, 5, 6],
      [
        conv(8),
        norm,
        relu,
        { ...pool, name: 'one' },
        conv(6),
        leaky,
        { ...pool, name: 'two' },
        { op: 'max-unpool', of: 'two' },
        transposed(8),
        norm,
        relu,
        { op: 'max-unpool', of: 'one' },
        transposed(1),
        norm,
        relu,
      ],
      null,
    ),
    2,
    'MSELoss',
  ],
  [
    'norms by themselves, 2D',
    own(
      [3, 6, 7],
      [conv(8), norm, relu, { ...pool, name: 'one' }, { op: 'max-unpool', of: 'one' }, relu, norm, transposed(3)],
      null,
    ),
    2,
    'L1Loss',
  ],
  [
    'instance norms, concatenation and enlargement',
    own(
      [1, 8, 8, 4],
      [
        conv(6, { stride: 2 }),
        { op: 'instance-norm' },
        { ...leaky, name: 'skip' },
        conv(8, { stride: 2 }),
        { op: 'instance-norm' },
        leaky,
        transposed(4, { kernel: 4, stride: 2 }),
        { op: 'instance-norm' },
        { ...relu, name: 'up' },
        { op: 'concat', from: ['up', 'skip'] },
        { op: 'upsample', by: 2 },
        { op: 'instance-norm' },
        conv(1),
        { op: 'activation', kind: 'sigmoid' },
      ],
      null,
    ),
    2,
    'MSELoss',
  ],
  [
    'output paddings, and volumes of other shapes',
    own(
      [2, 6, 5],
      [
        conv(8, { stride: 2 }),
        norm,
        relu,
        { op: 'reshape', shape: [12, 3, 2] },
        transposed(6, { kernel: 4, stride: 2, outputPadding: [0, 1], bias: false }),
        leaky,
        { op: 'flatten' },
        { op: 'linear', outFeatures: 7 },
        elu,
        { op: 'linear', outFeatures: 60 },
        { op: 'reshape', shape: [2, 6, 5] },
        transposed(2),
      ],
      null,
    ),
    2,
    'HuberLoss',
  ],
  ['a regression of two numbers', own([1, 5, 4], [conv(4), relu, ...head], 2), 3, 'BCEWithLogitsLoss'],
];

/** Samples of 38 KB: of these a kernel sees at most 20. */
const wide: readonly (readonly [string, Network, number, LossName?])[] = [
  [
    'convolutions of all kinds and pools',
    own(
      [1, 12, 9, 11],
      [
        conv(8),
        leaky,
        conv(8),
        norm,
        relu,
        pool,
        transposed(8, { kernel: 4, stride: 2 }),
        norm,
        elu,
        conv(8, { stride: 2 }),
        norm,
        transposed(4, { kernel: 4, stride: 2 }),
        relu,
        conv(8, { kernel: 4 }),
        { op: 'max-pool', kernel: 3, stride: 2, padding: 1 },
        { op: 'mean' },
        { op: 'linear', outFeatures: 'outputs' },
      ],
    ),
    2,
  ],
  [
    'instance norms, sums, concatenations and enlargements',
    own(
      [2, 6, 10, 12],
      [
        conv(6),
        { op: 'instance-norm' },
        { ...relu, name: 'a' },
        conv(6, { kernel: 1, padding: 0 }),
        norm,
        { op: 'max-pool', kernel: 2, stride: 2, padding: 0 },
        { op: 'upsample', by: 2, name: 'b' },
        { op: 'add', from: ['a', 'b'], name: 'c' },
        { op: 'concat', from: ['a', 'c'], name: 'd' },
        { op: 'mean' },
        { op: 'linear', outFeatures: 12, name: 's' },
        { op: 'scale', from: ['d', 's'] },
        { op: 'dropout', probability: 0.2 },
        { op: 'mean' },
        { op: 'linear', outFeatures: 'outputs' },
      ],
    ),
    2,
  ],
  [
    'an autoencoder, fast blocks and plain ones',
    own(
      [1, 11, 10, 9],
      [
        conv(8),
        norm,
        relu,
        { ...pool, name: 'one' },
        conv(8),
        norm,
        relu,
        { op: 'max-unpool', of: 'one' },
        transposed(8),
        norm,
        relu,
        { ...pool, name: 'two' },
        { op: 'max-unpool', of: 'two' },
        transposed(1),
        norm,
        relu,
      ],
      null,
    ),
    2,
    'MSELoss',
  ],
];

const limits: readonly (readonly [string, WebgpuOptions])[] = [
  ['whole', {}],
  ['sample by sample', { largestBuffer: 24576, slabBytes: 2048 }],
];
const windows: WebgpuOptions = { largestBinding: 20480, largestBuffer: 65536, slabBytes: 2 ** 20 };
const runs = [
  ...cases.flatMap(([title, network, n, loss = 'CrossEntropyLoss']) =>
    limits.map(([how, options]) => [`${title}, ${how}`, { network, n, loss }, options] as const),
  ),
  ...wide.map(
    ([title, network, n, loss = 'CrossEntropyLoss']) => [`${title}, window by window`, { network, n, loss }, windows] as const,
  ),
];

describe('a network of', () => {
  it.each(runs)('%s', async (_, one, options) => {
    expectEqualPasses(await pass(webgpuExecutor(gpu, options), one), await pass(nodeExecutors.cpu, one), 1e-4, one);
  });
});

const volumes = differenceCases.filter(([title]) => title.endsWith('3D'));
it.each(volumes)('operations have the gradients of finite differences in double: %s', async (_, one) => {
  await expectDifferences(one, webgpuExecutor(gpu), 1e-4);
});

it.each(layerCases)('single layers have the outputs, gradients and statistics of PyTorch: %s', async (_, one) => {
  await expectLayerToMatch(one, webgpuExecutor(gpu));
});
