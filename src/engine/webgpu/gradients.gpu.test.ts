/** @file Gradients of whole networks on WebGPU, block by block: against TensorFlow.js on the processor, and against finite differences. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainLoss } from '../../../test/plain-network';
import { nodeExecutors } from '../../../test/tfjs-node';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { initialState } from '../../networks/initial-state';
import { isParameter } from '../../networks/parameters';
import type { StateDict } from '../../networks/state-dict';
import type { ExecutorFactory } from '../executor';
import type { Block, ConvBlock, NetworkSpec } from '../legacy/blocks';
import { stateEntries } from '../legacy/state-entries';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
let engine: ExecutorFactory;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
  engine = webgpuExecutor(gpu);
});
afterAll(() => gpu.destroy());

type Shape = readonly [outChannels: number, stride: 1 | 2, pool: boolean];

/** Convolutional blocks, then two linear layers for three classes. */
function network(inputSize: readonly number[], shapes: readonly Shape[]): NetworkSpec {
  let [channels, ...space] = inputSize;
  const convolutions = shapes.map(([outChannels, stride, pool], k): ConvBlock => {
    const block = { conv: `c.${2 * k}`, norm: `c.${2 * k + 1}`, inChannels: channels, outChannels, stride, pool } as const;
    channels = outChannels;
    space = space.map((length) => Math.ceil(length / (pool ? 2 : 1) / stride));
    return { kind: 'conv-block', ...block };
  });
  const blocks: Block[] = [
    ...convolutions,
    { kind: 'flatten' },
    { kind: 'linear', name: 'l.0', inFeatures: channels * product(space), outFeatures: 6, relu: true },
    { kind: 'linear', name: 'l.1', inFeatures: 6, outFeatures: 3, relu: false },
  ];
  return { architecture: 'gradients', inputSize, outputSize: 3, blocks };
}

function noise(size: number, seed: number, from = -1, to = 1): Float32Array<ArrayBuffer> {
  const data = new Float32Array(size);
  new TorchRandom(seed).uniformFloat32(data, from, to);
  return data;
}

/** Fresh weights, with scales and shifts of the norms that are not all alike. */
function stateOf(spec: NetworkSpec): StateDict {
  const state = new Map(initialState(spec, new TorchRandom(1)));
  for (const [i, { name, shape, role }] of stateEntries(spec).entries())
    if (role === 'norm-weight' || role === 'norm-bias')
      state.set(name, {
        shape,
        data: noise(product(shape), i, role === 'norm-weight' ? 0.5 : -0.5, role === 'norm-weight' ? 1.5 : 0.5),
      });
  return state;
}

/** Gradients of the mean loss by parameter: what the first step of Adam leaves as its first moment is a tenth of them. */
async function gradients(factory: ExecutorFactory, spec: NetworkSpec, n: number): Promise<Map<string, Float64Array>> {
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
  const executor = await factory({
    network: spec,
    state: stateOf(spec),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer,
    batchSize: n,
  });
  try {
    const [c, ...space] = spec.inputSize;
    const shape = [n, ...space, c];
    const target = { kind: 'class', labels: labelsOf(n) } as const;
    await executor.accumulate({ shape, data: noise(product(shape), n) }, target, () => new Float32Array());
    await executor.applyStep();
    const moments = await executor.readOptimizer();
    return new Map([...moments].map(([name, { exp_avg }]) => [name, Float64Array.from(exp_avg, (value) => value * 10)]));
  } finally {
    executor.dispose();
  }
}

const labelsOf = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => (2 * i + 1) % 3);
const size = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** The bias of a convolution is taken out again by the norm: its gradient is zero. */
const isConvolutionBias = (name: string): boolean => /^c\.\d+\.bias$/.test(name) && Number(name.split('.')[1]) % 2 === 0;

const cases: readonly (readonly [string, NetworkSpec, number])[] = [
  ['one block with a pool, 3D, odd', network([1, 5, 7, 3], [[8, 1, true]]), 2],
  ['one block without a pool', network([3, 3, 4, 5], [[5, 1, false]]), 1],
  ['one block of stride 2', network([1, 6, 5, 7], [[8, 2, false]]), 2],
  ['one block with a pool, 2D', network([3, 9, 6], [[12, 1, true]]), 3],
  ['one block of stride 2, 2D', network([1, 7, 9], [[5, 2, false]]), 2],
  [
    'two blocks with pools',
    network(
      [1, 7, 6, 9],
      [
        [8, 1, true],
        [16, 1, true],
      ],
    ),
    3,
  ],
  [
    'two blocks with and without a pool, odd channels',
    network(
      [2, 5, 6, 7],
      [
        [3, 1, false],
        [12, 1, true],
      ],
    ),
    2,
  ],
  [
    'two blocks of stride 2',
    network(
      [1, 9, 7, 8],
      [
        [8, 2, false],
        [16, 2, false],
      ],
    ),
    2,
  ],
  [
    'two blocks, a pool and a stride',
    network(
      [5, 8, 7, 5],
      [
        [8, 1, true],
        [8, 2, false],
      ],
    ),
    1,
  ],
  [
    'two blocks with pools, 2D',
    network(
      [1, 11, 13],
      [
        [8, 1, true],
        [5, 1, true],
      ],
    ),
    2,
  ],
];

describe.each(cases)('%s', (_, spec, n) => {
  it('has the gradients of the TensorFlow.js composition', async () => {
    const [found, expected] = [await gradients(engine, spec, n), await gradients(nodeExecutors.cpu, spec, n)];
    for (const [name, values] of expected) {
      const ours = found.get(name)!;
      if (isConvolutionBias(name)) expect(size(ours), name).toBe(0);
      else expect(size(values.map((value, i) => value - ours[i])) / size(values), name).toBeLessThan(1e-5);
    }
  });

  it('has the slopes of its loss, computed plainly in doubles', async () => {
    const found = await gradients(engine, spec, n);
    const values = new Map([...stateOf(spec)].map(([name, { data }]) => [name, Float64Array.from(data, Number)]));
    const input = noise(n * product(spec.inputSize), n);
    for (const [i, { name }] of stateEntries(spec).filter(isParameter).entries()) {
      const before = values.get(name)!;
      for (const seed of [100 + i, 200 + i]) {
        const direction = Float64Array.from(noise(before.length, seed));
        const lossAt = (step: number): number =>
          plainLoss(
            spec,
            new Map([...values, [name, before.map((value, k) => value + step * direction[k])]]),
            input,
            labelsOf(n),
          );
        const slope = (lossAt(1e-6) - lossAt(-1e-6)) / 2e-6;
        const gradient = found.get(name)!;
        const expected = gradient.reduce((sum, value, k) => sum + value * direction[k], 0);
        // Rounding of the loss over the step is 1e-9 at most.
        const scale = size(gradient) * size(direction);
        expect(Math.abs(slope - expected), `${name}: ${slope} for ${expected}`).toBeLessThan(1e-5 * scale + 2e-9);
      }
    }
  });
});
