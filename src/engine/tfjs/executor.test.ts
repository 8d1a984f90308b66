import { describe, expect, it } from 'vitest';
import { largestDifference, summary } from '../../../test/golden-network';
import { nodeExecutors } from '../../../test/tfjs-node';
import { TorchRandom } from '../../base/torch-random';
import type { Network } from '../../networks/graph';
import { initialState } from '../../networks/initial-state';
import { isParameter, stateEntries } from '../../networks/parameters';
import { buildNetwork } from '../../networks/registry';
import { optimizers } from '../../vocabulary/optimizers';
import { drawsFrom, noDraws } from '../draws';
import { type DrawRequest, type Executor, type ExecutorRequest, type InputTensor, plainLoss } from '../executor';

async function open(network: Network, rest: Partial<ExecutorRequest> = {}, backend: 'cpu' | 'wasm' = 'cpu'): Promise<Executor> {
  return nodeExecutors[backend]({
    network,
    state: initialState(network, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 2,
    ...rest,
  });
}

const small = buildNetwork('Conv4_FC3', { inputSize: [1, 18, 5, 4], outputSize: 2, dropout: 0.5 });

function smallInput(seed: number): InputTensor {
  const data = new Float32Array(2 * 18 * 5 * 4);
  new TorchRandom(seed).uniformFloat32(data, 0, 1);
  return { shape: [2, 18, 5, 4, 1], data };
}

const target = { kind: 'class', labels: Int32Array.of(1, 0) } as const;
const keepAll = ({ size }: DrawRequest): Float32Array<ArrayBuffer> => new Float32Array(size).fill(1);

/** The gradient of a parameter, from the first moment of Adam after one step. */
async function gradientOf(executor: Executor, name: string): Promise<Float32Array> {
  const decay = (await executor.readState()).get(name)!.data as Float32Array;
  await executor.applyStep();
  return (await executor.readOptimizer()).get(name)!.tensors.exp_avg.map((value, i) => value / 0.1 - 1e-4 * decay[i]);
}

describe('tfjsExecutor', () => {
  it.each(['cpu', 'wasm'] as const)('the state that is written is the state that is read, bit for bit (%s)', async (backend) => {
    const state = initialState(small, new TorchRandom(3));
    const executor = await open(small, {}, backend);
    await executor.writeState(state);
    expect(await executor.readState()).toEqual(state);
    executor.dispose();
  });

  it.each(Object.entries(optimizers))('so is the memory of %s', async (optimizer, { tensors, numbers }) => {
    const options = { learning_rate: 1e-3, weight_decay: 0 };
    const executor = await open(small, { optimizer: { optimizer: optimizer as keyof typeof optimizers, ...options } });
    const state = initialState(small, new TorchRandom(3));
    const memory = new Map(
      stateEntries(small)
        .filter(isParameter)
        .map(({ name }, k) => {
          const values = state.get(name)!.data as Float32Array<ArrayBuffer>;
          return [
            name,
            {
              step: 7 + k,
              numbers: Object.fromEntries(numbers.map((number, i) => [number, 0.25 * (i + k)])),
              tensors: Object.fromEntries(tensors.map((slot, i) => [slot, values.map((value) => value + i)])),
            },
          ] as const;
        }),
    );
    await executor.writeOptimizer(memory);
    expect(await executor.readOptimizer()).toEqual(memory);
    executor.dispose();
  });

  it.each(['cpu', 'wasm'] as const)('tensors and bytes stay the same from the second step on (%s)', async (backend) => {
    const other = await open(small, {}, backend);
    other.dispose();
    const before = other.memory();
    const executor = await open(small, {}, backend);
    const random = new TorchRandom(1);
    const step = async (seed: number): Promise<unknown> => {
      await executor.accumulate(smallInput(seed), target, drawsFrom(random));
      await executor.applyStep();
      await executor.takeLosses();
      await executor.predict(smallInput(seed), noDraws);
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
      const executor = await open(small);
      for (const seed of seeds) await executor.accumulate(smallInput(seed), target, keepAll);
      const found = await gradientOf(executor, 'fc.4.weight');
      executor.dispose();
      return found;
    };
    const [first, second, both] = [await gradient([0]), await gradient([1]), await gradient([0, 1])];
    const sum = Array.from(first, (value, i) => value + second[i]);
    expect(largestDifference(both, sum)).toBeLessThan(1e-6);
    expect(summary(both).l2).toBeGreaterThan(1e-3);
  });

  it('a dropout mask is read in the flattening order of PyTorch', async () => {
    // Only channel 5 of the last convolution passes: the first linear layer must not see the others.
    const executor = await open(small);
    const asked: unknown[] = [];
    await executor.accumulate(smallInput(0), target, (request) => {
      asked.push(request);
      const { size } = request;
      const features = size / 2;
      return Float32Array.from({ length: size }, (_, i) => (Math.floor((i % features) / (features / 128)) === 5 ? 2 : 0));
    });
    const node = small.graph.nodes.findIndex(({ op }) => op === 'dropout');
    expect(asked).toEqual([{ kind: 'mask', node, probability: 0.5, size: 2 * 128 }]);
    const touched = new Set<number>();
    (await gradientOf(executor, 'fc.2.weight')).forEach((value, i) => {
      if (Math.abs(value) > 1e-7) touched.add(i % 128);
    });
    expect([...touched]).toEqual([5]);
    executor.dispose();
  });

  it('frozen parameters keep their values and have no memory, the others learn as before', async () => {
    const frozen = new Set(
      [...initialState(small, new TorchRandom(0)).keys()].filter((name) => name.startsWith('convolutions.')),
    );
    const before = initialState(small, new TorchRandom(0));
    const executors = [await open(small, { frozen }), await open(small)];
    for (const executor of executors) {
      await executor.accumulate(smallInput(0), target, keepAll);
      await executor.applyStep();
    }
    const [some, all] = [await executors[0].readState(), await executors[1].readState()];
    expect([...(await executors[0].readOptimizer()).keys()].every((name) => name.startsWith('fc.'))).toBe(true);
    for (const { name, role } of stateEntries(small)) {
      const changed = isParameter({ role }) && frozen.has(name) ? before : all;
      expect(some.get(name), name).toEqual(changed.get(name));
    }
    for (const executor of executors) executor.dispose();
  });

  it('nothing to learn is a pass without gradients', async () => {
    const frozen = new Set(initialState(small, new TorchRandom(0)).keys());
    const executor = await open(small, { frozen });
    await executor.accumulate(smallInput(0), target, keepAll);
    await executor.applyStep();
    expect(await executor.takeLosses()).toHaveLength(1);
    expect(await executor.readOptimizer()).toEqual(new Map());
    executor.dispose();
  });

  it('another learning rate holds from the next step on, and the memory goes on', async () => {
    const run = async (rates: readonly number[]): Promise<Float32Array> => {
      const executor = await open(small, { optimizer: { optimizer: 'SGD', learning_rate: rates[0], weight_decay: 0 } });
      const values = (state: Awaited<ReturnType<Executor['readState']>>): Float32Array =>
        state.get('fc.6.bias')!.data as Float32Array;
      for (const rate of rates) {
        executor.setLearningRate(rate);
        await executor.accumulate(smallInput(0), target, keepAll);
        await executor.applyStep();
      }
      const found = values(await executor.readState());
      executor.dispose();
      return found.map((value, i) => value - (initialState(small, new TorchRandom(0)).get('fc.6.bias')!.data as Float32Array)[i]);
    };
    const [slow, fast, none] = [await run([0.125]), await run([0.25]), await run([0.125, 0])];
    expect(Math.abs(slow[0])).toBeGreaterThan(1e-3);
    expect(Math.abs(fast[0] - 2 * slow[0])).toBeLessThan(1e-7);
    expect(none).toEqual(slow);
  });
});
