import { describe, expect, it } from 'vitest';
import { allGoldenCases, goldenNetwork, largestDifference, summary } from '../../test/golden-network';
import { product } from '../base/shape';
import { TorchRandom } from '../base/torch-random';
import { layerNames } from './graph';
import { initialState } from './initial-state';
import { isParameter, stateEntries } from './parameters';

/** Cases whose weights are the generator's, not a file's. */
const drawn = allGoldenCases.filter(([, , { name }]) => name !== 'formula_weights_2d');

describe('networks as PyTorch constructs them', () => {
  it.each(allGoldenCases)('%s: names and shapes of the state, number of parameters', (_, name, golden) => {
    const entries = stateEntries(goldenNetwork(name, golden));
    expect(entries.map((entry) => [entry.name, entry.shape])).toEqual(golden.state.map(([key, shape]) => [key, shape]));
    const parameters = entries.filter(isParameter).reduce((sum, { shape }) => sum + product(shape), 0);
    expect(parameters).toBe(golden.n_parameters);
  });

  it.each(allGoldenCases)('%s: the modules are called in this order and give these shapes', (_, name, golden) => {
    const network = goldenNetwork(name, golden);
    const names = layerNames(network);
    const { nodes } = network.graph;
    // PyTorch's module gives even sizes, which are cropped after it.
    const uncropped = ([c, ...space]: readonly number[]): number[] => [c, ...space.map((n) => n + (n % 2))];
    const called = nodes.flatMap(({ op, layer, shape }) =>
      layer === null ? [] : [[names.get(layer), op === 'max-unpool' ? uncropped(shape) : shape] as const],
    );
    // A pool with padding is two modules here, and its mean keeps axes of length 1.
    const traced = golden.eval_trace
      .filter(([module]) => !/\.pad$/.test(module))
      .map(([module, type, [, ...shape]]) => [
        module.replace(/\.(pool|unpool)$/, ''),
        /AvgPool/.test(type) ? shape.slice(0, 1) : shape,
      ]);
    expect(called).toEqual(traced);
  });

  it.each(drawn)('%s: the values of seed 0, and where the generator stands after them', (_, name, golden) => {
    const random = new TorchRandom(0);
    const state = initialState(goldenNetwork(name, golden), random);
    const next = golden.rand_after_construction.map(() => random.random24());
    expect(next).toEqual(golden.rand_after_construction.map(Math.fround));
    expect([...state.keys()]).toEqual(golden.state.map(([key]) => key));
    for (const [key, , first, sum, dot] of golden.state) {
      const { data } = state.get(key)!;
      const own = summary(data instanceof BigInt64Array ? Array.from(data, Number) : data);
      const near = /running/.test(key) ? 2e-6 : 0;
      if (near === 0) expect(own.first, key).toEqual(first.map(Math.fround));
      else expect(largestDifference(own.first, first), key).toBeLessThanOrEqual(near);
      // Sums of doubles in another order.
      const rounding = 1e-12 * data.length + 1e-9;
      expect(Math.abs(own.sum - sum), `sum of ${key}`).toBeLessThanOrEqual(near * data.length + rounding);
      expect(Math.abs(own.dot - dot), `ordered sum of ${key}`).toBeLessThanOrEqual(near * data.length + rounding);
    }
  });
});
