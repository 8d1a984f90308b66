/** @file Gradients of every operation against central finite differences of the same pass in double (`plain-network.ts`). */
import { expect } from 'vitest';
import { product } from '../src/base/shape';
import { TorchRandom } from '../src/base/torch-random';
import { drawsFrom } from '../src/engine/draws';
import { type DrawSource, type ExecutorFactory, plainLoss } from '../src/engine/executor';
import type { Network, Value } from '../src/networks/graph';
import { initialState } from '../src/networks/initial-state';
import type { Attributes, Op, Shape } from '../src/networks/operations';
import { isParameter, stateEntries } from '../src/networks/parameters';
import { type Doubles, plainValues } from './plain-network';
import { aroundColumns, COLUMNS, distance, type Inside, unitVectors } from './single-operation';

const SAMPLES = 2;
/** Far below the distance of a value from another decision of a ReLU or a pool; rounding of doubles over it is 1e-10. */
const STEP = 1e-6;

const conv =
  (outChannels: number, kernel: number, rest: Partial<Attributes['conv']> = {}): Inside =>
  (c, g, x) =>
    g.run(c.conv(g.shape(x)[0], outChannels, kernel, rest), x);
/** `more`: output padding, of which images use the last two. */
const transposed =
  (outChannels: number, kernel: number, more: readonly number[], rest: Partial<Attributes['conv']> = {}): Inside =>
  (c, g, x) =>
    g.run(c.transposed(g.shape(x)[0], outChannels, kernel, more.slice(1 - g.shape(x).length), rest), x);
const linear =
  (outFeatures: number): Inside =>
  (c, g, x) =>
    g.run(c.linear(product(g.shape(x)), outFeatures), g.flatten(x));
const norm: Inside = (c, g, x) => g.run(c.norm(g.shape(x)[0]), x);
const instance: Inside = (_, g, x) => g.node('instance-norm', { channels: g.shape(x)[0] }, [x]);
const activation =
  (kind: Attributes['activation']['kind'], slope?: number): Inside =>
  (_, g, x) =>
    g.activate(kind, x, slope);
const pool: Inside = (_, g, x) => g.node('pad-max-pool', {}, [x]);
const maxPool =
  (kernel: number, stride: number, padding: number): Inside =>
  (_, g, x) =>
    g.node('max-pool', { kernel, stride, padding }, [x]);
const mean: Inside = (_, g, x) => g.node('mean', { space: g.shape(x).slice(1) }, [x]);
const upsample =
  (by: number): Inside =>
  (_, g, x) =>
    g.node('upsample', { by }, [x]);
const dropout: Inside = (_, g, x) => g.node('dropout', { probability: 0.4 }, [x]);
const sample =
  (draw: Attributes['sample']['draw'], part: Inside): Inside =>
  (c, g, x) =>
    g.node('sample', { draw }, [part(c, g, x), part(c, g, x)]);
const unpool =
  (before: Inside, between: Inside): Inside =>
  (c, g, x) => {
    const full = before(c, g, x);
    const pooled = pool(c, g, full);
    return g.node('max-unpool', { like: g.shape(full) }, [between(c, g, pooled), pooled]);
  };
const chain =
  (...parts: readonly Inside[]): Inside =>
  (c, g, x) =>
    parts.reduce((value, part) => part(c, g, value), x);
const itself: Inside = (_, __, x) => x;
const ALPHA = 0.7;

interface Case {
  readonly title: string;
  /** Of what is read. */
  readonly channels: number;
  readonly inside: Inside;
  /** What the gradient of what is read is to be multiplied with. */
  readonly factor?: number;
}
const of = (title: string, channels: number, inside: Inside): Case => ({ title, channels, inside });

