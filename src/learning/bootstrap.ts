/**
 * @file Percentile bootstrap intervals, number for number as `scipy.stats.bootstrap` under numpy's legacy generator gives them.
 *
 * Efron's percentile method, paired rows, 95 %. The interval of each metric draws its own `resamples × n` matrix, row by row.
 * scipy keeps the type of the first resample's result: when that is the integer 0 of an undefined ratio, all later results lose
 * their decimals. The bounds are those of the original; `truncated` tells when this happened.
 */
import { letMessagesIn } from '../base/event-loop';
import type { NumpyRandom } from '../base/numpy-random';
import { type ConfusionMatrix, metricFormulas, type Ratio } from './metrics';

export interface Interval {
  readonly name: string;
  /** 2.5 % and 97.5 % points of the resampled values, linear between neighbours. */
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the resampled values, n − 1. */
  readonly standardError: number;
  /** Values lost their decimals, as explained above: the bounds say little. */
  readonly truncated: boolean;
}

const lowerShare = (1 - 0.95) / 2;
const resamples = 3000;
/** Resamples between two looks at the signal: with ten thousand rows a few hundredths of a second. */
const resamplesPerTurn = 50;

/**
 * Intervals of every classification metric, in the order of `classificationMetrics`. With fewer than two rows there is nothing
 * to resample: an empty list, and nothing is drawn. Rejects with AbortError.
 */
export async function bootstrapIntervals(
  truth: readonly number[],
  predicted: readonly number[],
  classCount: number,
  random: NumpyRandom,
  signal: AbortSignal,
): Promise<Interval[]> {
  if (truth.length < 2) return [];
  const cell = truth.map((label, i) => label * classCount + predicted[i]);
  const matrix = new Float64Array(classCount * classCount);
  const intervals: Interval[] = [];
  for (const { name, of } of metricFormulas(classCount)) {
    const statistic = (rows: Uint32Array): Ratio => {
      matrix.fill(0);
      for (const row of rows) matrix[cell[row]]++;
      return of(matrix as ConfusionMatrix);
    };
    intervals.push(await bootstrapInterval(name, truth.length, random, statistic, signal));
  }
  return intervals;
}

/** The interval of one statistic of `n` rows; `statistic` is given the row numbers of a resample. Rejects with AbortError. */
export async function bootstrapInterval(
  name: string,
  n: number,
  random: NumpyRandom,
  statistic: (rows: Uint32Array) => Ratio,
  signal: AbortSignal,
): Promise<Interval> {
  const values = new Float64Array(resamples);
  let wholeNumbers = false;
  let truncated = false;
  for (let b = 0; b < resamples; b++) {
    if (b % resamplesPerTurn === 0) {
      await letMessagesIn();
      signal.throwIfAborted();
    }
    const { value, wholeZero } = statistic(random.integers(n, n));
    if (b === 0) wholeNumbers = wholeZero;
    values[b] = wholeNumbers ? Math.trunc(value) + 0 : value;
    if (values[b] !== value) truncated = true;
  }
  const standardError = sampleDeviation(values);
  values.sort();
  const upperShare = 1 - lowerShare;
  return { name, lower: quantile(values, lowerShare), upper: quantile(values, upperShare), standardError, truncated };
}

/** numpy's linear percentile of sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const place = ((share * 100) / 100) * (sorted.length - 1);
  const below = Math.floor(place);
  const t = place - below;
  const a = sorted[below];
  const b = sorted[Math.min(below + 1, sorted.length - 1)];
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

function sampleDeviation(values: Float64Array): number {
  const mean = pairwiseSum(values, 0, values.length) / values.length;
  const squares = values.map((value) => (value - mean) * (value - mean));
  return Math.sqrt(pairwiseSum(squares, 0, squares.length) / (values.length - 1));
}

/** The sum in numpy's order: eight running sums up to 128 values, halves above; other orders differ in the last digit. */
function pairwiseSum(values: Float64Array, start: number, count: number): number {
  if (count < 8) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[start + i];
    return sum;
  }
  if (count <= 128) {
    const r = Array.from(values.subarray(start, start + 8));
    let i = 8;
    for (; i < count - (count % 8); i += 8) {
      for (let j = 0; j < 8; j++) r[j] += values[start + i + j];
    }
    let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
    for (; i < count; i++) sum += values[start + i];
    return sum;
  }
  let half = Math.floor(count / 2);
  half -= half % 8;
  return pairwiseSum(values, start, half) + pairwiseSum(values, start + half, count - half);
}
