/** @file Single layers and pools with the outputs and gradients that PyTorch computed (`layers.json`, `pooling.json`), for any executor. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { product } from '../src/base/shape';
import { TorchRandom } from '../src/base/torch-random';
import { noDraws } from '../src/engine/draws';
import { type ExecutorFactory, plainLoss } from '../src/engine/executor';
import type { Construction, Forward } from '../src/networks/construct';
import type { Layer, Value } from '../src/networks/graph';
import { initialState } from '../src/networks/initial-state';
import { goldenValue, summary } from './golden-network';
import type { StoredPool, StoredUnpool } from './operation-cases';
import { aroundColumns, asColumns, COLUMNS, distance, type Inside, unitVectors } from './single-operation';

interface Full {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Summed {
  readonly shape: readonly number[];
  readonly first: readonly number[];
  readonly sum: number;
  readonly dot: number;
}

interface StoredLayer {
  /** As PyTorch is called, e.g. `Conv3d(2,3,3,stride=2,padding=1)`. */
  readonly layer: string;
  /** [n, c, …space] or [n, features] */
  readonly shape: readonly number[];
  readonly parameters: Readonly<Record<string, Full | Summed>>;
  readonly out: Full | Summed;
  /** Of Σ out·((j mod 101) − 50)/50. */
  readonly input_grad: Full;
  readonly grads: Readonly<Record<string, Full | Summed>>;
  readonly buffers: Readonly<Record<string, readonly number[]>>;
}

export interface LayerCase {
  /** [n, …] */
  readonly shape: readonly number[];
  readonly inside: Inside;
  readonly x: ArrayLike<number>;
  readonly parameters: StoredLayer['parameters'];
  readonly out: Full | Summed;
  readonly dx: readonly number[];
  readonly grads: StoredLayer['grads'];
  readonly buffers: StoredLayer['buffers'];
}

const read = (name: string): unknown => JSON.parse(readFileSync(`test/golden/networks/${name}.json`, 'utf8'));

/** The layer that a call of PyTorch makes. */
function insideOf(call: string): Inside {
  const [, name, inner = ''] = /^(\w+?)(?:\((.*)\))?$/.exec(call)!;
  // Commas in brackets separate the axes of one argument.
  const [numbers, named]: [number[], Map<string, number[]>] = [[], new Map()];
  for (const argument of inner.split(/,(?![^[]*\])/).filter((text) => text !== '')) {
    const [key, value] = argument.includes('=') ? argument.split('=') : [null, argument];
    const values = (value.match(/[\d.]+|False/g) ?? []).map(Number);
    if (key === null) numbers.push(values[0]);
    else named.set(key, values);
  }
  const [first, second, kernel] = numbers;
  const number = (key: string, fallback: number): number => named.get(key)?.[0] ?? fallback;
  const window = { stride: number('stride', 1), padding: number('padding', 0), bias: !named.has('bias') };
  const layers: Readonly<Record<string, (c: Construction, rank: number) => Layer>> = {
    Conv: (c) => c.conv(first, second, kernel, window),
    ConvTranspose: (c, rank) =>
      c.transposed(first, second, kernel, named.get('output_padding') ?? new Array<number>(rank).fill(0), window),
    BatchNorm: (c) => c.norm(first),
    InstanceNorm: (c) => c.plain('instance-norm', { channels: first }),
    Linear: (c) => c.linear(first, second),
    ELU: (c) => c.activation('elu'),
    LeakyReLU: (c) => c.activation('leaky', first),
    Sigmoid: (c) => c.activation('sigmoid'),
    Tanh: (c) => c.activation('tanh'),
  };
  const make = layers[name.replace(/[23]d$/, '')];
  return (c, g, x) => g.run(make(c, g.shape(x).length - 1), x);
}

const layers = (read('layers') as { readonly cases: readonly StoredLayer[] }).cases.map(
  ({ layer, shape, parameters, out, input_grad, grads, buffers }): readonly [string, LayerCase] => {
    const x = Float32Array.from({ length: product(shape) }, (_, i) => goldenValue(i) - 0.5);
    return [layer, { shape, inside: insideOf(layer), x, parameters, out, dx: input_grad.values, grads, buffers }];
  },
);

const pooling = read('pooling') as {
  readonly cases: readonly StoredUnpool[];
  readonly other_pools: readonly (StoredPool & { readonly layer: string })[];
};

const without = { parameters: {}, grads: {}, buffers: {} };

function poolCase(title: string, { shape, x, out_shape, out, grad }: StoredPool, inside: Inside): readonly [string, LayerCase] {
  const case_ = { ...without, shape, inside, x, out: { shape: out_shape, values: out }, dx: grad };
  return [`${title}, ${shape.join('×')}`, case_];
}

const padMaxPool = (g: Forward, x: Value): Value => g.node('pad-max-pool', {}, [x]);