/** Every operation by itself. */
const operations: Readonly<Record<Exclude<Op, 'input'>, readonly Case[]>> = {
  conv: [
    of('3, padding 1', 3, conv(4, 3, { padding: 1 })),
    of('3, stride 2, padding 1, no bias', 2, conv(8, 3, { stride: 2, padding: 1, bias: false })),
    of('4, stride 2, padding 1', 5, conv(3, 4, { stride: 2, padding: 1 })),
    of('2, stride 3', 8, conv(1, 2, { stride: 3 })),
    of('1', 1, conv(3, 1)),
  ],
  'conv-transpose': [
    of('3, padding 1', 3, transposed(2, 3, [0, 0, 0], { padding: 1 })),
    of('3, stride 2, padding 1, output padding', 1, transposed(8, 3, [1, 0, 1], { stride: 2, padding: 1 })),
    of('4, stride 2, padding 1, no bias', 2, transposed(3, 4, [0, 1, 0], { stride: 2, padding: 1, bias: false })),
    of('2, stride 3, output padding', 5, transposed(1, 2, [2, 1, 0], { stride: 3 })),
  ],
  linear: [of('to 5', 3, linear(5))],
  'batch-norm': [of('3 channels', 3, norm), of('8 channels', 8, norm)],
  'instance-norm': [of('3 channels', 3, instance), of('8 channels', 8, instance)],
  activation: [
    of('relu', 3, activation('relu')),
    of('leaky 0.2', 5, activation('leaky', 0.2)),
    of('leaky', 2, activation('leaky', 0.01)),
    of('elu', 3, activation('elu')),
    of('sigmoid', 1, activation('sigmoid')),
    of('tanh', 8, activation('tanh')),
  ],
  dropout: [of('of 0.4', 3, dropout)],
  'pad-max-pool': [of('3 channels', 3, pool), of('8 channels', 8, pool)],
  'max-unpool': [of('of the pool', 3, unpool(itself, itself)), of('of other values', 2, unpool(itself, activation('tanh')))],
  'max-pool': [of('3, stride 2, padding 1', 3, maxPool(3, 2, 1)), of('2, stride 1', 8, maxPool(2, 1, 0))],
  mean: [of('over space', 5, mean)],
  reshape: [
    of('to a volume of other channels', 4, (c, g, x) => {
      const [channels, first, ...rest] = g.shape(x);
      const y = g.node('reshape', { shape: [channels / 2, 2 * first, ...rest] }, [x]);
      return conv(2, 3, { padding: 1 })(c, g, y);
    }),
  ],
  upsample: [of('by 2', 3, upsample(2)), of('by 3', 1, upsample(3))],
  add: [of('of two', 3, (c, g, x) => g.add(activation('tanh')(c, g, x), x)), of('of one twice', 2, (_, g, x) => g.add(x, x))],
  concat: [of('of three', 3, (c, g, x) => g.node('concat', {}, [activation('tanh')(c, g, x), x, conv(2, 1)(c, g, x)]))],
  scale: [of('by its means', 5, (c, g, x) => g.node('scale', {}, [x, mean(c, g, x)]))],
  sample: [of('per image', 2, sample('per image', conv(3, 1))), of('per batch', 2, sample('per batch', linear(7)))],
  'reverse-gradient': [{ ...of('of 0.7', 3, (_, g, x) => g.node('reverse-gradient', { alpha: ALPHA }, [x])), factor: -ALPHA }],
};

/** What backends compute as one. */
const chains: readonly Case[] = [
  of('convolution, BatchNorm, ReLU, pool', 3, chain(conv(8, 3, { padding: 1 }), norm, activation('relu'), pool)),
  of('convolution, BatchNorm, leaky ReLU, pool', 2, chain(conv(5, 3, { padding: 1 }), norm, activation('leaky', 0.1), pool)),
  of('convolution, BatchNorm', 2, chain(conv(3, 2), norm)),
  of('transposed convolution, BatchNorm, ReLU', 2, chain(transposed(4, 3, [0, 0, 0], { padding: 1 }), norm, activation('relu'))),
  of('convolution, InstanceNorm, leaky ReLU', 2, chain(conv(4, 3, { padding: 1 }), instance, activation('leaky', 0.2))),
  of('convolution, tanh', 2, chain(conv(3, 3, { padding: 1 }), activation('tanh'))),
  of('transposed convolution, sigmoid', 2, chain(transposed(3, 2, [0, 0, 0], { stride: 2 }), activation('sigmoid'))),
  of('BatchNorm, ELU', 3, chain(norm, activation('elu'))),
  of('BatchNorm, ReLU, pool', 3, chain(norm, activation('relu'), pool)),
  of('InstanceNorm, ReLU', 3, chain(instance, activation('relu'))),
  of('linear, ELU', 2, chain(linear(6), activation('elu'))),
  of('flatten, dropout', 3, (c, g, x) => dropout(c, g, g.flatten(x))),
  of(
    'pool, convolution, unpool',
    2,
    unpool(chain(conv(3, 3, { padding: 1 }), norm, activation('relu')), conv(3, 3, { padding: 1 })),
  ),
];

