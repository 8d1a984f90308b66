/** @file From reports of a running training, or from training.tsv, to points of the learning curves. */
import type { LiveMetrics } from '../../base/job';
import type { CurvePoint } from '../parts/charts';

/** Evaluations of a metric (`loss`, `BA`) on both groups. Several in one epoch are spread over it; the last stands at its end. */
export function livePoints(epochs: readonly LiveMetrics[], metric: string): CurvePoint[] {
  return epochs.map((live, i) => {
    const { split, epoch, iteration, values } = live;
    const inEpoch = epochs.filter((other) => other.split === split && other.epoch === epoch);
    const last = Math.max(...inEpoch.map((other) => other.iteration));
    const isLast = i === epochs.length - 1 || epochs[i + 1].epoch !== epoch || epochs[i + 1].split !== split;
    return {
      split,
      epoch: epoch + (isLast || last === 0 ? 1 : (iteration + 1) / (last + 1)),
      train: values[`${metric}_train`] ?? Number.NaN,
      valid: values[`${metric}_valid`] ?? Number.NaN,
    };
  });
}

export interface CurveTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** The same from the columns of training.tsv; none when it lacks them. */
export function filePoints({ columns, rows }: CurveTable, split: number, metric: string): CurvePoint[] {
  const at = (name: string): number => columns.indexOf(name);
  const [epoch, iteration, train, valid] = [at('epoch'), at('iteration'), at(`${metric}_train`), at(`${metric}_valid`)];
  if (epoch < 0 || (train < 0 && valid < 0)) return [];
  const lives = rows.map(
    (row): LiveMetrics => ({
      split,
      network: 0,
      epoch: row[epoch],
      iteration: iteration < 0 ? 0 : row[iteration],
      values: { [`${metric}_train`]: row[train] ?? Number.NaN, [`${metric}_valid`]: row[valid] ?? Number.NaN },
    }),
  );
  return livePoints(lives, metric);
}

/** The point of the smallest (`loss`) or largest validation value, by split: the first of equals, as networks are selected. */
export function bestEpochs(points: readonly CurvePoint[], smallest: boolean): Map<number, number> {
  const best = new Map<number, CurvePoint>();
  for (const point of points) {
    const before = best.get(point.split);
    const better = before === undefined || (smallest ? point.valid < before.valid : point.valid > before.valid);
    if (better && Number.isFinite(point.valid)) best.set(point.split, point);
  }
  return new Map([...best].map(([split, { epoch }]) => [split, epoch]));
}
