/** @file A network in evaluation mode over a data set: one prediction row per sample, and the loss. */
import { letMessagesIn } from '../base/event-loop';
import { floatText } from '../base/python-number';
import type { Batch, Loader } from '../batches/batch';
import type { DrawSource, Executor, Outputs } from '../engine/executor';
import type { MetricValue } from './metrics/statistic';
import type { PredictionRow } from './prediction';
import type { Task } from './tasks/task';

export interface Model {
  readonly executor: Pick<Executor, 'predict' | 'network'>;
  readonly batchSize: number;
  /** For networks that sample in evaluation mode, too. */
  readonly draws: DrawSource;
}

export interface EvaluatedGroup {
  readonly loader: Loader;
  /** Sample numbers, in the order of the rows. */
  readonly order: readonly number[];
  /** Without, the loss is NaN and rows have no true labels. */
  readonly labelled: boolean;
  /** Called when the reading of all samples has begun: what comes next may be read. */
  readonly allAsked?: () => void;
  /** Told of each batch and what came of it, in order; what it looks at for long it looks at in turns (`letMessagesIn`). */
  readonly watch?: (batch: Batch, outputs: Outputs) => Promise<void>;
}

export interface Evaluation<Row extends PredictionRow = PredictionRow> {
  /** In the order asked for. */
  readonly rows: readonly Row[];
  /**
   * `loss` and its parts: sums over batches of the batch means, added in float32 as ClinicaDL does: they grow with the number of
   * batches. NaN without labels.
   */
  readonly losses: readonly MetricValue[];
}

/** The loss among the losses. */
export const lossOf = (losses: readonly MetricValue[]): number => losses[0].value;

/**
 * Predicts a group in batches. `onBatch` is told how many batches are done. Rejects with AbortError, and what the loader and the
 * executor reject with.
 */
export async function evaluateModel<Row extends PredictionRow>(
  { executor, batchSize, draws }: Model,
  { loader, order, labelled, allAsked, watch }: EvaluatedGroup,
  task: Task<Row>,
  signal: AbortSignal,
  onBatch?: (done: number) => void,
): Promise<Evaluation<Row>> {
  const rows: Row[] = [];
  let sums = task.lossNames.map(() => (labelled ? 0 : Number.NaN));
  let done = 0;
  for await (const batch of loader.batches(order, batchSize, signal, allAsked)) {
    const outputs = await executor.predict({ shape: batch.shape, data: batch.data }, draws);
    await letMessagesIn();
    signal.throwIfAborted();
    await watch?.(batch, outputs);
    signal.throwIfAborted();
    rows.push(...task.rows(outputs, batch, labelled));
    if (labelled) {
      const losses = task.losses(outputs, batch);
      sums = sums.map((sum, i) => Math.fround(sum + losses[i]));
    }
    onBatch?.(++done);
  }
  return { rows, losses: task.lossNames.map((name, i) => ({ name, value: sums[i], text: floatText(sums[i]) })) };
}
