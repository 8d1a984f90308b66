/** @file What a network is trained for: all that differs between classification, regression and reconstruction, from labels to tables. */
import type { Batch } from '../../batches/batch';
import type { LossOptions, Outputs, Target } from '../../engine/executor';
import type { TaskName } from '../../vocabulary/losses';
import type { MetricValue, Statistic } from '../metrics/statistic';
import type { PredictionRow } from '../prediction';

/** From elements (patches, slices, regions) to images. */
export interface Vote<Row extends PredictionRow = PredictionRow> {
  /** The elements are weighted by a table with labels: that of the validation group, for groups that are not of the training. */
  readonly weighted: boolean;
  /** One row per participant and session, sorted by both; `elementId` is 0. */
  images(rows: readonly Row[], weightRows: readonly Row[], threshold: number | null): Row[];
}

export interface Task<Row extends PredictionRow = PredictionRow> {
  readonly name: TaskName;
  /** What executors are asked to make small. */
  readonly loss: LossOptions;
  /** Metrics and losses need true labels; without, the input is its own truth. */
  readonly needsLabels: boolean;
  /** What the outputs of a batch are compared with. Every sample has a label, where labels are needed. */
  target(batch: Batch): Target;
  /** `loss`, and after it the parts of a loss that has some. */
  readonly lossNames: readonly string[];
  /** The mean losses of a batch on the host, in float32 order as PyTorch's, by `lossNames`. */
  losses(outputs: Outputs, batch: Batch): readonly number[];
  /** One row per sample; without `labelled` no true labels. */
  rows(outputs: Outputs, batch: Batch, labelled: boolean): Row[];
  /** Columns of a prediction table after `<mode>_id`. */
  readonly columns: readonly string[];
  cells(row: Row): string[];
  /** The row of a table; `number` gives a cell, NaN where it is empty. */
  read(head: PredictionRow, number: (column: string) => number): Row;
  /** Every metric of a table, in the order of the metrics file. */
  statistics(rows: readonly Row[]): Statistic[];
  /** Columns of `training.tsv`, one value for each epoch. */
  readonly logNames: readonly string[];
  /** What a log can have besides: the metrics of one class. */
  readonly moreLogNames: readonly string[];
  /** One value for each of `logNames`, as the log and the choice of the best epoch use them. */
  logged(metrics: readonly MetricValue[]): MetricValue[];
  /** How often the weighted sampler draws each sample, by its label. Null: it cannot weight this task. */
  weights(labels: readonly (number | undefined)[]): number[] | null;
  readonly vote: Vote<Row> | null;
  /** A training ends with what the network makes of the first image of each group. */
  readonly savesExamples: boolean;
}
