import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { skips } from '../../../test/skips';
import { nodeExecutors } from '../../../test/tfjs-node';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { initialState } from '../../networks/initial-state';
import type { StateDict } from '../../networks/state-dict';
import type { DropoutSource, Executor, ExecutorFactory, InputTensor } from '../executor';
import { plainLoss } from '../executor';
import type { NetworkSpec } from '../legacy/blocks';
import { webgpuExecutor } from './executor';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

const chosen = {
  Conv4_FC3: ['3d', '3d_odd', '2d_odd', '2d_1channel_3classes'],
  Conv5_FC3: ['3d_odd', '2d'],
  Stride_Conv5_FC3: ['3d_odd', '2d'],
} as const;
const cases = (['Conv4_FC3', 'Conv5_FC3', 'Stride_Conv5_FC3'] as const).flatMap((network) =>
  networkCases(network)
    .filter(({ name }) => (chosen[network] as readonly string[]).includes(name))
    .map((golden) => [`${network} ${golden.name}`, network, golden] as const),
);

describe('webgpuExecutor', () => {
  it.each(cases)('%s gives the outputs, losses, gradients, statistics and Adam step of PyTorch', async (_, network, golden) => {
    await expectCaseToMatch(network, golden, webgpuExecutor(gpu));
  });
});

/** Two blocks of channels that are no multiples of 4, one without a pool, and two linear layers with a dropout before each. */
const odd: NetworkSpec = {
  architecture: 'odd',
  inputSize: [3, 7, 5, 9],
  outputSize: 3,
  blocks: [
    { kind: 'conv-block', conv: 'c.0', norm: 'c.1', inChannels: 3, outChannels: 5, stride: 1, pool: true },
    { kind: 'conv-block', conv: 'c.2', norm: 'c.3', inChannels: 5, outChannels: 10, stride: 1, pool: false },
    { kind: 'conv-block', conv: 'c.4', norm: 'c.5', inChannels: 10, outChannels: 7, stride: 1, pool: true },
    { kind: 'flatten' },
    { kind: 'dropout', name: 'd.0', probability: 0.5 },
    { kind: 'linear', name: 'l.0', inFeatures: 7 * 2 * 2 * 3, outFeatures: 13, relu: true },
    { kind: 'dropout', name: 'd.1', probability: 0.25 },
    { kind: 'linear', name: 'l.1', inFeatures: 13, outFeatures: 3, relu: false },
  ],
};

/** The same with strides where it has pools. */
const strided: NetworkSpec = {
  ...odd,
  blocks: odd.blocks.map((block) => (block.kind === 'conv-block' && block.pool ? { ...block, pool: false, stride: 2 } : block)),
};

const oddNetworks = [
  ['pools', odd],
  ['strides', strided],
] as const;

const random = (size: number, seed: number): Float32Array<ArrayBuffer> => {
  const data = new Float32Array(size);
  new TorchRandom(seed).uniformFloat32(data, 0, 1);
  return data;
};

function inputFor({ inputSize }: NetworkSpec, n: number, seed: number): InputTensor {
  const [c, ...space] = inputSize;
  return { shape: [n, ...space, c], data: random(n * product(inputSize), seed) };
}

const targetFor = (n: number) => ({ kind: 'class', labels: Int32Array.from({ length: n }, (_, i) => (i * 2) % 3) }) as const;

/** Masks that depend on the layer alone, so that executors can be compared. */
const masks: DropoutSource = (layer, probability, size) =>
  random(size, layer.length + 3).map((value) => (value < probability ? 0 : 1 / (1 - probability)));

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
  const outputs = Array.from(await executor.predict(inputFor(spec, 2, 2)));
  await executor.accumulate(inputFor(spec, 2, 3), targetFor(2), masks);
  await executor.applyStep();
  await executor.accumulate(inputFor(spec, 1, 4), targetFor(1), masks);
  await executor.applyStep();
  outputs.push(...(await executor.predict(inputFor(spec, 3, 5))));
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
const noise = /^c\.[024]\.bias|running_mean/;

