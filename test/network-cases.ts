/** @file The golden network cases: the same network, input, noise and step as PyTorch's, and how close an executor must come. */
import { expect } from 'vitest';
import { product } from '../src/base/shape';
import { TorchRandom } from '../src/base/torch-random';
import { meanDraws } from '../src/engine/draws';
import {
  type DrawSource,
  type Executor,
  type ExecutorFactory,
  type InputTensor,
  type LossOptions,
  type Outputs,
  plainLoss,
  type Target,
} from '../src/engine/executor';
import { lossWeights } from '../src/engine/loss-weights';
import { adaptationHeads } from '../src/learning/adaptation';
import { variationalLoss } from '../src/learning/losses/variational';
import type { Network } from '../src/networks/graph';
import { initialState } from '../src/networks/initial-state';
import type { StateDict } from '../src/networks/state-dict';
import { isVariational, type LossName, type TaskName } from '../src/vocabulary/losses';
import type { NetworkName } from '../src/vocabulary/networks';
import { allGoldenCases, type GoldenCase, goldenNetwork, goldenValue, type Summary, summary } from './golden-network';

/** In full, or the first 16 with sums (`test/golden/networks/README.md`). */
type GoldenTensor =
  | { readonly values: readonly number[] }
  | { readonly first: readonly number[]; readonly sum: number; readonly dot: number; readonly sumsq: number };

/** Key, first 4, sum, dot, l2, l2 in double, error of PyTorch's float32; or no gradient. */
type GradientRow = readonly [string, readonly number[], number, number, number, number, number] | readonly [string, null];

export interface NetworkCase extends GoldenCase {
  /** `own`: the network brings its loss along. */
  readonly loss_name: LossName | 'own';
  readonly eval: Readonly<Record<string, GoldenTensor>>;
  /** PyTorch's own error, by output. */
  readonly eval_maxdiff64: Readonly<Record<string, number>>;
  /** Of a network with several heads. */
  readonly extra?: { readonly alpha: number };
  /** As a validation computes it. */
  readonly eval_loss: { readonly loss: number; readonly draws_noise: boolean };
  readonly train: { readonly loss: number };
  readonly grads: readonly GradientRow[];
  /** Key, first 4, sum, dot. */
  readonly buffers: readonly (readonly [string, readonly number[], number, number])[];
  /** Key, first 4, sum, dot, largest and summed difference to double. */
  readonly adam: readonly (readonly [string, readonly number[], number, number, number, number])[];
  readonly loss_variants?: readonly {
    readonly loss_name: LossName;
    readonly loss: number;
    /** null: of parameters that nothing reads. */
    readonly grad_l2: Readonly<Record<string, number | null>>;
  }[];
}

/** Every case whose weights are those of seed 0, with a title. `full` cases are of a whole brain. */
export const networkCases: readonly (readonly [title: string, network: NetworkName, one: NetworkCase])[] = allGoldenCases
  .filter(([, , { name }]) => name !== 'formula_weights_2d')
  .map(([title, network, one]) => [title, network, one as NetworkCase]);

/** Multiplications of the convolutions of a case, in one pass forward. */
function multiplications(name: NetworkName, one: NetworkCase): number {
  const { nodes } = goldenNetwork(name, one).graph;
  const perSample = nodes.reduce((sum, node) => {
    if (node.op !== 'conv' && node.op !== 'conv-transpose') return sum;
    const { inChannels, outChannels, kernel } = node.attributes;
    const [, ...space] = node.op === 'conv' ? node.shape : nodes[node.inputs[0]].shape;
    return sum + product(space) * inChannels * outChannels * kernel ** space.length;
  }, 0);
  return perSample * one.input_shape[0];
}

/** Too many multiplications for a test in plain JavaScript that is run often. */
export const isLarge = ([, name, one]: (typeof networkCases)[number]): boolean => multiplications(name, one) > 4e8;

/** Plain JavaScript does 1e8 a second and needs four times as many for a case: a quarter of an hour to an hour for each. */
export const isHuge = ([, name, one]: (typeof networkCases)[number]): boolean => multiplications(name, one) > 1e10;

/** The first small case of each class: what is run often where each takes seconds. The others are in the full suites. */
export const chosenCases = networkCases.filter(
  (one, i) => !isLarge(one) && networkCases.findIndex((other) => other[1] === one[1] && !isLarge(other)) === i,
);
export const otherCases = networkCases.filter((one) => !chosenCases.includes(one));