/** The gradient of what was unpooled with respect to what was pooled: each pool's to its place, but for those in the zeros in front. */
function throughPool({ shape, indices, unpool_grad }: StoredUnpool): number[] {
  const [n, c, ...space] = shape;
  const padded = space.map((size) => size + (size % 2));
  const gradient = new Array<number>(product(shape)).fill(0);
  const each = indices.length / (n * c);
  indices.forEach((index, i) => {
    let [rest, stride, place] = [index, 1, 0];
    for (let axis = space.length - 1; axis >= 0; axis--) {
      const at = (rest % padded[axis]) - (space[axis] % 2);
      if (at < 0) return;
      place += at * stride;
      stride *= space[axis];
      rest = Math.floor(rest / padded[axis]);
    }
    gradient[Math.floor(i / each) * product(space) + place] = unpool_grad[i];
  });
  return gradient;
}

const pools = pooling.cases.flatMap((one): (readonly [string, LayerCase])[] => [
  poolCase(`pool of input ${one.input}`, one, (_, g, x) => padMaxPool(g, x)),
  poolCase(
    `pool and unpool of input ${one.input}`,
    { ...one, out_shape: one.shape, out: one.unpool, grad: throughPool(one) },
    (_, g, x) => {
      const pooled = padMaxPool(g, x);
      return g.node('max-unpool', { like: g.shape(x) }, [pooled, pooled]);
    },
  ),
]);
const otherPools = pooling.other_pools.map((one) =>
  poolCase(one.layer, one, (_, g, x) => {
    if (one.layer.startsWith('Upsample')) return g.node('upsample', { by: 2 }, [x]);
    // Their windows are the whole input.
    if (one.layer.includes('AvgPool')) return g.node('mean', { space: g.shape(x).slice(1) }, [x]);
    const padding = one.layer.includes('padding 1') ? 1 : 0;
    return g.node('max-pool', { kernel: 3, stride: 2, padding }, [x]);
  }),
);

export const layerCases: readonly (readonly [title: string, one: LayerCase])[] = [...layers, ...pools, ...otherPools];

function expectNumbers(found: ArrayLike<number>, expected: Full | Summed, what: string, bound: number): void {
  if ('values' in expected) {
    expect(distance(found, expected.values), what).toBeLessThan(bound);
    return;
  }
  expect(found.length, what).toBe(product(expected.shape));
  expect(distance(Array.from(found).slice(0, 16), expected.first), `first ${what}`).toBeLessThan(bound);
  const { sum, dot, l2 } = summary(found);
  const scale = bound * Math.sqrt(found.length) * l2;
  expect(Math.abs(sum - expected.sum), `sum of ${what}`).toBeLessThan(scale);
  expect(Math.abs(dot - expected.dot), `order of ${what}`).toBeLessThan(scale);
}

/** Outputs, gradients and statistics of one layer in training. `bound`: relative to the length of each. */
export async function expectLayerToMatch(one: LayerCase, factory: ExecutorFactory, bound = 1e-6): Promise<void> {
  const [n, ...shape] = one.shape;
  const network = aroundColumns(n, shape, one.inside);
  const state = new Map(initialState(network, new TorchRandom(0)));
  state.set(COLUMNS, { shape: [product(shape), n], data: asColumns(one.x, n) });
  state.set('columns.bias', { shape: [product(shape)], data: new Float32Array(product(shape)) });
  for (const [name, expected] of Object.entries(one.parameters))
    expectNumbers(state.get(`0.${name}`)!.data as Float32Array, expected, `${name} as drawn`, bound);
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
  const executor = await factory({ network, state, loss: plainLoss('MSELoss'), optimizer, batchSize: n });
  const input = unitVectors(n, network);
  const values = 'values' in one.out ? one.out.values : (await executor.predict(input, noDraws)).output;
  expectNumbers(values, one.out, 'outputs', bound);
  // A mean of squares whose gradient is the weights.
  const weights = Float64Array.from(values, (_, j) => ((j % 101) - 50) / 50);
  const target = Float32Array.from(weights, (weight, j) => values[j] - (weight * weights.length) / 2);
  await executor.accumulate(input, { kind: 'numbers', values: target }, noDraws);
  const [loss] = await executor.takeLosses();
  const expected = weights.reduce((sum, weight) => sum + weight * weight, 0) * (weights.length / 4);
  expect(Math.abs(loss / expected - 1), 'outputs, by the loss').toBeLessThan(bound);
  await executor.applyStep();
  const [moments, after] = [await executor.readOptimizer(), await executor.readState()];
  executor.dispose();
  const gradient = (name: string): Float64Array =>
    Float64Array.from(moments.get(name)!.tensors.exp_avg, (m) => m / Math.fround(1 - 0.9));
  expect(distance(gradient(COLUMNS), asColumns(one.dx, n)), 'gradient of the input').toBeLessThan(bound);
  for (const [name, grad] of Object.entries(one.grads)) expectNumbers(gradient(`0.${name}`), grad, `gradient of ${name}`, bound);
  for (const [name, numbers] of Object.entries(one.buffers))
    expect(distance(Array.from(after.get(`0.${name}`)!.data, Number), numbers), name).toBeLessThan(bound);
}
