/** @file A metric as a function of rows, so that one formula gives the value and, of resampled rows, the interval. */
import { floatText } from '../../base/python-number';

export interface MetricValue {
  readonly name: string;
  readonly value: number;
  /** As it is printed in TSVs: Python's shortest float text, except that an undefined ratio of `wholeZero` is the integer `0`. */
  readonly text: string;
}

/** A ratio: its value, and whether ClinicaDL gives the integer 0 because it is undefined. */
export interface Ratio {
  readonly value: number;
  readonly wholeZero: boolean;
}

export const real = (value: number): Ratio => ({ value, wholeZero: false });
export const undefinedRatio: Ratio = { value: 0, wholeZero: true };

export interface Statistic {
  readonly name: string;
  /** ClinicaDL holds it as float32, so that it has fewer digits. */
  readonly single?: boolean;
  /** The metric of these rows, by number; a row may come twice. */
  of(rows: ArrayLike<number>): Ratio;
}

/** The values of all statistics of a table with `count` rows. */
export function valuesOf(statistics: readonly Statistic[], count: number): MetricValue[] {
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  return statistics.map(({ name, single, of }) => {
    const { value, wholeZero } = of(all);
    return { name, value, text: wholeZero ? '0' : floatText(value, single) };
  });
}
