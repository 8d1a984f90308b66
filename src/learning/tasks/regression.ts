/** @file Regression: one output, a number of the table. */
import { printCell } from '../../base/python-number';
import type { LossOptions } from '../../engine/executor';
import { isNumberLoss } from '../../vocabulary/losses';
import { numberLosses } from '../losses/numbers';
import { namesOf } from '../metrics/names';
import { regressionStatistics } from '../metrics/regression';
import type { LabelledRow } from '../prediction';
import { binWeights } from './bin-weights';
import { meanVote } from './mean-vote';
import { labelsOf, rowHead, unknownLabel } from './samples';
import type { Task } from './task';

export function regression(loss: LossOptions): Task<LabelledRow> {
  if (!isNumberLoss(loss.loss)) throw new Error(`${loss.loss} is no loss of regression`);
  const lossOf = numberLosses[loss.loss];
  return {
    name: 'regression',
    loss,
    needsLabels: true,
    target: (batch) => ({ kind: 'numbers', values: Float32Array.from(labelsOf(batch)) }),
    lossNames: ['loss'],
    losses: ({ output }, batch) => [lossOf(output, Float32Array.from(labelsOf(batch)))],
    rows: ({ output }, { samples }, labelled) =>
      samples.map((sample, n) => ({
        ...rowHead(sample),
        // The network sees a float32 number, which is also what the table tells.
        true_label: labelled && sample.label !== undefined ? Math.fround(sample.label) : undefined,
        predicted_label: output[n],
      })),
    columns: ['true_label', 'predicted_label'],
    cells: ({ true_label, predicted_label }) => [
      true_label === undefined ? unknownLabel : printCell(true_label),
      printCell(predicted_label),
    ],
    read: (head, number) => ({ ...head, true_label: number('true_label'), predicted_label: number('predicted_label') }),
    statistics: (rows) =>
      regressionStatistics(
        rows.map(({ true_label }) => true_label ?? Number.NaN),
        rows.map(({ predicted_label }) => predicted_label),
      ),
    logNames: namesOf('regression'),
    moreLogNames: [],
    logged: (metrics) => [...metrics],
    weights: (labels) => binWeights(labels.map((label) => label ?? Number.NaN)),
    vote: { weighted: false, images: meanVote },
    savesExamples: false,
  };
}
