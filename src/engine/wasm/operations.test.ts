import { describe, expect, it } from 'vitest';
import { differenceCases, expectDifferences } from '../../../test/finite-differences';
import { expectLayerToMatch, layerCases } from '../../../test/layer-cases';
import { distance, type Inside } from '../../../test/single-operation';
import { nodeExecutors } from '../../../test/tfjs-node';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { Construction, Forward, module, network } from '../../networks/construct';
import type { Layer, Network } from '../../networks/graph';
import { initialState } from '../../networks/initial-state';
import type { Attributes } from '../../networks/operations';
import { drawsFrom } from '../draws';
import { type Executor, type ExecutorFactory, plainLoss } from '../executor';
import { wasmExecutor } from './executor';

/** Two channels → a convolution to `channels` → what is tested → three numbers. */
function around(space: readonly number[], channels: number, inside: Inside): Network {
  const c = new Construction();
  const g = new Forward();
  const before = c.conv(2, channels, 1);
  const x = inside(c, g, g.run(before, g.input([2, ...space])));
  const flat = g.shape(x).length === 1 ? x : g.flatten(x);
  const output = g.run(c.linear(product(g.shape(flat)), 3), flat);
  const layers = c.constructed.map((layer, i) => [`${i}`, layer as Layer] as const);
  return network('Around', c, module('Around', layers), g, { output }, { main: 'output' });
}

interface Found {
  readonly loss: number;
  readonly outputs: Float32Array;
  readonly state: ReadonlyMap<string, ArrayLike<number>>;
  /** In proportion to the gradients. */
  readonly moments: ReadonlyMap<string, Float32Array>;
}

