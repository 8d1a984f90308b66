/**
 * @file `training.tsv`: one row per evaluation. ClinicaDL 1.6.1 writes rows of inner evaluations only; we write one at each
 * epoch end too, as versions up to 1.5.1 did.
 */
import { appError } from '../base/errors';
import { printFloat } from '../base/python-number';
import type { Folder } from '../folders/folder';
import { type NetworkNumber, trainingLogFile } from './layout';
import type { MetricCell } from './metrics-file';
import { readTextTable, type TextTable, writeTextTable } from './text-table';

export interface LogRow {
  /** 0-based. */
  readonly epoch: number;
  /** 0-based number of the last batch. */
  readonly iteration: number;
  /** Since the log was opened; after a resume, since the first opening, without the pause. */
  readonly seconds: number;
  /** Metrics and losses. */
  readonly train: readonly MetricCell[];
  readonly valid: readonly MetricCell[];
}

/** The columns of a new log; `metricNames`: metrics and losses. */
export function logHeader(metricNames: readonly string[]): string[] {
  const names = (suffix: string): string[] => metricNames.map((name) => `${name}_${suffix}`);
  return ['epoch', 'iteration', 'time', ...names('train'), ...names('valid')];
}

/** The cells of a row under the columns of a log, in their order; each column must be one of `logHeader` of the row's metrics. */
export function logCells(header: readonly string[], row: LogRow): string[] {
  const side = (suffix: string, metrics: readonly MetricCell[]): [string, string][] =>
    metrics.map(({ name, text }) => [`${name}_${suffix}`, text === 'nan' ? '' : text]);
  const cells = new Map([
    ['epoch', String(row.epoch)],
    ['iteration', String(row.iteration)],
    ['time', printFloat(row.seconds)],
    ...side('train', row.train),
    ...side('valid', row.valid),
  ]);
  return header.map((name) => cells.get(name) ?? '');
}

export type TrainingLog = TextTable;

export function writeTrainingLog(log: TrainingLog): Uint8Array<ArrayBuffer> {
  return writeTextTable(log.header, log.rows);
}

/** `training_target.tsv` has no header: its columns are those of `training.tsv`. */
export function writeTargetLog({ rows }: TrainingLog): Uint8Array<ArrayBuffer> {
  return rows.length === 0 ? new Uint8Array() : writeTextTable(rows[0], rows.slice(1));
}

export function readTargetLog(bytes: Uint8Array, header: readonly string[], where: string): TrainingLog {
  const head = writeTextTable(header, []);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return readTextTable(whole, where);
}

export function readTrainingLog(bytes: Uint8Array, where: string): TrainingLog {
  return readTextTable(bytes, where);
}

/**
 * The log that a run goes on with: rows are added under the columns that it has, in their order. Null when the file is missing or
 * empty. `metricNames`: all that a row can be given. Throws `training-log-columns` for any other column, and for a log without the
 * numbers of epoch and iteration.
 */
export async function logToContinue(
  maps: Folder,
  { split, network }: { readonly split: number; readonly network: NetworkNumber },
  metricNames: readonly string[],
): Promise<TrainingLog | null> {
  const where = trainingLogFile(split, network);
  if ((await maps.kindOf(where)) !== 'file') return null;
  const bytes = await maps.read(where);
  if (bytes.length === 0) return null;
  const log = readTrainingLog(bytes, where);
  const known = logHeader(metricNames);
  const strange = log.header.filter((name) => !known.includes(name));
  const lacking = ['epoch', 'iteration'].filter((name) => !log.header.includes(name));
  const problem = strange.length > 0 ? `also ${strange.join(', ')}` : `no ${lacking.join(' and no ')}`;
  if (strange.length + lacking.length > 0) throw appError('training-log-columns', { file: where, problem }, { where });
  return log;
}

/** Numbers of a column, NaN where it is empty; none when the log lacks it. */
export function logNumbers({ header, rows }: TrainingLog, name: 'epoch' | 'iteration' | 'time'): number[] {
  const at = header.indexOf(name);
  return at < 0 ? [] : rows.map((row) => (row[at] === '' ? Number.NaN : Number(row[at])));
}

/** The rows before a point of the training, for a run that continues from there. */
export function logBefore(log: TrainingLog, epoch: number, iteration: number): TrainingLog {
  const [epochs, iterations] = [logNumbers(log, 'epoch'), logNumbers(log, 'iteration')];
  const before = (_: unknown, row: number): boolean =>
    epochs[row] < epoch || (epochs[row] === epoch && iterations[row] < iteration);
  return { header: log.header, rows: log.rows.filter(before) };
}
