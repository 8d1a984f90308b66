import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors';
import type { ClassRow } from '../prediction';
import { softVote, votingWeights } from './soft-vote';

function read(path: string): ClassRow[] {
  const [header, ...lines] = readFileSync(`test/golden/maps/${path}_prediction.tsv`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(header.slice(3)).toEqual(['true_label', 'predicted_label', 'proba0', 'proba1']);
  return lines.map(([participant_id, session_id, id, truth, predicted, ...probabilities]) => ({
    participant_id,
    session_id,
    elementId: Number(id),
    true_label: Number(truth),
    predicted_label: Number(predicted),
    probabilities: probabilities.map(Number),
  }));
}

const row = (elementId: number, true_label: number, predicted_label: number, p: number, participant_id = 'sub-A'): ClassRow => ({
  participant_id,
  session_id: 'ses-M000',
  elementId,
  true_label,
  predicted_label,
  probabilities: [p, 1 - p],
});

/** The code of the AppError that the call throws. */
function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
}

describe('soft voting', () => {
  it.each([
    ['maps_roi', 'roi', 0],
    ['maps_patch_multi', 'patch', 0],
  ] as const)('%s: the image level of every group is that of the original', (maps, mode, threshold) => {
    for (const group of ['train', 'validation', 'test']) {
      const stem = (name: string, level: string): string => `${maps}/split-0/best-loss/${name}/${name}_${level}_level`;
      const weights = read(stem(group === 'test' ? 'validation' : group, mode));
      const voted = softVote(read(stem(group, mode)), weights, threshold);
      const expected = read(stem(group, 'image'));
      expect(voted.map(({ probabilities: _, ...ids }) => ids)).toEqual(expected.map(({ probabilities: _, ...ids }) => ids));
      voted.forEach((image, i) => {
        image.probabilities.forEach((p, c) => {
          expect(Math.abs(p - expected[i].probabilities[c])).toBeLessThan(1e-12);
        });
      });
    }
  });

  it('weights are shares of accuracy, ordered by element id, and cut below the threshold', () => {
    const rows = [row(1, 0, 0, 0.9), row(0, 0, 1, 0.2), row(1, 0, 0, 0.8, 'sub-B'), row(0, 0, 0, 0.7, 'sub-B')];
    expect(votingWeights(rows, null)).toEqual([
      { elementId: 0, weight: 0.5 / 1.5 },
      { elementId: 1, weight: 1 / 1.5 },
    ]);
    expect(votingWeights(rows, 0.6).map((w) => w.weight)).toEqual([0, 1]);
    expect(votingWeights(rows, 0.5).map((w) => w.weight)).toEqual([0.5 / 1.5, 1 / 1.5]);
  });

  it('when no element was ever right the probabilities are NaN and the label is 0', () => {
    const wrong = [row(0, 0, 1, 0.2), row(1, 0, 1, 0.3)];
    expect(softVote(wrong, wrong, 0)).toMatchObject([{ predicted_label: 0, probabilities: [Number.NaN, Number.NaN] }]);
  });

  it('an image with other elements than the weighting table is refused', () => {
    const weights = [row(0, 0, 0, 0.9), row(1, 0, 0, 0.9)];
    expect(codeOf(() => softVote([row(0, 0, 0, 0.9)], weights, null))).toBe('vote-elements-differ');
    expect(codeOf(() => softVote([row(0, 0, 0, 0.9), row(2, 0, 0, 0.9)], weights, null))).toBe('vote-elements-differ');
  });

  it('two true labels in one image are refused', () => {
    const rows = [row(0, 0, 0, 0.9), row(1, 1, 1, 0.1)];
    expect(codeOf(() => softVote(rows, rows, null))).toBe('vote-labels-differ');
  });
});
