/** @file The ROC curve of one class against the rest, and the area under it. */
import type { ClassRow } from '../prediction';

export interface RocPoint {
  /** 1 − specificity, 0…1. */
  readonly falsePositiveRate: number;
  /** Sensitivity, 0…1. */
  readonly truePositiveRate: number;
  /** Rows with at least this probability are called positive; +∞ at (0, 0). */
  readonly threshold: number;
}

export interface RocCurve {
  /** From (0, 0) to (1, 1), one point per different probability. */
  readonly points: readonly RocPoint[];
  /** Area under the curve: the chance that a positive row has the larger probability, ties counted half (Mann and Whitney). */
  readonly auc: number;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * The curve for class `classIndex` by its probability. Rows without a label or probability (NaN) are left out. Null when
 * the positive or the negative rows are missing: there is no curve then.
 */
export function rocCurve(rows: readonly ClassRow[], classIndex: number): RocCurve | null {
  const scored = rows
    .filter((row) => row.true_label !== undefined && !Number.isNaN(row.probabilities[classIndex]))
    .map((row) => ({ score: row.probabilities[classIndex], positive: row.true_label === classIndex }))
    .sort((a, b) => b.score - a.score);
  const positives = scored.filter((row) => row.positive).length;
  const negatives = scored.length - positives;
  if (positives === 0 || negatives === 0) return null;

  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: Number.POSITIVE_INFINITY }];
  let truePositives = 0;
  let falsePositives = 0;
  let doubledWins = 0;
  for (let i = 0; i < scored.length; ) {
    const threshold = scored[i].score;
    const before = { truePositives, falsePositives };
    for (; i < scored.length && scored[i].score === threshold; i++) {
      if (scored[i].positive) truePositives++;
      else falsePositives++;
    }
    doubledWins += (falsePositives - before.falsePositives) * (before.truePositives + truePositives);
    points.push({ falsePositiveRate: falsePositives / negatives, truePositiveRate: truePositives / positives, threshold });
  }
  return { points, auc: doubledWins / 2 / (positives * negatives), positives, negatives };
}
