/**
 * @file `<group>_<level>_level_metrics.tsv`, both directions.
 *
 * Element-level files are transposed (Values, bounds, SE) without a header of their own; image-level files made by voting are
 * ordinary: a header and one row, no loss, no intervals.
 */
import { printFloat } from '../base/python-number';
import { writeTextTable } from './text-table';

/** A metric as it is printed: an undefined one is the text `0`. */
export interface MetricCell {
  readonly name: string;
  readonly text: string;
}

export interface IntervalCell {
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number;
}

/** The five lines with 95 % bootstrap intervals; without intervals (one row) those lines say N/A. */
export function writeMetrics(
  metrics: readonly MetricCell[],
  intervals: readonly IntervalCell[] | null,
  loss: number,
): Uint8Array<ArrayBuffer> {
  const line = (name: string, value: (cell: IntervalCell) => number): string[] => [
    name,
    ...metrics.map((_, i) => (intervals === null ? 'N/A' : printFloat(value(intervals[i])))),
    'N/A',
  ];
  return writeTextTable(
    ['Metrics', ...metrics.map((m) => m.name), 'loss'],
    [
      ['Values', ...metrics.map((m) => m.text), printFloat(loss)],
      line('Lower bound CI', (cell) => cell.lower),
      line('Upper bound CI', (cell) => cell.upper),
      line('SE', (cell) => cell.standardError),
    ],
  );
}

/** A header and one row, for the image level after voting. */
export function writeVotedMetrics(metrics: readonly MetricCell[]): Uint8Array<ArrayBuffer> {
  return writeTextTable(
    metrics.map((m) => m.name),
    [metrics.map((m) => m.text)],
  );
}

export interface MetricRecord {
  readonly name: string;
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly standardError: number | null;
}

/** Metrics of either form; `N/A` becomes null. */
export function readMetrics(text: string): MetricRecord[] {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const header = lines[0] ?? [];
  const number = (cell: string | undefined): number | null =>
    cell === undefined || cell === '' || cell === 'N/A' ? null : Number(cell);
  if (header[0] !== 'Metrics') {
    return header.map((name, i) => ({
      name,
      value: number(lines[1]?.[i]) ?? Number.NaN,
      lower: null,
      upper: null,
      standardError: null,
    }));
  }
  const row = (name: string): readonly string[] => lines.find((line) => line[0] === name) ?? [];
  const values = row('Values');
  const lower = row('Lower bound CI');
  const upper = row('Upper bound CI');
  const error = row('SE');
  return header.slice(1).map((name, i) => ({
    name,
    value: number(values[i + 1]) ?? Number.NaN,
    lower: number(lower[i + 1]),
    upper: number(upper[i + 1]),
    standardError: number(error[i + 1]),
  }));
}
