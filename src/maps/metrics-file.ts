/**
 * @file `<group>_<level>_level_metrics.tsv`, both directions.
 *
 * Element-level files are transposed (Values, bounds, SE) without a header of their own; image-level files made by voting are
 * ordinary: a header and one row, no loss, no intervals.
 */
import { floatText, printCell, readFloat } from '../base/python-number';
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
  /** The standard error is a float32 number. */
  readonly single: boolean;
}

/** The five lines with 95 % bootstrap intervals; without intervals (one row) those lines say N/A. */
export function writeMetrics(
  metrics: readonly MetricCell[],
  intervals: readonly IntervalCell[] | null,
  losses: readonly MetricCell[],
): Uint8Array<ArrayBuffer> {
  const line = (name: string, text: (cell: IntervalCell) => string): string[] => [
    name,
    ...metrics.map((_, i) => (intervals === null ? 'N/A' : text(intervals[i]))),
    ...losses.map(() => 'N/A'),
  ];
  const all = [...metrics, ...losses];
  return writeTextTable(
    ['Metrics', ...all.map((m) => m.name)],
    [
      ['Values', ...all.map((m) => cellOf(m.text))],
      line('Lower bound CI', (cell) => printCell(cell.lower)),
      line('Upper bound CI', (cell) => printCell(cell.upper)),
      line('SE', (cell) => cellOf(floatText(cell.standardError, cell.single))),
    ],
  );
}

/** pandas leaves a cell empty that is no number. */
const cellOf = (text: string): string => (text === 'nan' ? '' : text);

/** A header and one row, for the image level after voting. */
export function writeVotedMetrics(metrics: readonly MetricCell[]): Uint8Array<ArrayBuffer> {
  return writeTextTable(
    metrics.map((m) => m.name),
    [metrics.map((m) => cellOf(m.text))],
  );
}

export interface MetricRecord {
  readonly name: string;
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly standardError: number | null;
}

/** Metrics of either form; `N/A` becomes null. Of a table with one block for each network, those of the first. */
export function readMetrics(text: string): MetricRecord[] {
  return readMetricBlocks(text)[0] ?? [];
}

/**
 * The metrics of each network: one block, or several where a MAPS has a network for each element. Lines without a name, which
 * ClinicaDL writes before the block of a group with one row, are left out.
 */
export function readMetricBlocks(text: string): MetricRecord[][] {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const starts = lines.flatMap(([name], i) => (name === 'Metrics' ? [i] : []));
  if (starts.length === 0) return lines.length === 0 ? [] : [votedMetrics(lines)];
  return starts.map((start, i) => blockMetrics(lines.slice(start, starts[i + 1])));
}

function numberOf(cell: string | undefined): number | null {
  if (cell === undefined || cell === '' || cell === 'N/A') return null;
  return readFloat(cell);
}

function votedMetrics([header, values = []]: readonly (readonly string[])[]): MetricRecord[] {
  return header.map((name, i) => ({
    name,
    value: numberOf(values[i]) ?? Number.NaN,
    lower: null,
    upper: null,
    standardError: null,
  }));
}

function blockMetrics(lines: readonly (readonly string[])[]): MetricRecord[] {
  const row = (name: string): readonly string[] => lines.find((line) => line[0] === name) ?? [];
  const values = row('Values');
  const lower = row('Lower bound CI');
  const upper = row('Upper bound CI');
  const error = row('SE');
  return lines[0].slice(1).map((name, i) => ({
    name,
    value: numberOf(values[i + 1]) ?? Number.NaN,
    lower: numberOf(lower[i + 1]),
    upper: numberOf(upper[i + 1]),
    standardError: numberOf(error[i + 1]),
  }));
}
