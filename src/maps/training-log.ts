/**
 * @file `training.tsv`: one row per evaluation. ClinicaDL 1.6.1 writes rows of inner evaluations only; we write one at each
 * epoch end too, as versions up to 1.5.1 did.
 */
import { printFloat } from '../base/python-number';
import type { MetricCell } from './metrics-file';
import { readTextTable, type TextTable, writeTextTable } from './text-table';

export interface LogRow {
  /** 0-based. */
  readonly epoch: number;
  /** 0-based number of the last batch. */
  readonly iteration: number;
  /** Since the log was opened; after a resume, since the first opening, without the pause. */
  readonly seconds: number;
  readonly train: readonly MetricCell[];
  readonly trainLoss: number;
  readonly valid: readonly MetricCell[];
  readonly validLoss: number;
}

export function logHeader(metricNames: readonly string[]): string[] {
  const names = (suffix: string): string[] => [...metricNames, 'loss'].map((name) => `${name}_${suffix}`);
  return ['epoch', 'iteration', 'time', ...names('train'), ...names('valid')];
}

export function logCells(row: LogRow): string[] {
  return [
    String(row.epoch),
    String(row.iteration),
    printFloat(row.seconds),
    ...row.train.map((m) => m.text),
    printFloat(row.trainLoss),
    ...row.valid.map((m) => m.text),
    printFloat(row.validLoss),
  ];
}

export type TrainingLog = TextTable;

export function writeTrainingLog(log: TrainingLog): Uint8Array<ArrayBuffer> {
  return writeTextTable(log.header, log.rows);
}

export function readTrainingLog(bytes: Uint8Array, where: string): TrainingLog {
  return readTextTable(bytes, where);
}

/** The rows before a point of the training, for a run that continues from there. */
export function logBefore(log: TrainingLog, epoch: number, iteration: number): TrainingLog {
  const before = (row: readonly string[]): boolean =>
    Number(row[0]) < epoch || (Number(row[0]) === epoch && Number(row[1]) < iteration);
  return { header: log.header, rows: log.rows.filter(before) };
}
