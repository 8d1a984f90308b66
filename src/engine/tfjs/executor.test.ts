import { describe, expect, it } from 'vitest';
import { largestDifference, summary } from '../../../test/golden-network';
import { nodeExecutors } from '../../../test/tfjs-node';
import { TorchRandom } from '../../base/torch-random';
import { Construction, Forward, module, network } from '../../networks/construct';
import type { Network } from '../../networks/graph';
import { initialState } from '../../networks/initial-state';
import { isParameter, stateEntries } from '../../networks/parameters';
import { buildNetwork } from '../../networks/registry';
import type { OptimizerState } from '../../networks/state-dict';
import { type LossName, losses } from '../../vocabulary/losses';
import { optimizers } from '../../vocabulary/optimizers';
import { drawsFrom, noDraws } from '../draws';
import { type DrawRequest, type Executor, type ExecutorRequest, type InputTensor, plainLoss, type Target } from '../executor';

async function open(built: Network, rest: Partial<ExecutorRequest> = {}, backend: 'cpu' | 'wasm' = 'cpu'): Promise<Executor> {
  return nodeExecutors[backend]({
    network: built,
    state: initialState(built, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 2,
    ...rest,
  });
}

const small = buildNetwork('Conv4_FC3', { inputSize: [1, 18, 5, 4], outputSize: 2, dropout: 0.5 });

/** Every kind of parameter, few of them; `reconstruction`, μ and λ for variational losses. */
function tinyNetwork(): Network {
  const c = new Construction();
  const layers = {
    conv: c.conv(1, 3, 3, { padding: 1 }),
    transposed: c.transposed(3, 2, 2, [1, 0], { stride: 2 }),
    mu: c.linear(6, 2),
    logVar: c.linear(6, 2),
    back: c.linear(6, 6),
  };
  const g = new Forward();
  const input = g.input([1, 2, 3]);
  const flat = g.flatten(input);
  const image = g.node('reshape', { shape: [1, 2, 3] }, [g.activate('sigmoid', g.run(layers.back, flat))]);
  const [mu, logVar] = [g.run(layers.mu, flat), g.run(layers.logVar, flat)];
  const wide = g.run(layers.transposed, g.run(layers.conv, image));
  const outputs = { reconstruction: image, mu, logVar, wide };
  return network('Tiny', c, module('Tiny', layers), g, outputs, { main: 'reconstruction' });
}
const tiny = tinyNetwork();

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
    const executor = await open(tiny, { optimizer: { optimizer: optimizer as keyof typeof optimizers, ...options } });
    const state = initialState(tiny, new TorchRandom(3));
    const memory = new Map(
      stateEntries(tiny)
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

  it.each(Object.keys(losses) as LossName[])('the parts of a batch add up to the whole: %s', async (loss) => {
    const n = 3;
    const options = { loss, recons_weight: 0.5, kl_weight: 2 };
    const inputs = new TorchRandom(2);
    const data = Float32Array.from({ length: n * 6 }, () => inputs.random24());
    const whole: Target =
      losses[loss].tasks[0] === 'classification'
        ? { kind: 'class', labels: Int32Array.of(1, 5, 0) }
        : losses[loss].variational
          ? { kind: 'input' }
          : { kind: 'numbers', values: data.map((value) => 1 - value) };
    const part = (from: number, to: number): Target => {
      if (whole.kind === 'class') return { ...whole, labels: whole.labels.slice(from, to), wholeBatch: n };
      if (whole.kind === 'input') return { ...whole, wholeBatch: n };
      return { ...whole, values: whole.values.slice(6 * from, 6 * to), wholeBatch: n };
    };
    const run = async (parts: readonly (readonly [number, number, Target])[]): Promise<[number, OptimizerState]> => {
      const executor = await open(tiny, { loss: options, batchSize: n });
      for (const [from, to, wanted] of parts)
        await executor.accumulate({ shape: [to - from, 2, 3, 1], data: data.slice(6 * from, 6 * to) }, wanted, noDraws);
      const found = await executor.takeLosses();
      await executor.applyStep();
      const memory = await executor.readOptimizer();
      executor.dispose();
      return [found.reduce((sum, value, i) => sum + (value * (parts[i][1] - parts[i][0])) / n, 0), memory];
    };
    const [loss1, memory1] = await run([[0, n, whole]]);
    const [loss2, memory2] = await run([
      [0, 1, part(0, 1)],
      [1, n, part(1, n)],
    ]);
    expect(Math.abs(loss2 - loss1)).toBeLessThan(1e-6 * Math.abs(loss1));
    expect([...memory2.keys()]).toEqual([...memory1.keys()]);
    for (const [name, { tensors }] of memory1) {
      const expected = [...tensors.exp_avg];
      expect(summary(expected).l2, name).toBeGreaterThan(0);
      expect(largestDifference(memory2.get(name)!.tensors.exp_avg, expected), name).toBeLessThan(1e-6);
    }
  });

  it('layers that the loss does not reach get no gradient and no memory', async () => {
    const executor = await open(tiny, { loss: plainLoss('MSELoss') });
    await executor.accumulate({ shape: [1, 2, 3, 1], data: new Float32Array(6).fill(0.25) }, { kind: 'input' }, noDraws);
    await executor.applyStep();
    expect([...(await executor.readOptimizer()).keys()]).toEqual(['back.weight', 'back.bias']);
    executor.dispose();
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