/** How close an executor must come. */
export interface Bounds {
  /** Largest difference of an output, relative to values above 1. */
  readonly outputs: number;
  readonly loss: number;
  /** Difference of a gradient, relative to its length; or five times PyTorch's own. */
  readonly gradients: number;
  readonly buffers: number;
  /** Cases of which this executor takes other decisions than PyTorch does (`undecided`). */
  readonly undecided?: Readonly<Record<string, number>>;
}

export const float32Bounds: Bounds = { outputs: 2e-6, loss: 1e-5, gradients: 1e-4, buffers: 3e-6 };

/**
 * Cases with a ReLU or a maximum so close to another decision that rounding takes it, and by how much gradients then differ. Of the first an
 * input changed by 6e-8 does so in half of the tries, in double too; the gradients of the second differ by 1.5e-3 in PyTorch 2.8; of the
 * third a value behind `bn5` is 1e-7, a quarter of PyTorch's own error there, and the other losses hardly depend on it.
 */
const undecided: Readonly<Record<string, number>> = {
  'AE_Conv5_FC3 3d': 5e-3,
  'CVAE_3D_final_conv factor2': 5e-3,
  'CVAE_3D_half factor5_L20_weights VAEBernoulliLoss': 1e-3,
};

/** Rounding of the largest gradient, which is that of one that vanishes beside it. */
const VANISHING = 2 ** -25;

/** Gradients that PyTorch itself has so wrong are zero, or nearly so, in truth. */
const ONLY_ROUNDING = 0.05;

/** The input formula of the golden files from element `start` on, [n, c, …] reordered to [n, …, c]. */
export function goldenInput(shape: readonly number[], start = 0): InputTensor {
  const [n, c, ...space] = shape;
  const voxels = product(space);
  const data = new Float32Array(n * c * voxels);
  for (let i = 0; i < data.length; i++) {
    const [sample, channel] = [Math.floor(i / (c * voxels)), Math.floor(i / voxels) % c];
    data[(sample * voxels + (i % voxels)) * c + channel] = goldenValue(start + i);
  }
  return { shape: [n, ...space, c], data };
}

/** The network of a case, its state right after construction, and what its training pass is given. */
interface Prepared {
  readonly network: Network;
  readonly input: InputTensor;
  readonly target: Target;
  /** What follows `input` before the step. */
  readonly more: readonly { readonly input: InputTensor; readonly target: Target }[];
  readonly loss: LossOptions;
}

/** Of the networks with several heads: one source batch, one labelled and one unlabelled of the target, as the case tells. */
function prepareHeads(network: Network, one: NetworkCase): Prepared {
  const { alpha } = one.extra!;
  const size = product(one.input_shape);
  const [n] = one.input_shape;
  const batch = (place: number, ...classes: readonly ((i: number) => number)[]): Prepared['more'][number] => ({
    input: goldenInput(one.input_shape, place * size),
    target: {
      kind: 'heads',
      labels: classes.map((of) => Int32Array.from({ length: n }, (_, i) => of(i))),
      reversal: alpha,
    },
  });
  const none = (): number => -1;
  const [source, ...more] = [
    batch(
      0,
      (i) => i % 2,
      none,
      () => 0,
    ),
    batch(
      1,
      none,
      (i) => 1 - (i % 2),
      () => 1,
    ),
    batch(2, none, none, () => 1),
  ];
  return { network, ...source, more, loss: { ...plainLoss('CrossEntropyLoss'), heads: adaptationHeads } };
}

/** The options of the loss of a case, or of another loss with its weights. */
function lossOptions(architecture: NetworkName, { args }: NetworkCase, loss: LossName): LossOptions {
  const { recons_weight = 1, kl_weight = 1 } = args as { recons_weight?: number; kl_weight?: number };
  return lossWeights(architecture, { loss, recons_weight, kl_weight });
}

function prepare(architecture: NetworkName, one: NetworkCase): Prepared {
  const [n] = one.input_shape;
  const network = goldenNetwork(architecture, one);
  const targets: Readonly<Record<TaskName, Target>> = {
    classification: { kind: 'class', labels: Int32Array.from({ length: n }, (_, i) => i % 2) },
    regression: { kind: 'numbers', values: new Float32Array(n * network.outputSize) },
    reconstruction: { kind: 'input' },
  };
  if (architecture === 'Conv5_FC3_SSDA') return prepareHeads(network, one);
  const loss = lossOptions(architecture, one, one.loss_name === 'own' ? 'VAEGaussianLoss' : one.loss_name);
  return { network, input: goldenInput(one.input_shape), target: targets[one.task], more: [], loss };
}

