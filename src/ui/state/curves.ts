/** @file From reports of a running training, or from training.tsv, to points of the learning curves. */
import type { LiveMetrics } from '../../base/job';
import type { CurvePoint } from '../parts/charts';

/** Batches of one pass over each group; null where it is not known. */
export interface BatchCounts {
  readonly train: number | null;
  readonly valid: number | null;
}

const unknown: BatchCounts = { train: null, valid: null };

/**
 * Evaluations of a metric (`loss`, `BA`) on both groups, placed by their batch in the epoch; the last of an epoch stands at its end
 * where the number of batches is not known. Losses, which are sums over batches, become means where it is.
 */
export function livePoints(epochs: readonly LiveMetrics[], metric: string): CurvePoint[] {
  return epochs.map((live, i) => {
    const { split, epoch, iteration, values, batches = unknown } = live;
    const steps = live.steps ?? batches.train;
    const share = steps === null || steps === 0 ? shareAmong(epochs, i) : Math.min(1, (iteration + 1) / steps);
    const mean = metric === 'loss' && hasMeans(batches);
    return {
      split,
      epoch: epoch + share,
      train: (values[`${metric}_train`] ?? Number.NaN) / (mean ? (batches.train ?? 1) : 1),
      valid: (values[`${metric}_valid`] ?? Number.NaN) / (mean ? (batches.valid ?? 1) : 1),
    };
  });
}

/** The same evaluations on the second domain; none where there is one domain. */
export function ofTarget(epochs: readonly LiveMetrics[]): readonly LiveMetrics[] {
  return epochs.flatMap((live) => (live.target === undefined ? [] : [{ ...live, ...live.target }]));
}

/** Evaluations of the network that is trained now, in all splits. */
export function ofLastNetwork(epochs: readonly LiveMetrics[]): readonly LiveMetrics[] {
  const network = epochs.at(-1)?.network;
  return epochs.filter((live) => live.network === network);
}

/** `epoch 3 of split 0`, `epoch 3 of split 0, network 2`. */
export function placeOfLive({ split, network, networks, epoch }: LiveMetrics): string {
  return `epoch ${epoch + 1} of split ${split}${networks === undefined ? '' : `, network ${network}`}`;
}

/** Losses of both groups can be compared: both numbers of batches are known. */
export function hasMeans({ train, valid }: BatchCounts): boolean {
  return train !== null && valid !== null && train > 0 && valid > 0;
}

/** What the axis of a loss says. */
export function lossLabel(batches: BatchCounts): string {
  return hasMeans(batches) ? 'loss, mean over batches' : 'loss, sum over batches';
}

/** Where in its epoch an evaluation lies, from the evaluations alone. */
function shareAmong(epochs: readonly LiveMetrics[], i: number): number {
  const { split, epoch, iteration } = epochs[i];
  const inEpoch = epochs.filter((other) => other.split === split && other.epoch === epoch);
  const last = Math.max(...inEpoch.map((other) => other.iteration));
  const isLast = i === epochs.length - 1 || epochs[i + 1].epoch !== epoch || epochs[i + 1].split !== split;
  return isLast || last === 0 ? 1 : (iteration + 1) / (last + 1);
}

export interface CurveTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly batches?: BatchCounts;
  /** Of an epoch: 0 where they are not those of the training set, and not known. */
  readonly steps?: 0;
}

/** The same from the columns of training.tsv; none when it lacks them. */
export function filePoints({ columns, rows, batches = unknown, steps }: CurveTable, split: number, metric: string): CurvePoint[] {
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
      ...(batches.train === null || batches.valid === null ? {} : { batches: { train: batches.train, valid: batches.valid } }),
      ...(steps === undefined ? {} : { steps }),
    }),
  );
  return livePoints(lives, metric);
}

/** Metrics of a training.tsv that have values for both groups, in its order, the loss left out. */
export function metricsIn({ columns }: CurveTable): string[] {
  return columns.flatMap((name) => {
    const metric = /^(.+)_train$/.exec(name)?.[1];
    return metric === undefined || metric === 'loss' || !columns.includes(`${metric}_valid`) ? [] : [metric];
  });
}

/** Drawn beside the loss: the first of each task that there is. */
const besides = ['BA', 'MAE', 'SSIM'];

/** The metric that is drawn beside the loss. */
export function besideLoss(names: readonly string[]): string | undefined {
  return besides.find((name) => names.includes(name));
}

/** Metrics of live values, the loss left out. */
export function metricsOf({ values }: LiveMetrics): string[] {
  return Object.keys(values).flatMap((name) => /^(?!loss_)(.+)_valid$/.exec(name)?.[1] ?? []);
}

/** Metrics that are better when they are smaller. */
export function isSmallest(metric: string): boolean {
  return ['loss', 'MAE', 'RMSE', 'recon_loss', 'kl_loss'].includes(metric);
}

/**
 * The epoch of the smallest (`loss`) or largest validation value at an epoch's end, by split: the first of equals, as networks are
 * selected. Evaluations inside of an epoch select nothing.
 */
export function bestEpochs(points: readonly CurvePoint[], smallest: boolean): Map<number, number> {
  const best = new Map<number, CurvePoint>();
  for (const point of points) {
    if (!Number.isInteger(point.epoch)) continue;
    const before = best.get(point.split);
    const better = before === undefined || (smallest ? point.valid < before.valid : point.valid > before.valid);
    if (better && Number.isFinite(point.valid)) best.set(point.split, point);
  }
  return new Map([...best].map(([split, { epoch }]) => [split, epoch]));
}
