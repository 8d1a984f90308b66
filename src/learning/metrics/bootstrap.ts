/**
 * @file Percentile bootstrap intervals, number for number as `scipy.stats.bootstrap` under numpy's legacy generator gives them.
 *
 * Efron's percentile method, paired rows, 95 %. The interval of each metric draws its own `resamples × n` matrix, row by row.
 * scipy keeps the type of the first resample's result: when that is the integer 0 of an undefined ratio, all later results lose
 * their decimals. The bounds are those of the original; `truncated` tells when this happened.
 */
import { letMessagesIn } from '../../base/event-loop';
import type { NumpyRandom } from '../../base/numpy-random';
import { sampleDeviation } from '../../base/numpy-sums';
import type { Statistic } from './statistic';

export interface Interval {
  readonly name: string;
  /** 2.5 % and 97.5 % points of the resampled values, linear between neighbours. */
  readonly lower: number;
  readonly upper: number;
  /** Standard deviation of the resampled values, n − 1. */
  readonly standardError: number;
  /** The standard error is a float32 number. */
  readonly single: boolean;
  /** Values lost their decimals, as explained above: the bounds say little. */
  readonly truncated: boolean;
}

const lowerShare = (1 - 0.95) / 2;
const resamples = 3000;
/** Resamples between two looks at the signal: with ten thousand rows a few hundredths of a second. */
const resamplesPerTurn = 50;

/**
 * Intervals of statistics of a table with `count` rows, in their order. With fewer than two rows there is nothing to resample: an
 * empty list, and nothing is drawn. Rejects with AbortError.
 */
export async function bootstrapIntervals(
  statistics: readonly Statistic[],
  count: number,
  random: NumpyRandom,
  signal: AbortSignal,
): Promise<Interval[]> {
  if (count < 2) return [];
  const intervals: Interval[] = [];
  for (const statistic of statistics) intervals.push(await bootstrapInterval(statistic, count, random, signal));
  return intervals;
}

/** Draws what the intervals of so many statistics of a table draw. Rejects with AbortError. */
export async function skipIntervals(statistics: number, count: number, random: NumpyRandom, signal: AbortSignal): Promise<void> {
  if (count < 2) return;
  for (let b = 0; b < statistics * resamples; b++) {
    if (b % resamplesPerTurn === 0) {
      await letMessagesIn();
      signal.throwIfAborted();
    }
    random.integers(count, count);
  }
}

async function bootstrapInterval(
  { name, single = false, of }: Statistic,
  n: number,
  random: NumpyRandom,
  signal: AbortSignal,
): Promise<Interval> {
  const values = single ? new Float32Array(resamples) : new Float64Array(resamples);
  let wholeNumbers = false;
  let truncated = false;
  for (let b = 0; b < resamples; b++) {
    if (b % resamplesPerTurn === 0) {
      await letMessagesIn();
      signal.throwIfAborted();
    }
    const { value, wholeZero } = of(random.integers(n, n));
    if (b === 0) wholeNumbers = wholeZero;
    values[b] = wholeNumbers ? Math.trunc(value) + 0 : value;
    if (values[b] !== value && !Number.isNaN(value)) truncated = true;
  }
  const standardError = sampleDeviation(values);
  values.sort();
  const upperShare = 1 - lowerShare;
  return { name, lower: quantile(values, lowerShare), upper: quantile(values, upperShare), standardError, single, truncated };
}

/** numpy's linear percentile of sorted values; NaN where one is. */
function quantile(sorted: Float64Array | Float32Array, share: number): number {
  if (Number.isNaN(sorted[sorted.length - 1])) return Number.NaN;
  const place = ((share * 100) / 100) * (sorted.length - 1);
  const below = Math.floor(place);
  const t = place - below;
  const a = sorted[below];
  const b = sorted[Math.min(below + 1, sorted.length - 1)];
  const gap = sorted instanceof Float32Array ? Math.fround(b - a) : b - a;
  return t >= 0.5 ? b - gap * (1 - t) : a + gap * t;
}
