import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skips } from '../../../test/skips';
import { nodeExecutors } from '../../../test/tfjs-node';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import type { Network } from '../../networks/graph';
import { initialState } from '../../networks/initial-state';
import { ownNetwork } from '../../networks/own-network';
import type { StateDict } from '../../networks/state-dict';
import { type OptimizerName, optimizers } from '../../vocabulary/optimizers';
import { noDraws } from '../draws';
import type { DrawSource, Executor, ExecutorFactory, InputTensor } from '../executor';
import { plainLoss } from '../executor';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

/** A classifier for three classes. */
const classifier = (inputSize: readonly number[], layers: readonly object[]): Network =>
  ownNetwork({ layers }, { inputSize, outputSize: 3 }, 'test');

/** Convolution of 3, norm, ReLU, and a pool or a stride. */
const block = (k: number, outChannels: number, halves: 'pool' | 'stride' | null): object[] => [
  { op: 'conv', name: `c${k}`, outChannels, kernel: 3, padding: 1, stride: halves === 'stride' ? 2 : 1 },
  { op: 'batch-norm', name: `n${k}` },
  { op: 'activation', kind: 'relu' },
  ...(halves === 'pool' ? [{ op: 'pad-max-pool' }] : []),
];

/** Three blocks, one that keeps the size, and two linear layers with a dropout before each. */
const blocks = (halves: 'pool' | 'stride'): Network =>
  classifier(
    [3, 7, 5, 9],
    [
      ...block(0, 8, halves),
      ...block(1, 16, null),
      ...block(2, 8, halves),
      { op: 'flatten' },
      { op: 'dropout', probability: 0.5 },
      { op: 'linear', name: 'l0', outFeatures: 13 },
      { op: 'activation', kind: 'relu' },
      { op: 'dropout', probability: 0.25 },
      { op: 'linear', name: 'l1', outFeatures: 3 },
    ],
  );
const odd = blocks('pool');
const strided = blocks('stride');

const oddNetworks = [
  ['pools', odd],
  ['strides', strided],
] as const;

const random = (size: number, seed: number): Float32Array<ArrayBuffer> => {
  const data = new Float32Array(size);
  new TorchRandom(seed).uniformFloat32(data, 0, 1);
  return data;
};

function inputFor({ inputSize }: Network, n: number, seed: number): InputTensor {
  const [c, ...space] = inputSize;
  return { shape: [n, ...space, c], data: random(n * product(inputSize), seed) };
}

const targetFor = (n: number) => ({ kind: 'class', labels: Int32Array.from({ length: n }, (_, i) => (i * 2) % 3) }) as const;

/** Masks that depend on the node alone, so that executors can be compared. */
const masks: DrawSource = (request) => {
  if (request.kind !== 'mask') throw new Error('no noise here');
  const { node, probability, size } = request;
  return random(size, node).map((value) => (value < probability ? 0 : 1 / (1 - probability)));
};

function open(factory: ExecutorFactory, spec = odd, batchSize = 3, learning_rate = 1e-3, amp = false): Promise<Executor> {
  const optimizer = { optimizer: 'Adam', learning_rate, weight_decay: 1e-4 } as const;
  return factory({
    network: spec,
    state: initialState(spec, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer,
    batchSize,
    amp,
  });
}

/** Two steps: one of two batches, the second smaller, then one of a single sample; with an evaluation between. */
async function train(executor: Executor, spec = odd): Promise<{ losses: number[]; outputs: number[]; state: StateDict }> {
  await executor.accumulate(inputFor(spec, 3, 1), targetFor(3), masks);
  const outputs = Array.from((await executor.predict(inputFor(spec, 2, 2), noDraws)).output);
  await executor.accumulate(inputFor(spec, 2, 3), targetFor(2), masks);
  await executor.applyStep();
  await executor.accumulate(inputFor(spec, 1, 4), targetFor(1), masks);
  await executor.applyStep();
  outputs.push(...(await executor.predict(inputFor(spec, 3, 5), noDraws)).output);
  return { losses: await executor.takeLosses(), outputs, state: await executor.readState() };
}

/** Largest distance of two tensors relative to the size of the second. */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  expect(found.length).toBe(expected.length);
  return Math.sqrt(difference / Math.max(size, 1e-30));
}

