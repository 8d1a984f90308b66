import { describe, expect, it } from 'vitest';
import { largestDifference, summary } from '../../../test/golden-network';
import { expectCaseToMatch, networkCases } from '../../../test/network-cases';
import { nodeExecutors } from '../../../test/tfjs-node';
import { TorchRandom } from '../../base/torch-random';
import { initialState } from '../../networks/initial-state';
import { buildNetwork } from '../../networks/registry';
import { drawsFrom } from '../draws';
import type { Executor, InputTensor } from '../executor';
import type { NetworkSpec } from '../legacy/blocks';

async function open(backend: 'cpu' | 'wasm', spec: NetworkSpec): Promise<Executor> {
  return nodeExecutors[backend]({
    spec,
    state: initialState(spec, new TorchRandom(0)),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 2,
  });
}

/** Cases that differ in code path: two and three axes, even and odd sizes, one and three channels. */
const chosen = {
  cpu: {
    Conv4_FC3: ['3d', '2d', '2d_odd', '2d_1channel_3classes'],
    Conv5_FC3: ['3d_odd', '2d'],
    Stride_Conv5_FC3: ['3d_odd', '2d', '2d_odd'],
  },
  wasm: { Conv4_FC3: ['2d_odd'], Conv5_FC3: ['3d_odd', '2d_1channel_3classes'], Stride_Conv5_FC3: ['3d_odd', '2d'] },
} as const;
const cases = (['cpu', 'wasm'] as const).flatMap((backend) =>
  (['Conv4_FC3', 'Conv5_FC3', 'Stride_Conv5_FC3'] as const).flatMap((network) =>
    networkCases(network)
      .filter(({ name }) => (chosen[backend][network] as readonly string[]).includes(name))
      .map((golden) => [`${network} ${golden.name} on ${backend}`, backend, network, golden] as const),
  ),
);

describe('tfjsExecutor', () => {
  it.each(cases)(
    '%s gives the outputs, losses, gradients, statistics and Adam step of PyTorch',
    async (_, backend, network, golden) => {
      await expectCaseToMatch(network, golden, nodeExecutors[backend]);
    },
  );

  const small = buildNetwork('Conv4_FC3', { inputSize: [1, 18, 5, 4], outputSize: 2, dropout: 0.5 });
  const smallInput = (seed: number): InputTensor => {
    const data = new Float32Array(2 * 18 * 5 * 4);
    new TorchRandom(seed).uniformFloat32(data, 0, 1);
    return { shape: [2, 18, 5, 4, 1], data };
  };
  const target = { kind: 'class', loss: 'CrossEntropyLoss', labels: Int32Array.of(1, 0) } as const;

  it.each(['cpu', 'wasm'] as const)('the state that is written is the state that is read, bit for bit (%s)', async (backend) => {
    const state = initialState(small, new TorchRandom(3));
    const executor = await open(backend, small);
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

  it.each(['cpu', 'wasm'] as const)('tensors and bytes stay the same from the second step on (%s)', async (backend) => {
    const other = await open(backend, small);
    other.dispose();
    const before = other.memory();
    const executor = await open(backend, small);
    const random = new TorchRandom(1);
    const step = async (seed: number): Promise<unknown> => {
      await executor.accumulate(smallInput(seed), target, drawsFrom(random));
      await executor.applyStep();
      await executor.takeLosses();
      await executor.predict(smallInput(seed));
      return executor.memory();
    };
    const first = await step(0);
    await step(1);
    expect(await step(2)).toEqual(first);
    executor.dispose();
    expect(executor.memory()).toEqual(before);
  });

  it('two batches before a step give the sum of their gradients', async () => {
    const gradient = async (seeds: readonly number[]): Promise<Float32Array> => {
      const executor = await open('cpu', small);
      const keepAll = (_layer: string, _p: number, size: number): Float32Array<ArrayBuffer> => new Float32Array(size).fill(1);
      for (const seed of seeds) await executor.accumulate(smallInput(seed), target, keepAll);
      await executor.applyStep();
      const { exp_avg } = (await executor.readOptimizer()).get('fc.4.weight')!;
      executor.dispose();
      const decay = initialState(small, new TorchRandom(0)).get('fc.4.weight')!.data as Float32Array;
      return exp_avg.map((value, i) => value / 0.1 - 1e-4 * decay[i]);
    };
    const [first, second, both] = [await gradient([0]), await gradient([1]), await gradient([0, 1])];
    expect(
      largestDifference(
        both,
        Array.from(first, (value, i) => value + second[i]),
      ),
    ).toBeLessThan(1e-6);
    expect(summary(both).l2).toBeGreaterThan(1e-3);
  });

  it('a dropout mask is read in the flattening order of PyTorch', async () => {
    // Only channel 5 of the last convolution passes: the first linear layer must not see the others.
    const executor = await open('cpu', small);
    const asked: unknown[] = [];
    await executor.accumulate(smallInput(0), target, (layer, p, size) => {
      asked.push([layer, p, size]);
      const features = size / 2;
      return Float32Array.from({ length: size }, (_, i) => (Math.floor((i % features) / (features / 128)) === 5 ? 2 : 0));
    });
    await executor.applyStep();
    expect(asked).toEqual([['fc.1', 0.5, 2 * 128]]);
    const { exp_avg } = (await executor.readOptimizer()).get('fc.2.weight')!;
    const weights = initialState(small, new TorchRandom(0)).get('fc.2.weight')!.data as Float32Array;
    const touched = new Set<number>();
    exp_avg.forEach((value, i) => {
      if (Math.abs(value / 0.1 - 1e-4 * weights[i]) > 1e-7) touched.add(i % 128);
    });
    expect([...touched]).toEqual([5]);
    executor.dispose();
  });
});
