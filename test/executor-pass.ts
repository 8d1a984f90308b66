/** @file An evaluation, two batches and a step of a network by two executors, compared. */
import { expect } from 'vitest';
import { product } from '../src/base/shape';
import { TorchRandom } from '../src/base/torch-random';
import { drawsFrom } from '../src/engine/draws';
import { type ExecutorFactory, type Outputs, plainLoss, type Target } from '../src/engine/executor';
import type { Network } from '../src/networks/graph';
import { initialState } from '../src/networks/initial-state';
import { stateEntries } from '../src/networks/parameters';
import type { StateDict } from '../src/networks/state-dict';
import type { LossName } from '../src/vocabulary/losses';

export function noise(size: number, seed: number, from = -1, to = 1): Float32Array<ArrayBuffer> {
  const data = new Float32Array(size);
  new TorchRandom(seed).uniformFloat32(data, from, to);
  return data;
}

/** Fresh weights, with scales and shifts of the norms that are not all alike. */
export function stateOf(network: Network): StateDict {
  const state = new Map(initialState(network, new TorchRandom(1)));
  for (const [i, { name, shape, role }] of stateEntries(network).entries()) {
    const size = product(shape);
    if (role === 'norm-weight') state.set(name, { shape, data: noise(size, i, 0.5, 1.5) });
    if (role === 'norm-bias') state.set(name, { shape, data: noise(size, i, -0.5, 0.5) });
  }
  return state;
}

export interface Pass {
  readonly outputs: Outputs;
  readonly losses: readonly number[];
  /** By parameter: what the first step of Adam leaves as its first moment is a tenth of them. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly running: ReadonlyMap<string, Float32Array>;
}

export interface PassCase {
  readonly network: Network;
  readonly n: number;
  readonly loss: LossName;
  /** Largest relative distance of a gradient of PyTorch in float32 from PyTorch in double, for this pass and some seeds, where that is large. */
  readonly rel64?: number;
}

/** An evaluation, two batches (the second of one sample) and a step. */
export async function pass(factory: ExecutorFactory, { network, n, loss }: PassCase): Promise<Pass> {
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
  const state = stateOf(network);
  const executor = await factory({ network, state, loss: { ...plainLoss(loss), kl_weight: 0.3 }, optimizer, batchSize: n });
  try {
    const [c, ...space] = network.inputSize;
    const input = (count: number, seed: number) => {
      const shape = [count, ...space, c];
      return { shape, data: noise(product(shape), seed, 0, 1) };
    };
    const target = (count: number): Target => {
      if (loss === 'CrossEntropyLoss' || loss === 'MultiMarginLoss')
        return { kind: 'class', labels: Int32Array.from({ length: count }, (_, i) => (2 * i + 1) % network.outputSize) };
      if (product(network.inputSize) === network.outputSize) return { kind: 'input' };
      return { kind: 'numbers', values: noise(count * network.outputSize, 5, 0, 1) };
    };
    const outputs = await executor.predict(input(n, 1), drawsFrom(new TorchRandom(2)));
    await executor.accumulate(input(n, 3), target(n), drawsFrom(new TorchRandom(4)));
    if (n > 1) await executor.accumulate(input(n - 1, 6), { ...target(n - 1), wholeBatch: n }, drawsFrom(new TorchRandom(7)));
    const losses = await executor.takeLosses();
    const running = new Map(
      [...(await executor.readState())].flatMap(([name, { data }]) =>
        /running/.test(name) ? [[name, data as Float32Array] as const] : [],
      ),
    );
    await executor.applyStep();
    const moments = await executor.readOptimizer();
    const gradients = new Map([...moments].map(([name, { tensors }]) => [name, tensors.exp_avg.map((m) => 10 * m)]));
    return { outputs, losses, gradients, running };
  } finally {
    executor.dispose();
  }
}

const size = (values: ArrayLike<number>): number => Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  return size(Array.from(expected, (value, i) => value - found[i])) / Math.max(size(expected), 1e-30);
}

/** `bound`: largest relative distance of one gradient; where float32 itself is further from double, five times that, or three hundred bounds. */
export function expectEqualPasses(found: Pass, expected: Pass, bound: number, { rel64 = 0 }: PassCase): void {
  const gradients = Math.max(bound, Math.min(5 * rel64, 300 * bound));
  expect(Object.keys(found.outputs)).toEqual(Object.keys(expected.outputs));
  for (const [name, values] of Object.entries(expected.outputs))
    expect(distance(found.outputs[name], values), name).toBeLessThan(2e-5);
  expect(distance(found.losses, expected.losses), `${found.losses} for ${expected.losses}`).toBeLessThan(1e-5);
  expect([...found.gradients.keys()]).toEqual([...expected.gradients.keys()]);
  const largest = Math.max(...[...expected.gradients.values()].map(size));
  for (const [name, values] of expected.gradients) {
    // Zero in truth: what a norm takes out, and what the norm of a norm takes out.
    if (size(values) < 1e-5 * largest) expect(size(found.gradients.get(name)!), name).toBeLessThan(3e-5 * largest);
    else expect(distance(found.gradients.get(name)!, values), name).toBeLessThan(gradients);
  }
  for (const [name, values] of expected.running) expect(distance(found.running.get(name)!, values), name).toBeLessThan(1e-5);
}