/** Names whose gradient is zero but for rounding, which Adam turns into steps. */
const noise = /layers\.c\d\.bias|running_mean/;

describe('webgpuExecutor on odd networks', () => {
  it.each(oddNetworks)(
    'with %s trains as the TensorFlow.js composition does: dropout, accumulation, smaller batches',
    async (_, spec) => {
      const reference = await open(nodeExecutors.cpu, spec);
      const ours = await open(webgpuExecutor(gpu), spec);
      const expected = await train(reference);
      const found = await train(ours);
      expect(distance(found.losses, expected.losses)).toBeLessThan(1e-5);
      expect(distance(found.outputs, expected.outputs)).toBeLessThan(1e-4);
      for (const [name, { data }] of expected.state)
        if (!noise.test(name))
          expect(distance(Array.from(found.state.get(name)!.data, Number), Array.from(data, Number)), name).toBeLessThan(1e-4);
      const moments = await reference.readOptimizer();
      for (const [name, { step, tensors }] of await ours.readOptimizer()) {
        expect(step).toBe(2);
        if (noise.test(name)) continue;
        for (const slot of ['exp_avg', 'exp_avg_sq'])
          expect(distance(tensors[slot], moments.get(name)!.tensors[slot]), `${slot} of ${name}`).toBeLessThan(1e-4);
      }
      ours.dispose();
    },
  );

  it('evaluates large blocks as one operation: groups, f16', async () => {
    const large = classifier(
      [2, 25, 27, 29],
      [...block(0, 8, 'pool'), ...block(1, 16, 'pool'), { op: 'flatten' }, { op: 'linear', outFeatures: 3 }],
    );
    const { output: expected } = await (await open(nodeExecutors.cpu, large)).predict(inputFor(large, 3, 6), noDraws);
    for (const [largestBuffer, amp] of [
      [2 ** 30, false],
      [400_000, false],
      ...(gpu.half ? ([[2 ** 30, true]] as const) : []),
    ] as const) {
      const ours = await open(webgpuExecutor(gpu, { largestBuffer }), large, 3, 1e-3, amp);
      const { output } = await ours.predict(inputFor(large, 3, 6), noDraws);
      expect(distance(output, expected), `${largestBuffer} bytes, f16 ${amp}`).toBeLessThan(amp ? 2e-3 : 1e-5);
      ours.dispose();
    }
  });

  it('batches of 1 to 8 give the gradients of the TensorFlow.js composition', async () => {
    const create = webgpuExecutor(gpu);
    for (let n = 1; n <= 8; n++) {
      const [reference, ours] = await Promise.all([open(nodeExecutors.cpu, odd, n), open(create, odd, n)]);
      for (const executor of [reference, ours]) {
        await executor.accumulate(inputFor(odd, n, n), targetFor(n), masks);
        await executor.applyStep();
      }
      expect(distance(await ours.takeLosses(), await reference.takeLosses()), `${n} samples`).toBeLessThan(1e-5);
      const moments = await reference.readOptimizer();
      for (const [name, { tensors }] of await ours.readOptimizer())
        if (!noise.test(name))
          expect(distance(tensors.exp_avg, moments.get(name)!.tensors.exp_avg), `${n} samples, ${name}`).toBeLessThan(1e-4);
      ours.dispose();
    }
  });

  it.for(oddNetworks)(
    'with %s and activations stored as f16 it trains within their precision, in less memory',
    async ([, spec], { skip }) => {
      skip(!gpu.half, skips.noHalf);
      const whole = await open(webgpuExecutor(gpu), spec);
      const half = await open(webgpuExecutor(gpu), spec, 3, 1e-3, true);
      const split = await open(webgpuExecutor(gpu, { largestBuffer: 16384, slabBytes: 4000 }), spec, 3, 1e-3, true);
      expect(half.memory().bytes).toBeLessThan(0.99 * whole.memory().bytes);
      const [expected, found, inParts] = [await train(whole), await train(half), await train(split)];
      // f16 keeps 11 bits: 5e-4 of a value at most, and rounding does not add up over three blocks.
      for (const { losses, outputs } of [found, inParts]) {
        expect(distance(losses, expected.losses)).toBeLessThan(2e-3);
        expect(distance(outputs, expected.outputs)).toBeLessThan(5e-3);
        expect(distance(losses, expected.losses)).toBeGreaterThan(0);
      }
      const moments = await whole.readOptimizer();
      for (const executor of [half, split])
        for (const [name, { tensors }] of await executor.readOptimizer())
          if (!noise.test(name)) expect(distance(tensors.exp_avg, moments.get(name)!.tensors.exp_avg), name).toBeLessThan(1e-2);
      for (const executor of [whole, half, split]) executor.dispose();
    },
  );

  it('f16 on a device without it is our mistake, and is said', async ({ skip }) => {
    skip(gpu.half, skips.half);
    await expect(open(webgpuExecutor(gpu), odd, 3, 1e-3, true)).rejects.toThrow('f16');
  });

  it.each(oddNetworks)('with %s, split into groups, slabs and chunks, it computes the same', async (_, spec) => {
    const whole = await open(webgpuExecutor(gpu), spec);
    const split = await open(webgpuExecutor(gpu, { largestBuffer: 16384, slabBytes: 4000 }), spec);
    expect(split.memory().tensors).toBeGreaterThan(whole.memory().tensors);
    const [expected, found] = [await train(whole), await train(split)];
    expect(distance(found.losses, expected.losses)).toBeLessThan(1e-6);
    expect(distance(found.outputs, expected.outputs)).toBeLessThan(1e-5);
    for (const [name, { data }] of expected.state)
      if (!noise.test(name))
        expect(distance(Array.from(found.state.get(name)!.data, Number), Array.from(data, Number)), name).toBeLessThan(1e-5);
    whole.dispose();
    split.dispose();
  });

  it('two runs with one seed end with identical weights, bit for bit', async () => {
    const [first, second] = [await open(webgpuExecutor(gpu)), await open(webgpuExecutor(gpu))];
    expect((await train(first)).state).toEqual((await train(second)).state);
    first.dispose();
    second.dispose();
  });

  it('an evaluation between two batches changes nothing', async () => {
    const [plain, interrupted] = [await open(webgpuExecutor(gpu)), await open(webgpuExecutor(gpu))];
    for (const executor of [plain, interrupted]) {
      await executor.accumulate(inputFor(odd, 3, 1), targetFor(3), masks);
      if (executor === interrupted) await executor.predict(inputFor(odd, 3, 9), noDraws);
      await executor.applyStep();
    }
    expect(await interrupted.readState()).toEqual(await plain.readState());
    plain.dispose();
    interrupted.dispose();
  });

  it('the loss falls along the gradient by its squared length', async () => {
    const executor = await open(webgpuExecutor(gpu));
    const start = await executor.readState();
    await executor.accumulate(inputFor(odd, 3, 1), targetFor(3), masks);
    await executor.applyStep();
    const moments = await executor.readOptimizer();
    const gradients = new Map(
      [...moments].map(([name, { tensors }]) => [
        name,
        tensors.exp_avg.map((value, i) => value / 0.1 - 1e-4 * (start.get(name)!.data as Float32Array)[i]),
      ]),
    );
    const squared = [...gradients.values()].reduce((sum, g) => sum + g.reduce((all, value) => all + value * value, 0), 0);
    const lossAt = async (step: number): Promise<number> => {
      const moved = [...start].map(([name, tensor]) => {
        const g = gradients.get(name);
        return [
          name,
          g ? { ...tensor, data: (tensor.data as Float32Array).map((value, i) => value + step * g[i]) } : tensor,
        ] as const;
      });
      await executor.writeState(new Map(moved) as StateDict);
      await executor.accumulate(inputFor(odd, 3, 1), targetFor(3), masks);
      return (await executor.takeLosses()).at(-1)!;
    };
    const step = 2e-3 / Math.sqrt(squared);
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    expect(Math.abs(slope / squared - 1)).toBeLessThan(0.01);
    executor.dispose();
  });

  it('the state that is written is the state that is read', async () => {
    const executor = await open(webgpuExecutor(gpu, { largestBuffer: 16384 }));
    const state = initialState(odd, new TorchRandom(3));
    await executor.writeState(state);
    expect(await executor.readState()).toEqual(state);
    const moments = new Map(
      [...state]
        .filter(([name]) => !/running|tracked/.test(name))
        .map(([name, { data }]) => {
          const exp_avg = data as Float32Array<ArrayBuffer>;
          const tensors = { exp_avg, exp_avg_sq: exp_avg.map((value) => value * value) };
          return [name, { step: 7, numbers: {}, tensors }] as const;
        }),
    );
    await executor.writeOptimizer(moments);
    expect(await executor.readOptimizer()).toEqual(moments);
    executor.dispose();
  });

  it.each(Object.keys(optimizers) as OptimizerName[])('%s steps as the TensorFlow.js composition does', async (name) => {
    const layers = [{ op: 'conv', outChannels: 2, kernel: 3, name: 'c' }, { op: 'flatten' }, { op: 'linear', outFeatures: 3 }];
    const network = classifier([1, 5, 6], layers);
    const optimizer = { optimizer: name, learning_rate: 0.02, weight_decay: 0.03 };
    const [ours, reference] = await Promise.all(
      [webgpuExecutor(gpu), nodeExecutors.cpu].map((factory) =>
        factory({
          network,
          state: initialState(network, new TorchRandom(0)),
          loss: plainLoss('CrossEntropyLoss'),
          optimizer,
          batchSize: 3,
          frozen: new Set(['layers.c.bias']),
        }),
      ),
    );
    for (const executor of [ours, reference]) {
      // The sixth step of RAdam takes another branch.
      for (let t = 0; t < 7; t++) {
        for (let k = 0; k <= t % 2; k++)
          await executor.accumulate(inputFor(network, 3 - k, 10 * t + k), targetFor(3 - k), noDraws);
        if (t === 5) executor.setLearningRate(0.01);
        await executor.applyStep();
        // As after an interruption.
        if (t === 3) await executor.writeOptimizer(await executor.readOptimizer());
      }
    }
    const state = await ours.readState();
    for (const [key, { data }] of await reference.readState())
      expect(distance(state.get(key)!.data as Float32Array, data as Float32Array), key).toBeLessThan(2e-5);
    const memory = await ours.readOptimizer();
    const expected = await reference.readOptimizer();
    expect([...memory.keys()]).toEqual([...expected.keys()]);
    for (const [key, { step, numbers, tensors }] of expected) {
      expect(memory.get(key)).toMatchObject({ step, numbers });
      for (const [slot, values] of Object.entries(tensors))
        expect(distance(memory.get(key)!.tensors[slot], values), `${slot} of ${key}`).toBeLessThan(5e-5);
    }
    for (const executor of [ours, reference]) executor.dispose();
  });

  it('1,000 steps leave no byte and no buffer behind', async () => {
    const tiny = classifier([1, 4, 3], [...block(0, 8, 'pool'), { op: 'flatten' }, { op: 'linear', outFeatures: 3 }]);
    const executor = await open(webgpuExecutor(gpu), tiny, 2, 1e-2);
    const input = inputFor(tiny, 2, 1);
    let after: ReturnType<Executor['memory']> | undefined;
    for (let step = 0; step < 1000; step++) {
      await executor.accumulate(input, targetFor(2), masks);
      await executor.applyStep();
      if (step === 1) after = executor.memory();
    }
    expect(executor.memory()).toEqual(after);
    const losses = await executor.takeLosses();
    expect(losses).toHaveLength(1000);
    expect(losses[999]).toBeLessThan(0.2 * losses[0]);
    executor.dispose();
    expect(executor.memory()).toEqual({ bytes: 0, tensors: 0 });
  });

  it('after the device is lost every call says so', async () => {
    const own = await openDevice(await nodeGpu());
    const executor = await open(webgpuExecutor(own));
    own.device.destroy();
    await own.device.lost;
    await expect(executor.predict(inputFor(odd, 1, 1), noDraws)).rejects.toMatchObject({ code: 'gpu-lost' });
    await expect(executor.takeLosses()).rejects.toMatchObject({ code: 'gpu-lost' });
  });

  it('a wrong command is named, not swallowed', async () => {
    const own = await openDevice(await nodeGpu());
    const executor = await open(webgpuExecutor(own));
    own.device.createBuffer({ size: 16, usage: 0xffff });
    await expect(executor.predict(inputFor(odd, 1, 1), noDraws)).rejects.toMatchObject({ code: 'gpu-validation' });
    own.destroy();
  });
});
