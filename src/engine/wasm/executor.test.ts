import { describe, expect, it } from 'vitest';
import type { AppError } from '../../base/errors';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { Construction, Forward, module, network } from '../../networks/construct';
import type { Network } from '../../networks/graph';
import { initialState } from '../../networks/initial-state';
import { isParameter, stateEntries } from '../../networks/parameters';
import { buildNetwork, constructNetwork } from '../../networks/registry';
import { type OptimizerName, optimizers } from '../../vocabulary/optimizers';
import { drawsFrom, noDraws } from '../draws';
import { type Executor, type ExecutorRequest, type InputTensor, plainLoss } from '../executor';
import { wasmExecutor } from './executor';

async function open(network: Network, rest: Partial<ExecutorRequest> = {}): Promise<Executor> {
  return wasmExecutor('test')({
    network,
    state: rest.state ?? initialState(network, new TorchRandom(0)),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 1e-4 },
    batchSize: 2,
    ...rest,
  });
}

const small = buildNetwork('Conv4_FC3', { inputSize: [1, 18, 5, 4], outputSize: 2, dropout: 0.5 });
const target = { kind: 'class', labels: Int32Array.of(1, 0) } as const;

function noise(shape: readonly number[], seed: number): InputTensor {
  const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
  new TorchRandom(seed).uniformFloat32(data, 0, 1);
  return { shape, data };
}
const smallInput = (seed: number): InputTensor => noise([2, 18, 5, 4, 1], seed);

/** Two linear layers, of which the first has as many outputs as inputs. */
function twoLayers(width: number): Network {
  const c = new Construction();
  const layers = [c.linear(width, width), c.linear(width, 2)];
  const g = new Forward();
  const output = layers.reduce((x, layer) => g.run(layer, x), g.flatten(g.input([1, width / 16, 16])));
  return network('Two', c, module('Two', { 0: layers[0], 1: layers[1] }), g, { output }, { main: 'output' });
}

/** Convolution, BatchNorm, ReLU, pool and a linear layer. `kept`: with a ReLU before all, which changes no positive input. */
function oneBlock(inputSize: readonly number[], kept: boolean): Network {
  const c = new Construction();
  const g = new Forward();
  const conv = c.conv(1, 8, 3, { padding: 1 });
  const norm = c.norm(8);
  const image = g.input(inputSize);
  const first = kept ? g.run(c.activation('relu'), image) : image;
  const pooled = g.node('pad-max-pool', {}, [g.run(c.activation('relu'), g.run(norm, g.run(conv, first)))]);
  const flat = g.flatten(pooled);
  const fc = c.linear(product(g.shape(flat)), 2);
  const output = g.run(fc, flat);
  return network('Block', c, module('Block', { conv, norm, fc }), g, { output }, { main: 'output' });
}

/** Bit for bit: of large arrays faster than `toEqual`. */
function expectSame(found: ArrayBufferView, expected: ArrayBufferView, name: string): void {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  expect(Buffer.compare(bytes(found), bytes(expected)), name).toBe(0);
}

async function step(executor: Executor, seed: number): Promise<void> {
  await executor.accumulate(smallInput(seed), target, drawsFrom(new TorchRandom(seed)));
  await executor.applyStep();
}

