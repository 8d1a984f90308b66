/** @file A network in evaluation mode over a data set: one prediction row per sample, and the loss. */
import { letMessagesIn } from '../base/event-loop';
import type { Batch, Loader } from '../batches/batch';
import { noDraws } from '../engine/draws';
import type { Executor } from '../engine/executor';
import { crossEntropyMean, softmax } from './loss';
import type { PredictionRow } from './prediction';

export interface Evaluation {
  /** In the order asked for. */
  readonly rows: readonly PredictionRow[];
  /** Sum over batches of the batch means, added in float32 as ClinicaDL does: it grows with the number of batches. NaN without labels. */
  readonly loss: number;
}

/** The first of the largest values; the first NaN where there is one, as torch has it. */
function argmax(values: Float32Array): number {
  const undefinedAt = values.findIndex((value) => Number.isNaN(value));
  return undefinedAt >= 0 ? undefinedAt : values.indexOf(Math.max(...values));
}

function rowsOf(batch: Batch, logits: Float32Array, labelled: boolean): PredictionRow[] {
  const classes = logits.length / batch.samples.length;
  return batch.samples.map(({ participant_id, session_id, elementId, label }, n) => {
    const own = logits.subarray(n * classes, (n + 1) * classes);
    return {
      participant_id,
      session_id,
      elementId,
      true_label: labelled ? label : -1,
      predicted_label: argmax(own),
      probabilities: softmax(own),
    };
  });
}

/**
 * Predicts the samples of `order` in batches. Without labels the loss is NaN and true labels are −1. `onBatch` is told how many
 * batches are done. Rejects with AbortError, and what the loader and the executor reject with.
 */
export async function evaluate(
  executor: Executor,
  loader: Loader,
  order: readonly number[],
  batchSize: number,
  labelled: boolean,
  signal: AbortSignal,
  onBatch?: (done: number) => void,
): Promise<Evaluation> {
  const rows: PredictionRow[] = [];
  let loss = labelled ? 0 : Number.NaN;
  let done = 0;
  for await (const batch of loader.batches(order, batchSize, signal)) {
    const { output: logits } = await executor.predict({ shape: batch.shape, data: batch.data }, noDraws);
    await letMessagesIn();
    signal.throwIfAborted();
    rows.push(...rowsOf(batch, logits, labelled));
    if (labelled) {
      const labels = batch.samples.map(({ label }) => label);
      loss = Math.fround(loss + crossEntropyMean(logits, labels));
    }
    onBatch?.(++done);
  }
  return { rows, loss };
}