async function run(made: Network, factory: ExecutorFactory): Promise<Found> {
  const [n, random] = [3, new TorchRandom(7)];
  const space = made.inputSize.slice(1);
  const data = new Float32Array(n * product(made.inputSize));
  random.uniformFloat32(data, -1, 1);
  const values = new Float32Array(n * made.outputSize);
  random.uniformFloat32(values, -1, 1);
  const executor: Executor = await factory({
    network: made,
    state: initialState(made, new TorchRandom(3)),
    loss: plainLoss('MSELoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
    batchSize: n,
  });
  const input = { shape: [n, ...space, 2], data };
  const draws = drawsFrom(random);
  await executor.accumulate(input, { kind: 'numbers', values }, draws);
  await executor.applyStep();
  const [loss] = await executor.takeLosses();
  const optimizer = await executor.readOptimizer();
  const moments = new Map([...optimizer].map(([name, { tensors }]) => [name, tensors.exp_avg] as const));
  const { output } = await executor.predict(input, draws);
  const state = new Map(
    [...(await executor.readState())].map(([name, tensor]) => [name, Array.from(tensor.data, Number)] as const),
  );
  executor.dispose();
  return { loss, outputs: output, state, moments };
}

const conv =
  (outChannels: number, attributes: Partial<Attributes['conv']>): Inside =>
  (c, g, x) => {
    const { kernel = 3, ...rest } = attributes;
    return g.run(c.conv(g.shape(x)[0], outChannels, kernel, rest), x);
  };

const transposed =
  (outChannels: number, kernel: number, stride: number, padding: number, more: readonly number[], bias = true): Inside =>
  (c, g, x) => {
    const outputPadding = more.slice(-(g.shape(x).length - 1));
    return g.run(c.transposed(g.shape(x)[0], outChannels, kernel, outputPadding, { stride, padding, bias }), x);
  };

const activation =
  (kind: Attributes['activation']['kind'], slope?: number): Inside =>
  (_, g, x) =>
    g.activate(kind, x, slope);

const norm: Inside = (c, g, x) => g.run(c.norm(g.shape(x)[0]), x);
const instance: Inside = (_, g, x) => g.node('instance-norm', { channels: g.shape(x)[0] }, [x]);
const pool: Inside = (_, g, x) => g.node('pad-max-pool', {}, [x]);
const chain =
  (...parts: readonly Inside[]): Inside =>
  (c, g, x) =>
    parts.reduce((value, part) => part(c, g, value), x);

const unpooled =
  (before: Inside, between: Inside): Inside =>
  (c, g, x) => {
    const full = before(c, g, x);
    const like = g.shape(full);
    const pooled = pool(c, g, full);
    return g.node('max-unpool', { like }, [between(c, g, pooled), pooled]);
  };

const convolutions = [
  [1, 1, { kernel: 1 }],
  [3, 5, { kernel: 1, stride: 2 }],
  [1, 8, { kernel: 3, padding: 1 }],
  [8, 1, { kernel: 3, padding: 1 }],
  [5, 3, { kernel: 3, padding: 1, stride: 2 }],
  [8, 16, { kernel: 3, padding: 1, stride: 2, bias: false }],
  [7, 12, { kernel: 3 }],
  [4, 10, { kernel: 4, stride: 2, padding: 1 }],
  [2, 9, { kernel: 5, padding: 2, stride: 3 }],
  [6, 4, { kernel: 2, stride: 3 }],
  [3, 2, { kernel: 4, padding: 3 }],
] as const;

const transposes = [
  [8, 8, 3, 1, 1, [0, 0, 0]],
  [8, 1, 3, 1, 1, [0, 0, 0]],
  [1, 6, 3, 2, 1, [1, 0, 1]],
  [9, 5, 4, 2, 1, [0, 1, 0]],
  [4, 2, 4, 2, 1, [1, 1, 0]],
  [3, 8, 2, 3, 0, [2, 1, 0]],
  [2, 4, 5, 3, 2, [1, 0, 2]],
] as const;

const cases: readonly (readonly [string, number, Inside])[] = [
  ...convolutions.map(
    ([from, to, attributes]) =>
      [`convolution ${from} → ${to} ${JSON.stringify(attributes)}`, from, conv(to, attributes)] as const,
  ),
  ...transposes.map(
    ([from, to, kernel, stride, padding, more]) =>
      [
        `transposed convolution ${from} → ${to}, kernel ${kernel}, stride ${stride}, padding ${padding}, output padding ${more.join(' ')}`,
        from,
        transposed(to, kernel, stride, padding, more),
      ] as const,
  ),
  ['a transposed convolution without bias', 3, transposed(9, 2, 3, 0, [1, 1, 1], false)],
  ['BatchNorm', 5, norm],
  ['BatchNorm of one channel and sigmoid', 1, chain(norm, activation('sigmoid'))],
  ['BatchNorm, ReLU and pool', 8, chain(norm, activation('relu'), pool)],
  ['BatchNorm, ReLU and pool of 3 channels', 3, chain(conv(3, { padding: 1 }), norm, activation('relu'), pool)],
  ['BatchNorm, leaky ReLU and pool', 6, chain(norm, activation('leaky', 0.3), pool)],
  ['InstanceNorm and leaky ReLU', 7, chain(instance, activation('leaky', 0.2))],
  ['InstanceNorm, then a convolution', 4, chain(instance, conv(5, { padding: 1 }))],
  ['ELU', 5, activation('elu')],
  ['tanh', 3, activation('tanh')],
  ['sigmoid', 4, activation('sigmoid')],
  [
    'ReLU read by convolutions of two paddings',
    4,
    (c, g, x) => {
      const y = g.activate('relu', x);
      return g.add(g.run(c.conv(4, 6, 3, { padding: 1 }), y), g.run(c.conv(4, 6, 5, { padding: 2 }), y));
    },
  ],
  ['a pool of values of both signs', 5, pool],
  ['an overlapping pool', 6, (_, g, x) => g.node('max-pool', { kernel: 3, stride: 2, padding: 1 }, [x])],
  ['a pool without padding', 3, (_, g, x) => g.node('max-pool', { kernel: 3, stride: 2, padding: 0 }, [x])],
  ['an unpool of the pool itself', 5, unpooled(conv(5, {}), activation('elu'))],
  ['an unpool behind BatchNorm, ReLU and pool', 3, unpooled(chain(norm, activation('relu')), conv(3, { padding: 1 }))],
  ['dropout', 5, (_, g, x) => g.node('dropout', { probability: 0.4 }, [x])],
  [
    'squeeze and excitation',
    5,
    (c, g, x) => {
      const factor = g.activate('sigmoid', g.run(c.linear(5, 5), g.node('mean', { space: g.shape(x).slice(1) }, [x])));
      return g.node('scale', {}, [x, factor]);
    },
  ],
  ['upsample, then a convolution', 3, (c, g, x) => g.run(c.conv(3, 4, 3), g.node('upsample', { by: 2 }, [x]))],
  ['concat', 3, (c, g, x) => g.node('concat', {}, [g.run(c.conv(3, 2, 3, { padding: 1 }), x), x, g.activate('relu', x)])],
  ['a sum with itself', 4, (_, g, x) => g.add(g.activate('tanh', x), x)],
  ['what is added to itself', 2, (_, g, x) => g.add(x, x)],
  [
    'a sample of every image',
    3,
    (c, g, x) => g.node('sample', { draw: 'per image' }, [g.run(c.conv(3, 2, 1), x), g.run(c.conv(3, 2, 1), x)]),
  ],
  [
    'a sample of a batch',
    3,
    (c, g, x) => {
      const flat = g.flatten(x);
      const [mu, logVar] = [0, 1].map(() => g.run(c.linear(product(g.shape(x)), 7), flat));
      return g.node('sample', { draw: 'per batch' }, [mu, logVar]);
    },
  ],
  [
    'a row of numbers as a volume',
    3,
    (c, g, x) => {
      const to = [4, 2, 3, 5].slice(0, g.shape(x).length);
      return conv(3, { padding: 1 })(
        c,
        g,
        g.node('reshape', { shape: to }, [g.run(c.linear(product(g.shape(x)), product(to)), g.flatten(x))]),
      );
    },
  ],
  [
    'a volume as another',
    6,
    (c, g, x) => {
      const [, ...space] = g.shape(x);
      return conv(2, { padding: 1 })(c, g, g.node('reshape', { shape: [3, 2 * space[0], ...space.slice(1)] }, [x]));
    },
  ],
  ['a reversed gradient', 3, (_, g, x) => g.node('reverse-gradient', { alpha: 0.7 }, [x])],
];

describe.each([
  ['2D', [7, 6]],
  ['3D', [5, 6, 4]],
])('operations on the WebAssembly kernels in %s', (_, space) => {
  it.each(cases)('give the outputs, gradients and statistics of tf.grads on cpu: %s', async (__, channels, inside) => {
    const made = around(space, channels, inside);
    const [found, expected] = [await run(made, wasmExecutor('test')), await run(made, nodeExecutors.cpu)];
    expect(Math.abs(found.loss - expected.loss) / expected.loss).toBeLessThan(1e-6);
    expect([...found.moments.keys()]).toEqual([...expected.moments.keys()]);
    for (const [name, moment] of expected.moments)
      if (moment.some((value) => value !== 0))
        expect(distance(found.moments.get(name)!, moment), `gradient of ${name}`).toBeLessThan(1e-5);
    for (const [name, values] of expected.state)
      if (/running|num_batches/.test(name)) expect(distance(found.state.get(name)!, values), name).toBeLessThan(1e-6);
    // After a step of Adam, which turns signs of vanishing gradients into steps.
    expect(distance(found.outputs, expected.outputs)).toBeLessThan(1e-4);
  });
});

it.each(differenceCases)('operations have the gradients of finite differences in double: %s', async (_, one) => {
  await expectDifferences(one, wasmExecutor('test'), 1e-5);
});

it.each(layerCases)('single layers have the outputs, gradients and statistics of PyTorch: %s', async (_, one) => {
  await expectLayerToMatch(one, wasmExecutor('test'));
});