const LEARNING_RATE = 1e-3;
const WEIGHT_DECAY = 1e-4;

/** Seed 1 is set before every pass, and no dropout is active. */
function passDraws(): DrawSource {
  const random = new TorchRandom(1);
  return (request) => (request.kind === 'mask' ? new Float32Array(request.size).fill(1) : random.randn(request.size));
}

async function open(factory: ExecutorFactory, { network, input, loss }: Prepared): Promise<Executor> {
  const optimizer = { optimizer: 'Adam', learning_rate: LEARNING_RATE, weight_decay: WEIGHT_DECAY } as const;
  const state = initialState(network, new TorchRandom(0));
  return factory({ network, state, loss, optimizer, batchSize: input.shape[0] });
}

const relative = (found: number, expected: number): number => Math.abs(found - expected) / Math.abs(expected);

function expectOutputs(one: NetworkCase, found: Outputs, bound: number): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(one.eval).sort());
  for (const [name, expected] of Object.entries(one.eval)) {
    const values = found[name];
    const first = 'values' in expected ? expected.values : expected.first;
    const scale = Math.max(1, ...values.subarray(0, first.length).map(Math.abs));
    const tolerance = Math.max(bound * scale, 5 * (one.eval_maxdiff64[name] ?? 0));
    for (const [i, value] of first.entries())
      expect(Math.abs(values[i] - value), `${name} ${i}: ${values[i]} for ${value}`).toBeLessThan(tolerance);
    if ('values' in expected) continue;
    const { sum, dot, l2 } = summary(values);
    expect(Math.abs(sum - expected.sum) / values.length, `mean of ${name}`).toBeLessThan(tolerance);
    expect(Math.abs(dot - expected.dot) / values.length, `order of ${name}`).toBeLessThan(tolerance);
    const size = Math.sqrt(values.length);
    expect(Math.abs(l2 - Math.sqrt(expected.sumsq)) / size, `size of ${name}`).toBeLessThan(tolerance);
  }
}

/** The loss of a variational network in evaluation mode, for which some draw. */
async function expectEvaluationLoss(one: NetworkCase, prepared: Prepared, executor: Executor, bounds: Bounds): Promise<void> {
  const { loss } = prepared.loss;
  if (!isVariational(loss)) return;
  const { reconstruction, mu, logVar } = await executor.predict(prepared.input, passDraws());
  const [n, ...shape] = one.input_shape;
  const image = Float32Array.from({ length: n * product(shape) }, (_, i) => goldenValue(i));
  const found = variationalLoss({ ...prepared.loss, loss }, { reconstruction, mu, logVar }, image, n);
  expect(relative(found.loss, one.eval_loss.loss), `${found.loss} for ${one.eval_loss.loss} in evaluation`).toBeLessThan(
    bounds.loss,
  );
}

/** The gradients of one pass, which is followed by a step: the first moment is a tenth of them and of the weight decay. */
async function gradientsOf(executor: Executor): Promise<ReadonlyMap<string, Float32Array>> {
  const before = await executor.readState();
  await executor.applyStep();
  const moments = await executor.readOptimizer();
  return new Map(
    [...moments].map(([name, { tensors }]) => {
      const values = before.get(name)!.data as Float32Array;
      return [name, tensors.exp_avg.map((m, i) => m / Math.fround(1 - 0.9) - WEIGHT_DECAY * values[i])];
    }),
  );
}

/** `floor`: what is rounding in any case. */
function expectGradient(
  [name, first, , dot, norm, , error]: Exclude<GradientRow, readonly [string, null]>,
  found: Summary,
  bound: number,
  floor: number,
): void {
  if (error > ONLY_ROUNDING) return;
  const tolerance = Math.max(bound, 5 * error) * norm + floor;
  expect(Math.abs(found.l2 - norm), `size of the gradient of ${name}`).toBeLessThanOrEqual(tolerance);
  expect(Math.abs(found.dot - dot), `order of the gradient of ${name}`).toBeLessThanOrEqual(5 * tolerance);
  for (const [i, value] of first.entries())
    expect(Math.abs(found.first[i] - value), `gradient ${i} of ${name}`).toBeLessThanOrEqual(tolerance);
}