describe('wasmExecutor', () => {
  it.each([
    ['Conv4_FC3', small],
    ['an autoencoder', constructNetwork('AE_Conv4_FC3', { inputSize: [3, 18, 17] })],
  ])('the state that is written is the state that is read, bit for bit: %s', async (_, network) => {
    const state = initialState(network, new TorchRandom(3));
    const executor = await open(network);
    await executor.writeState(state);
    const found = await executor.readState();
    expect([...found.keys()]).toEqual([...state.keys()]);
    for (const [name, { data, shape }] of state) {
      expect(found.get(name)!.shape).toEqual(shape);
      expectSame(found.get(name)!.data, data, name);
    }
  });

  it.each(Object.keys(optimizers) as OptimizerName[])('so is the memory of %s', async (optimizer) => {
    const { tensors, numbers } = optimizers[optimizer];
    const executor = await open(small, { optimizer: { optimizer, learning_rate: 1e-3, weight_decay: 0 } });
    const state = initialState(small, new TorchRandom(3));
    const memory = new Map(
      stateEntries(small)
        .filter(isParameter)
        .map(({ name }, k) => {
          const values = state.get(name)!.data as Float32Array<ArrayBuffer>;
          const slots = Object.fromEntries(tensors.map((slot, i) => [slot, values.map((value) => value + i)]));
          const kept = Object.fromEntries(numbers.map((number, i) => [number, 0.25 * (i + k)]));
          return [name, { step: 7 + k, numbers: kept, tensors: slots }] as const;
        }),
    );
    await executor.writeOptimizer(memory);
    const found = await executor.readOptimizer();
    expect([...found.keys()]).toEqual([...memory.keys()]);
    for (const [name, { tensors: slots, ...rest }] of memory) {
      const { tensors: foundSlots, ...foundRest } = found.get(name)!;
      expect(foundRest).toEqual(rest);
      expect(Object.keys(foundSlots)).toEqual(tensors);
      for (const [slot, values] of Object.entries(slots)) expectSame(foundSlots[slot], values, `${slot} of ${name}`);
    }
  });

  it('frozen parameters keep their values and have no memory, the others learn as before', async () => {
    const before = initialState(small, new TorchRandom(0));
    const frozen = new Set([...before.keys()].filter((name) => name.startsWith('convolutions.')));
    const executors = [await open(small, { frozen }), await open(small)];
    for (const executor of executors) await step(executor, 0);
    const [some, all] = [await executors[0].readState(), await executors[1].readState()];
    expect([...(await executors[0].readOptimizer()).keys()].every((name) => name.startsWith('fc.'))).toBe(true);
    for (const { name, role } of stateEntries(small)) {
      const expected = isParameter({ role }) && frozen.has(name) ? before : all;
      expectSame(some.get(name)!.data, expected.get(name)!.data, name);
    }
  });

  it('nothing to learn is a pass without gradients', async () => {
    const frozen = new Set(initialState(small, new TorchRandom(0)).keys());
    const executor = await open(small, { frozen });
    await step(executor, 0);
    expect(await executor.takeLosses()).toHaveLength(1);
    expect(await executor.readOptimizer()).toEqual(new Map());
  });

  it.each([
    ['fc.4.weight', small, 1e-2],
    // Kept as factors, with room for one batch at first.
    ['0.weight', twoLayers(256), 1e-4],
  ])(
    'three batches before a step give the sum of their gradients, and another learning rate holds from then on: %s',
    async (name, network, least) => {
      const moved = async (seeds: readonly number[], rate: number): Promise<Float32Array> => {
        const executor = await open(network, { optimizer: { optimizer: 'SGD', learning_rate: 1, weight_decay: 0 } });
        for (const seed of seeds) {
          const input = noise([2, ...network.inputSize.slice(1), 1], seed);
          await executor.accumulate(input, target, drawsFrom(new TorchRandom(seed)));
        }
        executor.setLearningRate(rate);
        await executor.applyStep();
        const before = initialState(network, new TorchRandom(0)).get(name)!.data as Float32Array;
        return ((await executor.readState()).get(name)!.data as Float32Array).map((value, i) => value - before[i]);
      };
      const alone = [await moved([0], 0.5), await moved([1], 0.5), await moved([2], 0.5)];
      const all = await moved([0, 1, 2], 0.25);
      expect(Math.max(...alone[0].map(Math.abs))).toBeGreaterThan(least);
      const sum = (i: number): number => alone.reduce((total, one) => total + one[i], 0);
      for (const [i, value] of all.entries()) expect(Math.abs(2 * value - sum(i))).toBeLessThan(1e-6);
    },
  );

  it.each([
    ['as it is drawn', 1],
    // Then its pooled values do not tell what they were made of.
    ['with a channel that BatchNorm scales by zero', 0],
  ])('a first block too large to be kept learns as one that is: %s', async (_, factor) => {
    const sides = [1, 141, 130, 122];
    const input = noise([1, ...sides.slice(1), 1], 4);
    const moments = async (kept: boolean) => {
      const network = oneBlock(sides, kept);
      const state = initialState(network, new TorchRandom(2));
      const scale = state.get('norm.weight')!.data as Float32Array;
      scale[0] = factor;
      const executor = await open(network, { state, batchSize: 1 });
      await executor.accumulate(input, { kind: 'class', labels: Int32Array.of(1) }, noDraws);
      await executor.applyStep();
      const memory = await executor.readOptimizer();
      const running = await executor.readState();
      return {
        bytes: executor.memory().bytes,
        values: [
          ...['conv.weight', 'conv.bias', 'norm.weight', 'norm.bias', 'fc.bias'].map((name) => memory.get(name)!.tensors.exp_avg),
          ...['norm.running_mean', 'norm.running_var'].map((name) => running.get(name)!.data as Float32Array),
        ],
      };
    };
    const [again, kept] = [await moments(false), await moments(true)];
    expect(kept.bytes - again.bytes).toBeGreaterThan(4 * 8 * 141 * 130 * 122);
    // Of a bias in front of BatchNorm there is nothing but rounding.
    for (const [k, values] of kept.values.entries()) {
      const size = Math.max(1e-4, ...values.map(Math.abs));
      for (const [i, value] of values.entries()) expect(Math.abs(again.values[k][i] - value) / size).toBeLessThan(2e-5);
    }
  });

  it('predicts as it did before training was begun in the same memory', async () => {
    const executor = await open(small);
    const state = await executor.readState();
    const before = await executor.predict(smallInput(5), noDraws);
    await step(executor, 1);
    expect(await executor.predict(smallInput(5), noDraws)).not.toEqual(before);
    await executor.writeState(state);
    expect(await executor.predict(smallInput(5), noDraws)).toEqual(before);
  });
});

