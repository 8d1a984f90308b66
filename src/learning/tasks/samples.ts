/** @file What tasks take from the samples of a batch. */
import type { Batch } from '../../batches/batch';
import type { PredictionRow } from '../prediction';

/** The labels of a batch, in a task that is only asked where every sample has one. */
export function labelsOf({ samples }: Batch): number[] {
  return samples.map(({ participant_id, session_id, label }) => {
    if (label === undefined) throw new Error(`${participant_id} ${session_id} has no label`);
    return label;
  });
}

export const rowHead = ({ participant_id, session_id, elementId }: PredictionRow): PredictionRow => ({
  participant_id,
  session_id,
  elementId,
});

/** The cell of a true label: −1 where it is not known, as ClinicaDL writes it. */
export const unknownLabel = '-1';

/** Values of samples by their number in the batch. */
export const valuesOf = (all: Float32Array, samples: number, n: number): Float32Array => {
  const size = all.length / samples;
  return all.subarray(n * size, (n + 1) * size);
};
