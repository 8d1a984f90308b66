import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClassRow } from '../prediction';
import { rocCurve } from './roc';

const rows = (pairs: readonly (readonly [truth: number, score: number])[]): ClassRow[] =>
  pairs.map(([true_label, score], i) => ({
    participant_id: `sub-${i}`,
    session_id: 'ses-M000',
    elementId: 0,
    true_label: true_label < 0 ? undefined : true_label,
    predicted_label: 0,
    probabilities: [1 - score, score],
  }));

describe('ROC curve', () => {
  // expected numbers: sklearn.metrics.roc_curve(drop_intermediate=False) and roc_auc_score 1.2.1
  it('points and area are those of scikit-learn, ties included', () => {
    const curve = rocCurve(
      rows([
        [0, 0.1],
        [0, 0.4],
        [1, 0.35],
        [1, 0.8],
        [1, 0.4],
        [0, 0.2],
      ]),
      1,
    );
    expect(curve?.points.map((p) => p.threshold)).toEqual([Number.POSITIVE_INFINITY, 0.8, 0.4, 0.35, 0.2, 0.1]);
    expect(curve?.points.map((p) => p.truePositiveRate)).toEqual([0, 1 / 3, 2 / 3, 1, 1, 1]);
    expect(curve?.points.map((p) => p.falsePositiveRate)).toEqual([0, 0, 1 / 3, 1 / 3, 2 / 3, 1]);
    expect(curve?.auc).toBeCloseTo(0.8333333333333334, 15);
  });

  it('there is no curve without positive or without negative rows, and unlabelled rows do not count', () => {
    expect(
      rocCurve(
        rows([
          [1, 0.3],
          [1, 0.4],
        ]),
        1,
      ),
    ).toBeNull();
    expect(
      rocCurve(
        rows([
          [-1, 0.3],
          [1, 0.4],
        ]),
        1,
      ),
    ).toBeNull();
    expect(rocCurve([], 0)).toBeNull();
  });

  it('the area is the share of pairs in the right order, ties counted half', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 30 }), (pairs) => {
        const positive = pairs.filter(([truth]) => truth === 1);
        const negative = pairs.filter(([truth]) => truth === 0);
        fc.pre(positive.length > 0 && negative.length > 0);
        let wins = 0;
        for (const [, p] of positive) for (const [, n] of negative) wins += p > n ? 1 : p === n ? 0.5 : 0;
        expect(rocCurve(rows(pairs), 1)?.auc).toBeCloseTo(wins / (positive.length * negative.length), 12);
      }),
    );
  });
});