describe('memory of the WebAssembly executor', () => {
  const brain = [1, 169, 208, 179] as const;
  const weights = (network: Network): number =>
    stateEntries(network).reduce((sum, { shape }) => sum + 4 * shape.reduce((product, length) => product * length, 1), 0);

  it('is that of the weights and of what lives at one time, until training begins; then it stays', async () => {
    const network = buildNetwork('Conv4_FC3', { inputSize: [1, 40, 40, 40], outputSize: 2, dropout: 0 });
    const executor = await open(network, { batchSize: 1 });
    const input = noise([1, 40, 40, 40, 1], 0);
    await executor.predict(input, noDraws);
    // The padded input, the first pooled values with the zeros around them, and room for partial sums.
    const values = 4 * (42 ** 3 + 8 * 22 ** 3);
    expect(executor.memory().bytes).toBeLessThan(weights(network) + values + 2 ** 21 + 200_000);
    await executor.accumulate(input, { kind: 'class', labels: Int32Array.of(0) }, noDraws);
    await executor.applyStep();
    const training = executor.memory();
    expect(training.bytes).toBeGreaterThan(4 * weights(network) + 4 * 8 * 40 ** 3);
    await executor.accumulate(input, { kind: 'class', labels: Int32Array.of(0) }, noDraws);
    await executor.applyStep();
    await executor.predict(input, noDraws);
    expect(executor.memory()).toEqual(training);
  });

  it('of a whole brain fits for a prediction by Conv5_FC3 into 260 MB and for a step of an autoencoder into 1.3 GB', async () => {
    const network = buildNetwork('Conv5_FC3', { inputSize: brain, outputSize: 2, dropout: 0 });
    const executor = await open(network, { batchSize: 1, predictOnly: true });
    await executor.predict(noise([1, ...brain.slice(1), 1], 0), noDraws);
    expect(executor.memory().bytes).toBeLessThan(260e6);
    const coder = constructNetwork('AE_Conv5_FC3', { inputSize: brain });
    const trainer = await open(coder, { batchSize: 1, loss: plainLoss('MSELoss') });
    await trainer.accumulate(noise([1, ...brain.slice(1), 1], 0), { kind: 'input' }, noDraws);
    expect(trainer.memory().bytes).toBeLessThan(1.3e9);
  });

  it('of a whole brain fits for a training step of Conv5_FC3 into 800 MB', async () => {
    const network = buildNetwork('Conv5_FC3', { inputSize: brain, outputSize: 2, dropout: 0 });
    const executor = await open(network, { batchSize: 1 });
    await executor.accumulate(noise([1, ...brain.slice(1), 1], 0), { kind: 'class', labels: Int32Array.of(0) }, noDraws);
    await executor.applyStep();
    expect(executor.memory().bytes).toBeLessThan(800e6);
  });

  it('that does not fit is refused before anything is taken, with the batch that fits', async () => {
    const network = constructNetwork('AE_Conv5_FC3', { inputSize: brain });
    const loss = plainLoss('MSELoss');
    // What is refused is not asked for its weights, which take half a minute to draw.
    const state = new Map();
    const refused = await open(network, { state, loss, batchSize: 32 }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'heap-batch', message: expect.stringContaining('batches of 32') });
    // That it fits, and that a prediction takes less: test/networks.full.test.ts.
    const largest = Number(/batch size to (\d+)/.exec((refused as AppError).hint)![1]);
    await expect(open(network, { state, loss, batchSize: largest + 1 })).rejects.toMatchObject({ code: 'heap-batch' });
    const wide = constructNetwork('AE_Conv5_FC3', { inputSize: [1, 448, 448, 448] });
    await expect(open(wide, { state, loss, batchSize: 1 })).rejects.toMatchObject({ code: 'heap-network' });
  });
});
