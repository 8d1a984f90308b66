/**
 * @file The weighted sampler of numbers: rare values are drawn as often as frequent ones. ClinicaDL 1.6.1 means to do so, but puts all
 * into the first bin and fails.
 */

const bins = 5;

/** One weight per value: 1 over the number of values in its bin; five bins of equal width from the smallest to the largest value. */
export function binWeights(values: readonly number[]): number[] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const thresholds = Array.from({ length: bins }, (_, i) => least + (i * (most - least)) / bins);
  const binOf = (value: number): number =>
    Math.max(
      0,
      thresholds.findLastIndex((threshold) => threshold <= value),
    );
  const counts = new Array<number>(bins).fill(0);
  // All values the same: every threshold is it, and they share the last bin.
  for (const value of values) counts[binOf(value)]++;
  return values.map((value) => 1 / counts[binOf(value)]);
}