describe('webgpuExecutor on odd networks', () => {
  it.each(oddNetworks)(
    'with %s trains as the TensorFlow.js composition does: padded channels, dropout, accumulation, smaller batches',
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
      for (const [name, { step, exp_avg, exp_avg_sq }] of await ours.readOptimizer()) {
        expect(step).toBe(2);
        if (noise.test(name)) continue;
        expect(distance(exp_avg, moments.get(name)!.tensors.exp_avg), name).toBeLessThan(1e-4);
        expect(distance(exp_avg_sq, moments.get(name)!.tensors.exp_avg_sq), name).toBeLessThan(1e-4);
      }
      ours.dispose();
    },
  );

  it('evaluates large blocks as one operation: padded channels, groups, f16', async () => {
    const block = (k: number, inChannels: number, outChannels: number, pool: boolean) =>
      ({ kind: 'conv-block', conv: `c.${2 * k}`, norm: `c.${2 * k + 1}`, inChannels, outChannels, stride: 1, pool }) as const;
    const large: NetworkSpec = {
      architecture: 'large',
      inputSize: [2, 25, 27, 29],
      outputSize: 3,
      blocks: [
        block(0, 2, 5, true),
        block(1, 5, 12, true),
        { kind: 'flatten' },
        { kind: 'linear', name: 'l.0', inFeatures: 12 * 7 * 7 * 8, outFeatures: 3, relu: false },
      ],
    };
    const expected = await (await open(nodeExecutors.cpu, large)).predict(inputFor(large, 3, 6));
    for (const [largestBuffer, amp] of [
      [2 ** 30, false],
      [400_000, false],
      ...(gpu.half ? ([[2 ** 30, true]] as const) : []),
    ] as const) {
      const ours = await open(webgpuExecutor(gpu, { largestBuffer }), large, 3, 1e-3, amp);
      expect(distance(await ours.predict(inputFor(large, 3, 6)), expected), `${largestBuffer} bytes, f16 ${amp}`).toBeLessThan(
        amp ? 2e-3 : 1e-5,
      );
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
      for (const [name, { exp_avg }] of await ours.readOptimizer())
        if (!noise.test(name))
          expect(distance(exp_avg, moments.get(name)!.tensors.exp_avg), `${n} samples, ${name}`).toBeLessThan(1e-4);
      ours.dispose();
    }
  });

  it.for(oddNetworks)(
    'with %s and activations stored as f16 it trains within their precision, in less memory',
    async ([, spec], { skip }) => {
      skip(!gpu.half, skips.noHalf);
      const whole = await open(webgpuExecutor(gpu), spec);
      const half = await open(webgpuExecutor(gpu), spec, 3, 1e-3, true);
      const split = await open(webgpuExecutor(gpu, { largestBuffer: 4096, slabBytes: 1000 }), spec, 3, 1e-3, true);
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
        for (const [name, { exp_avg }] of await executor.readOptimizer())
          if (!noise.test(name)) expect(distance(exp_avg, moments.get(name)!.tensors.exp_avg), name).toBeLessThan(1e-2);
      for (const executor of [whole, half, split]) executor.dispose();
    },
  );

  it('f16 on a device without it is our mistake, and is said', async ({ skip }) => {
    skip(gpu.half, skips.half);
    await expect(open(webgpuExecutor(gpu), odd, 3, 1e-3, true)).rejects.toThrow('f16');
  });

  it.each(oddNetworks)('with %s, split into groups, slabs and chunks, it computes the same', async (_, spec) => {
    const whole = await open(webgpuExecutor(gpu), spec);
    const split = await open(webgpuExecutor(gpu, { largestBuffer: 4096, slabBytes: 1000 }), spec);
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
      if (executor === interrupted) await executor.predict(inputFor(odd, 3, 9));
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
      [...moments].map(([name, { exp_avg }]) => [
        name,
        exp_avg.map((value, i) => value / 0.1 - 1e-4 * (start.get(name)!.data as Float32Array)[i]),
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
    const executor = await open(webgpuExecutor(gpu, { largestBuffer: 4096 }));
    const state = initialState(odd, new TorchRandom(3));
    await executor.writeState(state);
    expect(await executor.readState()).toEqual(state);
    const moments = new Map(
      [...state]
        .filter(([name]) => !/running|tracked/.test(name))
        .map(([name, { data }]) => {
          const exp_avg = data as Float32Array<ArrayBuffer>;
          return [name, { step: 7, exp_avg, exp_avg_sq: exp_avg.map((value) => value * value) }] as const;
        }),
    );
    await executor.writeOptimizer(moments);
    expect(await executor.readOptimizer()).toEqual(moments);
    executor.dispose();
  });

  it('1,000 steps leave no byte and no buffer behind', async () => {
    const tiny: NetworkSpec = {
      architecture: 'tiny',
      inputSize: [1, 4, 3],
      outputSize: 3,
      blocks: [
        { kind: 'conv-block', conv: 'c.0', norm: 'c.1', inChannels: 1, outChannels: 2, stride: 1, pool: true },
        { kind: 'flatten' },
        { kind: 'linear', name: 'l.0', inFeatures: 8, outFeatures: 3, relu: false },
      ],
    };
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
    await expect(executor.predict(inputFor(odd, 1, 1))).rejects.toMatchObject({ code: 'gpu-lost' });
    await expect(executor.takeLosses()).rejects.toMatchObject({ code: 'gpu-lost' });
  });

  it('a wrong command is named, not swallowed', async () => {
    const own = await openDevice(await nodeGpu());
    const executor = await open(webgpuExecutor(own));
    own.device.createBuffer({ size: 16, usage: 0xffff });
    await expect(executor.predict(inputFor(odd, 1, 1))).rejects.toMatchObject({ code: 'gpu-validation' });
    own.destroy();
  });
});
