/** @file The labels of all splits of a training, as numbers. */
import { appError } from '../base/errors';
import { type LabelReader, makeLabelCode, nodeReader, valueReader } from '../batches/labels';
import { sessionText } from '../caps/entities';
import type { TrainOptions } from '../options/train';
import { checkLabelCode } from './given-label-code';
import { requireLabels } from './group-table';
import type { Training } from './plan-training';
import type { SplitRows } from './split-tables';

/** Reads every label once, so that what is wrong is told before anything is written: with its table and session. */
function readEach(tables: readonly SplitRows[], reader: LabelReader): void {
  for (const { train, validation, trainPath, validationPath } of tables) {
    for (const row of train) reader(row, `${trainPath}: ${sessionText(row)}`);
    for (const row of validation) reader(row, `${validationPath}: ${sessionText(row)}`);
  }
}

interface ReadLabels extends Pick<Training, 'labels' | 'labelCode'> {
  /** Outputs of the network; null: those of its input. */
  readonly outputSize: number | null;
}

/**
 * What the labels of all splits, which are opened one after another, stand for. Throws before anything is written: `label-missing`,
 * `label-unknown`, `label-not-number`, `label-code`, `class-count`.
 */
export function readLabels({ network_task, label, label_code }: TrainOptions, tables: readonly SplitRows[]): ReadLabels {
  if (label === null) return { labels: null, labelCode: null, outputSize: null };
  for (const { train, validation, trainPath, validationPath } of tables) {
    requireLabels(train, label, trainPath);
    requireLabels(validation, label, validationPath);
  }
  if (network_task === 'regression') {
    readEach(tables, valueReader);
    return { labels: valueReader, labelCode: null, outputSize: 1 };
  }
  const isGiven = Object.keys(label_code).length > 0;
  if (isGiven) checkLabelCode(label_code, tables);
  const labelCode = isGiven ? label_code : makeLabelCode(tables[0].train);
  const outputSize = Math.max(...Object.values(labelCode)) + 1;
  if (outputSize < 2) {
    const found = Object.keys(labelCode).join(', ');
    throw appError('class-count', { path: tables[0].trainPath, labels: found }, { where: tables[0].trainPath });
  }
  const labels = nodeReader(labelCode);
  readEach(tables, labels);
  return { labels, labelCode, outputSize };
}
