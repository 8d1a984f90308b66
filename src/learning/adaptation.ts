/**
 * @file Semi-supervised domain adaptation: three batches for each step (source, labelled target, unlabelled target) through a network
 * with three heads. As ClinicaDL 1.6.1 means it, which fails at its start: no run of it can be compared with.
 */
import { appError } from '../base/errors';
import { TorchRandom } from '../base/torch-random';
import type { Batch, Loader } from '../batches/batch';
import type { Executor, HeadLoss, Target } from '../engine/executor';
import type { Network } from '../networks/graph';
import { labelsOf } from './tasks/samples';
import type { Task } from './tasks/task';

/** In the order of the labels of a target. The domain's gradient is turned round before the convolutions. */
export const adaptationHeads = [
  { output: 'class_source', weight: 1 },
  { output: 'class_target', weight: 1 },
  { output: 'domain', weight: 0.1 },
] as const satisfies readonly HeadLoss[];

/** True for a network with these heads: a prediction is made by one of them, as a network of its own. */
export const adapts = ({ graph }: Pick<Network, 'graph'>): boolean =>
  adaptationHeads.every(({ output }) => output in graph.outputs);

export type ClassHead = 'class_source' | 'class_target';

/** The target domain; the source is what any training has. */
export interface TargetLoaders {
  /** Labelled. */
  readonly train: Loader;
  readonly validation: Loader;
  readonly unlabelled: Loader;
}

/** Samples of each step beside those of the source. */
export interface TargetOrders {
  readonly labelled: readonly number[];
  readonly unlabelled: readonly number[];
}

/** What a step learns from: one pass, or three whose gradients add up. */
export type Lesson = readonly { readonly batch: Batch; readonly target: Target }[];

/** Samples of the data sets that decide how long an epoch is. */
export interface AdaptationSizes {
  readonly source: number;
  readonly labelled: number;
  readonly unlabelled: number;
}

/** What an epoch learns from: samples of one domain, or of two. */
export type EpochSamples = number | AdaptationSizes;

type Sized = Pick<Loader, 'size'>;

export const sizesOf = (
  source: Sized,
  { train, unlabelled }: { readonly train: Sized; readonly unlabelled: Sized },
): AdaptationSizes => ({
  source: source.size,
  labelled: train.size,
  unlabelled: unlabelled.size,
});

/** Batches of an epoch, or steps of one that adapts. Throws `adaptation-batches`. */
export const stepsOfEpoch = (samples: EpochSamples, batchSize: number): number =>
  typeof samples === 'number' ? Math.ceil(samples / batchSize) : adaptationSteps(samples, batchSize);

/** Steps of an epoch: until one of source and unlabelled target has no whole batch left. Throws `adaptation-batches` for none. */
export function adaptationSteps({ source, unlabelled }: AdaptationSizes, batchSize: number): number {
  const steps = Math.floor(Math.min(source, unlabelled) / batchSize);
  if (steps > 0) return steps;
  const values = { batch: batchSize, source, unlabelled, largest: Math.min(source, unlabelled) };
  throw appError('adaptation-batches', values, { where: 'Computational.batch_size' });
}

/** How strongly the domain's gradient is turned round: 2/(1 + e^(−10p)) − 1 with p = epoch/10; `epoch` is 0-based. */
export const reversalAt = (epoch: number): number => 2 / (1 + Math.exp(-epoch)) - 1;

/** torch's RandomSampler: a permutation by a generator of its own, whose seed is drawn. */
const ownPermutation = (n: number, random: TorchRandom): number[] =>
  new TorchRandom(Number(random.nextInt64() & 0xffff_ffffn)).randperm(n);

/**
 * The orders of an epoch, drawn as three loaders of torch that are gone through together draw them: a worker seed each, then the
 * source's sampler (`weights`: the weighted one), the labelled target's, and the unlabelled target's. Of the labelled target there are
 * as many samples as the source has whole batches, in turn.
 */
export function drawAdaptation(
  { source, labelled, unlabelled }: AdaptationSizes,
  batchSize: number,
  weights: readonly number[] | null,
  random: TorchRandom,
): TargetOrders & { readonly source: readonly number[] } {
  for (let loader = 0; loader < 3; loader++) random.nextInt64();
  const ofSource = weights === null ? ownPermutation(source, random) : random.multinomial(weights, source);
  const repeated = random.randperm(Math.floor(source / batchSize)).map((place) => place % labelled);
  return { source: ofSource, labelled: repeated, unlabelled: ownPermutation(unlabelled, random) };
}

/** What an evaluation draws: a worker seed for each of source train and validation, target train and validation. */
export function drawEvaluation(random: TorchRandom): void {
  for (let pass = 0; pass < 4; pass++) random.nextInt64();
}

const SOURCE = 0;
const TARGET = 1;

/** The three batches of a step. `reversal`: of the epoch. */
export function lessonOf(source: Batch, labelled: Batch, unlabelled: Batch, reversal: number): Lesson {
  return [
    sourcePass(source, reversal),
    passOf(labelled, 'class_target', TARGET, reversal),
    passOf(unlabelled, null, TARGET, reversal),
  ];
}

const sourcePass = (batch: Batch, reversal: number): Lesson[number] => passOf(batch, 'class_source', SOURCE, reversal);

/** What a batch is compared with where only time is asked for: of a network with several heads the source's tells as much as any. */
export const probeTarget = (task: Task, batch: Batch): Target =>
  task.loss.heads === undefined ? task.target(batch) : sourcePass(batch, 0).target;

/** `head`: whose classes its labels are; null: it has none. */
function passOf(batch: Batch, head: ClassHead | null, domain: number, reversal: number): Lesson[number] {
  const all = (value: number): Int32Array<ArrayBuffer> => new Int32Array(batch.samples.length).fill(value);
  const classes = (of: ClassHead): Int32Array<ArrayBuffer> => (of === head ? Int32Array.from(labelsOf(batch)) : all(-1));
  const labels = [classes('class_source'), classes('class_target'), all(domain)];
  return { batch, target: { kind: 'heads', labels, reversal } };
}

/** An executor of a network with several heads as one whose `output` is one of them. */
export const headOf = (
  executor: Pick<Executor, 'predict' | 'network'>,
  head: ClassHead,
): Pick<Executor, 'predict' | 'network'> => ({
  network: executor.network,
  predict: async (input, draws) => {
    const outputs = await executor.predict(input, draws);
    return { ...outputs, output: outputs[head] };
  },
});

/** What several passes yield, one of each at a time, until one of them ends; the others are then ended too. */
export async function* together<T>(passes: readonly AsyncIterable<T>[]): AsyncGenerator<T[], void, void> {
  const all = passes.map((pass) => pass[Symbol.asyncIterator]());
  try {
    for (;;) {
      const found: T[] = [];
      for (const one of all) {
        const { done, value } = await one.next();
        if (done === true) return;
        found.push(value);
      }
      yield found;
    }
  } finally {
    for (const one of all) await one.return?.();
  }
}