/** Parameters after one step of Adam with weight decay against PyTorch's. */
function expectStep(one: NetworkCase, state: StateDict): void {
  for (const [name, , sum, , , wander] of one.adam) {
    // Where the gradient is zero, PyTorch's Adam steps on rounding noise.
    if ((one.grads.find(([key]) => key === name)?.[6] ?? 0) > ONLY_ROUNDING) continue;
    const data = state.get(name)!.data as Float32Array;
    const total = data.reduce((s, v) => s + v, 0);
    // Elements whose gradient is near zero may step either way: a share of the elements by two steps of 1e-3.
    expect(Math.abs(total - sum), `sum of ${name} after a step`).toBeLessThan(wander + 2e-3 * Math.max(1, data.length * 2e-3));
  }
}

/** Training loss, gradients, buffers and a step of a case against PyTorch's. */
async function expectTraining(one: NetworkCase, prepared: Prepared, executor: Executor, bounds: Bounds): Promise<void> {
  const { network, input, target, more } = prepared;
  for (const batch of [{ input, target }, ...more]) await executor.accumulate(batch.input, batch.target, passDraws());
  const loss = (await executor.takeLosses()).reduce((sum, value) => sum + value, 0);
  expect(relative(loss, one.train.loss), `loss ${loss} for ${one.train.loss}`).toBeLessThan(bounds.loss);
  const gradients = await gradientsOf(executor);
  const state = await executor.readState();
  expect([...gradients.keys()]).toEqual(one.grads.flatMap(([name, first]) => (first === null ? [] : [name])));
  const title = `${network.architecture} ${one.name}`;
  const bound = Math.max(bounds.gradients, undecided[title] ?? 0, bounds.undecided?.[title] ?? 0);
  const largest = Math.max(...one.grads.map((row) => (row[1] === null ? 0 : row[4])));
  for (const row of one.grads)
    if (row[1] !== null) expectGradient(row, summary(gradients.get(row[0])!), bound, VANISHING * largest);
  for (const [name, first] of one.buffers) {
    const { data } = state.get(name)!;
    for (const [i, value] of first.entries())
      expect(Math.abs(Number(data[i]) - value) / Math.max(1, Math.abs(value)), `${name} ${i}`).toBeLessThan(bounds.buffers);
  }
  expectStep(one, state);
}

/** PyTorch subtracts logarithms that are almost the same where a reconstruction is near ½: errors of its gradients, in `losses.json` too. */
const CANCELLING = 1e-2;

/** The same network with another loss of variational networks. */
async function expectVariants(
  architecture: NetworkName,
  one: NetworkCase,
  prepared: Prepared,
  factory: ExecutorFactory,
  bounds: Bounds,
): Promise<void> {
  for (const variant of one.loss_variants ?? []) {
    const options = lossOptions(architecture, one, variant.loss_name);
    // ClinicaDL weighs the two parts of this loss by each other's weights.
    const swapped = { recons_weight: options.kl_weight, kl_weight: options.recons_weight };
    const continuous = variant.loss_name === 'VAEContinuousBernoulliLoss';
    const loss = continuous ? { ...options, ...swapped } : options;
    const executor = await open(factory, { ...prepared, loss });
    await executor.accumulate(prepared.input, prepared.target, passDraws());
    const [value] = await executor.takeLosses();
    const gradients = await gradientsOf(executor);
    executor.dispose();
    expect(relative(value, variant.loss), `${variant.loss_name} ${value} for ${variant.loss}`).toBeLessThan(bounds.loss);
    const known = undecided[`${architecture} ${one.name} ${variant.loss_name}`] ?? 0;
    const bound = Math.max(continuous ? CANCELLING : bounds.gradients, known);
    for (const [name, norm] of Object.entries(variant.grad_l2)) {
      const error = one.grads.find(([key]) => key === name)?.[6] ?? 0;
      if (norm === null || error > ONLY_ROUNDING) continue;
      const { l2 } = summary(gradients.get(name)!);
      const tolerance = Math.max(bound, 5 * error) * norm;
      expect(Math.abs(l2 - norm), `${variant.loss_name}: size of the gradient of ${name}`).toBeLessThanOrEqual(tolerance);
    }
  }
}

/** All that the golden file says of a case. */
export async function expectCaseToMatch(
  network: NetworkName,
  one: NetworkCase,
  factory: ExecutorFactory,
  bounds: Bounds = float32Bounds,
): Promise<void> {
  const prepared = prepare(network, one);
  const executor = await open(factory, prepared);
  try {
    expectOutputs(one, await executor.predict(prepared.input, meanDraws(passDraws())), bounds.outputs);
    await expectEvaluationLoss(one, prepared, executor, bounds);
    await expectTraining(one, prepared, executor, bounds);
  } finally {
    executor.dispose();
  }
  await expectVariants(network, one, prepared, factory, bounds);
}
