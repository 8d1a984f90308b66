/**
 * @file What a training will need before it starts: memory on the device and seconds per epoch, from three real batches, or smaller
 * ones where those would take long, and the model of how cost grows; and a batch size that fits when the one asked for does not.
 */
import { TorchRandom } from '../base/torch-random';
import { type Kind, passMs, probeSamples } from '../engine/cost';
import { drawsFrom } from '../engine/draws';
import { adaptationSteps, probeTarget, sizesOf } from '../learning/adaptation';
import { trainOrder } from '../learning/sampler';
import { initialState } from '../networks/initial-state';
import type { JobContext } from './job-context';
import { largestPart } from './largest-part';
import { type NetworkView, networkView } from './network-view';
import type { StudyData } from './open-study';
import { optionsOfLine } from './options-of-line';
import { planTraining } from './plan-training';
import { onDevice, recovery } from './recovery';
import { openTargetData, type TargetData } from './target-domain';
import { executorRequest } from './training-task';

const PROBES = 3;

export interface TrainingEstimate {
  /** [c, d, h, w] or [c, h, w]. */
  readonly inputSize: readonly number[];
  readonly network: NetworkView;
  readonly trainSamples: number;
  readonly validationSamples: number;
  readonly batchSize: number;
  /** Bytes on the device at `computedBatch` samples at a time. */
  readonly memoryBytes: number;
  /** Samples that the device can take at a time: less than `batchSize` when that does not fit. */
  readonly computedBatch: number;
  /** Of one epoch of split 0, with its evaluation of train and validation. */
  readonly secondsPerEpoch: number;
  readonly epochs: number;
  readonly splits: number;
}

/** Samples that an epoch learns from; of two domains, those of all its passes. */
function samplesOf({ loader }: StudyData, second: TargetData | null, batchSize: number): number {
  if (second === null) return loader.size;
  const sizes = sizesOf(loader, { train: second.train.loader, unlabelled: second.unlabelled.loader });
  return adaptationSteps(sizes, batchSize) * (2 * batchSize + 1);
}

/** `line`: a command that begins a training. Writes nothing. Throws what the training itself would. */
export async function estimateTraining({ line }: { readonly line: string }, context: JobContext): Promise<TrainingEstimate> {
  const options = await optionsOfLine(line, context.workspace);
  const { study, network, frozen, task, tables, labels, splits, target } = await planTraining(options, context);
  const train = await study.open(tables[0].train, labels, network.inputSize);
  const validation = await study.open(tables[0].validation, labels, network.inputSize);
  const second = target === null ? null : await openTargetData(target, 0, labels, network.inputSize);
  const state = initialState(network, new TorchRandom(options.seed));
  const { batch_size: batchSize } = options;
  const policy = recovery(batchSize, { goesOn: 'the estimate begins again', again: 'the estimate again' });
  return onDevice(policy, context, async (createExecutor) => {
    const { made: executor, size } = await largestPart(batchSize, (wanted) =>
      createExecutor({ ...executorRequest(network, task, options, { ...options, batch_size: wanted }), frozen, state }),
    );
    try {
      // On a graphics device a small batch would not tell of a large one.
      const probe = executor.backend.name === 'wasm' ? probeSamples(network, size) : size;
      const order = trainOrder(0, train.loader.size).slice(0, (PROBES + 1) * probe);
      const random = new TorchRandom(0);
      const steps: number[] = [];
      const looks: number[] = [];
      for await (const batch of train.loader.batches(order, probe, context.signal)) {
        const { shape, data } = batch;
        if (batch.samples.length < Math.min(probe, train.loader.size)) break;
        const started = performance.now();
        await executor.accumulate({ shape, data }, probeTarget(task, batch), drawsFrom(random));
        await executor.applyStep();
        await executor.takeLosses();
        const learnt = performance.now();
        await executor.predict({ shape, data }, drawsFrom(random));
        steps.push(learnt - started);
        looks.push(performance.now() - learnt);
      }
      // The first batch also compiles and warms up: it is not counted when there are others.
      const usual = (times: readonly number[]): number => {
        const counted = times.length > 1 ? times.slice(1) : times;
        return counted.toSorted((a, b) => a - b)[Math.floor(counted.length / 2)];
      };
      const measured = Math.min(probe, train.loader.size);
      const pass = (kind: Kind, times: readonly number[], samples: number): number =>
        passMs(network, kind, { probe: measured, ms: usual(times) }, samples, size) / 1000;
      const evaluated = [train, validation, ...(second === null ? [] : [second.train, second.validation])]
        .map(({ loader }) => pass('predict', looks, loader.size))
        .reduce((sum, time) => sum + time);
      const seconds = pass('train', steps, samplesOf(train, second, batchSize)) + evaluated;
      return {
        inputSize: network.inputSize,
        network: networkView(network),
        trainSamples: train.loader.size,
        validationSamples: validation.loader.size,
        batchSize,
        memoryBytes: executor.memory().bytes,
        computedBatch: size,
        secondsPerEpoch: seconds,
        epochs: options.epochs,
        splits: splits.length,
      };
    } finally {
      executor.dispose();
    }
  });
}
