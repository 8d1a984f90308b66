/** @file Classification: one output per class, of which the largest is predicted. */

import { printCell } from '../../base/python-number';
import type { Batch } from '../../batches/batch';
import type { LossOptions } from '../../engine/executor';
import { isClassLoss } from '../../vocabulary/losses';
import { classLosses } from '../losses/classes';
import { softmax } from '../losses/softmax';
import { classificationStatistics, classMetricNames, meanOverClasses } from '../metrics/classification';
import { namesOf } from '../metrics/names';
import type { ClassRow } from '../prediction';
import { labelsOf, rowHead, unknownLabel, valuesOf } from './samples';
import { softVote } from './soft-vote';
import type { Task } from './task';

/** The first of the largest values; the first NaN where there is one, as torch has it. */
function argmax(values: Float32Array): number {
  const undefinedAt = values.findIndex((value) => Number.isNaN(value));
  return undefinedAt >= 0 ? undefinedAt : values.indexOf(Math.max(...values));
}

/** Labels are node indices 0…classCount−1. */
export function classification(classCount: number, loss: LossOptions): Task<ClassRow> {
  if (!isClassLoss(loss.loss)) throw new Error(`${loss.loss} is no loss of classification`);
  const lossOf = classLosses[loss.loss];
  const proba = Array.from({ length: classCount }, (_, c) => `proba${c}`);
  return {
    name: 'classification',
    loss,
    needsLabels: true,
    target: (batch) => ({ kind: 'class', labels: Int32Array.from(labelsOf(batch)) }),
    lossNames: ['loss'],
    losses: ({ output }, batch) => [lossOf(output, labelsOf(batch))],
    rows: ({ output }, { samples }: Batch, labelled) =>
      samples.map((sample, n) => {
        const own = valuesOf(output, samples.length, n);
        return {
          ...rowHead(sample),
          true_label: labelled ? sample.label : undefined,
          predicted_label: argmax(own),
          probabilities: softmax(own),
        };
      }),
    columns: ['true_label', 'predicted_label', ...proba],
    cells: ({ true_label, predicted_label, probabilities }) => [
      String(true_label ?? unknownLabel),
      String(predicted_label),
      ...probabilities.map(printCell),
    ],
    read: (head, number) => {
      const truth = number('true_label');
      return {
        ...head,
        true_label: truth >= 0 ? truth : undefined,
        predicted_label: number('predicted_label'),
        probabilities: proba.map(number),
      };
    },
    statistics: (rows) =>
      classificationStatistics(
        rows.map(({ true_label }) => true_label ?? Number.NaN),
        rows.map(({ predicted_label }) => predicted_label),
        classCount,
      ),
    logNames: namesOf('classification'),
    moreLogNames: classMetricNames(classCount),
    logged: meanOverClasses,
    weights: (labels) => {
      const counts = new Map<number | undefined, number>();
      for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
      return labels.map((label) => 1 / (counts.get(label) ?? 1));
    },
    vote: { weighted: true, images: softVote },
    savesExamples: false,
  };
}