const spaces = { '2D': [5, 4], '3D': [3, 2, 5] } as const;

export interface DifferenceCase {
  readonly network: Network;
  readonly factor: number;
}
/** With titles, in two and three dimensions. */
export const differenceCases: readonly (readonly [title: string, one: DifferenceCase])[] = Object.entries(spaces).flatMap(
  ([dimensions, space]) =>
    [...Object.entries(operations), ['chain', chains] as const].flatMap(([op, cases]) =>
      cases.map(({ title, channels, inside, factor = 1 }) => {
        const shape: Shape = [channels, ...space];
        return [`${op} ${title}, ${dimensions}`, { network: aroundColumns(SAMPLES, shape, inside), factor }] as const;
      }),
    ),
);

function uniform(size: number, seed: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(size);
  new TorchRandom(seed).uniformFloat32(data, -1, 1);
  return data;
}

/** Gradients of the mean squared error of one batch with respect to each parameter. `bound`: relative to a gradient's length. */
export async function expectDifferences(
  { network, factor }: DifferenceCase,
  factory: ExecutorFactory,
  bound: number,
): Promise<void> {
  const state = new Map(initialState(network, new TorchRandom(3)));
  for (const [seed, { name, shape, role }] of stateEntries(network).entries()) {
    if (name === COLUMNS) state.set(name, { shape, data: uniform(product(shape), seed) });
    if (role === 'norm-weight' || role === 'norm-bias') state.set(name, { shape, data: uniform(product(shape), seed) });
  }
  const parameters = new Map(
    stateEntries(network)
      .filter(isParameter)
      .map(({ name }) => [name, Float64Array.from(state.get(name)!.data as Float32Array)] as const),
  );
  const input = unitVectors(SAMPLES, network);
  const target = uniform(SAMPLES * network.outputSize, 99);
  const drawn = new Map<Value, ArrayLike<number>>();
  const source = drawsFrom(new TorchRandom(5));
  const draws: DrawSource = (request) => {
    const numbers = source(request);
    drawn.set(request.node, numbers.slice());
    return numbers;
  };

  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
  const executor = await factory({ network, state, loss: plainLoss('MSELoss'), optimizer, batchSize: SAMPLES });
  await executor.accumulate(input, { kind: 'numbers', values: target.slice() }, draws);
  const [loss] = await executor.takeLosses();
  await executor.applyStep();
  const moments = await executor.readOptimizer();
  executor.dispose();

  const plainLossOf = (): number => {
    const pass = { n: SAMPLES, input: Float64Array.from(input.data), parameters, drawn };
    const output = plainValues(network, pass)[network.graph.outputs.output];
    return output.reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0) / output.length;
  };
  expect(Math.abs(loss / plainLossOf() - 1), 'loss').toBeLessThan(bound);
  const differences = new Map<string, Doubles>();
  for (const [name, values] of parameters)
    differences.set(
      name,
      values.map((value, i) => {
        const [up, down] = [value + STEP, value - STEP].map((moved) => {
          values[i] = moved;
          return plainLossOf();
        });
        values[i] = value;
        return ((up - down) / (2 * STEP)) * (name.startsWith('columns.') ? factor : 1);
      }),
    );
  const lengths = new Map([...differences].map(([name, values]) => [name, Math.hypot(...values)]));
  const largest = Math.max(...lengths.values());
  expect([...moments.keys()].sort()).toEqual([...parameters.keys()].sort());
  for (const [name, expected] of differences) {
    const found = Float64Array.from(moments.get(name)!.tensors.exp_avg, (m) => m / Math.fround(1 - 0.9));
    // Of biases that a norm takes out.
    if (lengths.get(name)! < 1e-7 * largest) expect(Math.hypot(...found), name).toBeLessThan(bound * largest);
    else expect(distance(found, expected), `gradient of ${name}`).toBeLessThan(bound);
  }
}
