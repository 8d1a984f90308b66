/** @file The golden values and gradients of the losses, computed by any executor. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { product } from '../src/base/shape';
import { noDraws } from '../src/engine/draws';
import type { Executor, ExecutorFactory, InputTensor, LossOptions, Target } from '../src/engine/executor';
import { Construction, Forward, module, network } from '../src/networks/construct';
import type { Network } from '../src/networks/graph';
import { stateEntries } from '../src/networks/parameters';
import type { StateDict } from '../src/networks/state-dict';
import type { LossName } from '../src/vocabulary/losses';

type Numbers = readonly (number | 'nan')[];

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface PlainCase {
  readonly loss: LossName;
  readonly task: string;
  readonly note?: string;
  /** The network's output, [n, …]. */
  readonly input: Values;
  readonly target: Values;
  readonly value_f64: number | 'nan';
  readonly grad: Numbers;
}

interface VariationalCase {
  readonly loss: LossName;
  readonly note?: string;
  /** The image. */
  readonly input: Values;
  readonly reconstruction: readonly number[];
  readonly mu: Values;
  readonly logVar: Values;
  /** Of the continuous Bernoulli: divergence, reconstruction, log constant; else reconstruction, divergence. */
  readonly returned_f64: readonly number[];
  readonly grad_of_plain_sum: Readonly<Record<'reconstruction' | 'mu' | 'logVar', readonly number[]>>;
  readonly reconstruction_grad_f64: readonly number[];
}

type StoredCase = PlainCase | VariationalCase;
const isVariational = (one: StoredCase): one is VariationalCase => 'reconstruction' in one;

/** What an executor is given, and what it must find. */
interface Prepared {
  readonly network: Network;
  readonly state: StateDict;
  readonly loss: LossOptions;
  readonly input: InputTensor;
  readonly target: Target;
  readonly value: number;
  /** By parameter. */
  readonly gradients: ReadonlyMap<string, Numbers>;
}

function stateOf(built: Network, values: Readonly<Record<string, ArrayLike<number>>>): StateDict {
  return new Map(
    stateEntries(built).map(({ name, shape }) => {
      const data = name in values ? Float32Array.from(values[name]) : new Float32Array(product(shape));
      return [name, { shape, data }];
    }),
  );
}

/** [a, b] → [b, a] */
const transposed = <T>(values: readonly T[], a: number, b: number): T[] =>
  values.map((_, i) => values[(i % a) * b + Math.floor(i / a)]);

/** Sample s is 1 at place s, so that its output is a column of the weight. */
function preparePlain(one: PlainCase): Prepared {
  const [n, ...rest] = one.input.shape;
  const outputs = product(rest);
  const c = new Construction();
  const layer = c.linear(n, outputs);
  const g = new Forward();
  const output = g.run(layer, g.flatten(g.input([n, 1, 1])));
  const built = network('Columns', c, module('Columns', { layer }), g, { output }, { main: 'output' });
  const data = Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const { values } = one.target;
  return {
    network: built,
    state: stateOf(built, { 'layer.weight': transposed(one.input.values, n, outputs) }),
    loss: { loss: one.loss, recons_weight: 1, kl_weight: 1 },
    input: { shape: [n, 1, 1, n], data },
    target:
      one.task === 'classification'
        ? { kind: 'class', labels: Int32Array.from(values) }
        : { kind: 'numbers', values: Float32Array.from(values) },
    value: Number(one.value_f64),
    gradients: new Map([['layer.weight', transposed(one.grad, n, outputs)]]),
  };
}

/** All samples as one image, whose outputs are biases: then the divergence is not divided by their number. */
function prepareVariational(one: VariationalCase): Prepared {
  const [n, channels, ...space] = one.input.shape;
  const size = product(one.input.shape);
  const latent = product(one.mu.shape);
  const c = new Construction();
  const layers = { mu: c.linear(size, latent), logVar: c.linear(size, latent), back: c.linear(size, size) };
  const g = new Forward();
  const shape = [n * channels, ...space];
  const flat = g.flatten(g.input(shape));
  const [mu, logVar] = [g.run(layers.mu, flat), g.run(layers.logVar, flat)];
  const reconstruction = g.node('reshape', { shape }, [g.run(layers.back, flat)]);
  const outputs = { mu, logVar, reconstruction };
  const built = network('Biases', c, module('Biases', layers), g, outputs, { main: 'reconstruction' });
  const { mu: dMu, logVar: dLogVar } = one.grad_of_plain_sum;
  const image = Float32Array.from(transposed(one.input.values, n * channels, product(space)));
  return {
    network: built,
    state: stateOf(built, {
      'mu.bias': one.mu.values,
      'logVar.bias': one.logVar.values,
      'back.bias': one.reconstruction,
    }),
    loss: { loss: one.loss, recons_weight: 1, kl_weight: 1 / n },
    input: { shape: [1, ...space, n * channels], data: image },
    target: { kind: 'input' },
    value: one.returned_f64.reduce((sum, part) => sum + part),
    gradients: new Map([
      ['mu.bias', dMu],
      ['logVar.bias', dLogVar],
      ['back.bias', one.reconstruction_grad_f64],
    ]),
  };
}

export interface LossCase {
  readonly title: string;
  readonly prepare: () => Prepared;
}

/** Cases of `test/golden/networks/losses.json`; values in double of the same float32 inputs. */
export const lossCases: readonly (readonly [title: string, one: LossCase])[] = (
  JSON.parse(readFileSync('test/golden/networks/losses.json', 'utf8')) as { cases: readonly StoredCase[] }
).cases.map((one, i) => {
  const title = `${i} ${one.loss}, ${one.input.shape.join('×')}${one.note === undefined ? '' : `, ${one.note}`}`;
  return [title, { title, prepare: () => (isVariational(one) ? prepareVariational(one) : preparePlain(one)) }];
});

async function open(factory: ExecutorFactory, { network: built, state, loss, input }: Prepared): Promise<Executor> {
  const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
  return factory({ network: built, state, loss, optimizer, batchSize: input.shape[0] });
}

/** Value and gradients of a loss. `bound`: relative to the value, and to a gradient and the largest of its parameter up to 1. */
export async function expectLossToMatch({ prepare }: LossCase, factory: ExecutorFactory, bound = 1e-6): Promise<void> {
  const prepared = prepare();
  const executor = await open(factory, prepared);
  await executor.accumulate(prepared.input, prepared.target, noDraws);
  const [value] = await executor.takeLosses();
  if (Number.isNaN(prepared.value)) expect(value).toBeNaN();
  else expect(Math.abs(value - prepared.value) / Math.abs(prepared.value), `${value} for ${prepared.value}`).toBeLessThan(bound);
  await executor.applyStep();
  const moments = await executor.readOptimizer();
  executor.dispose();
  for (const [name, expected] of prepared.gradients) {
    const found = moments.get(name)!.tensors.exp_avg.map((m) => m / Math.fround(1 - 0.9));
    const numbers = expected.map(Number);
    const scale = Math.min(1, Math.max(...numbers.map(Math.abs)));
    for (const [i, gradient] of numbers.entries())
      expect(
        Math.abs(found[i] - gradient) / (Math.abs(gradient) + scale),
        `gradient ${i} of ${name}: ${found[i]} for ${gradient}`,
      ).toBeLessThan(bound);
  }
}
