import { describe, expect, it } from 'vitest';
import { plainLoss } from '../../engine/executor';
import type { LabelledRow } from '../prediction';
import { binWeights } from './bin-weights';
import { meanVote } from './mean-vote';
import { regression } from './regression';

const row = (
  elementId: number,
  predicted_label: number,
  true_label: number | undefined = 3,
  participant_id = 'sub-B',
): LabelledRow => ({
  participant_id,
  session_id: 'ses-M000',
  elementId,
  true_label,
  predicted_label,
});

describe('the mean of elements', () => {
  it('is one row per image, sorted', () => {
    const rows = [row(0, 2), row(1, 5), row(0, -1, -4, 'sub-A'), row(1, -2, -4, 'sub-A')];
    expect(meanVote(rows)).toEqual([row(0, -1.5, -4, 'sub-A'), row(0, 3.5)]);
  });

  it('is refused where one image has two true values', () => {
    expect(() => meanVote([row(0, 2), row(1, 2, 4)])).toThrow(expect.objectContaining({ code: 'vote-labels-differ' }));
  });
});

describe('weights of numbers', () => {
  it('are one over the number of values in five bins of equal width', () => {
    // bins of 50 to 100: [50, 60) twice, [60, 70) once, [90, 100] three times
    expect(binWeights([50, 59.9, 60, 90, 95, 100])).toEqual([1 / 2, 1 / 2, 1, 1 / 3, 1 / 3, 1 / 3]);
  });

  it('are all the same where all values are', () => {
    expect(binWeights([7, 7, 7])).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});

describe('a value of -1', () => {
  const task = regression(plainLoss('MSELoss'));
  const batch = {
    shape: [2, 1, 1, 1, 1],
    data: new Float32Array(2),
    samples: [
      { participant_id: 'sub-A', session_id: 'ses-M000', elementId: 0, label: -1 },
      { participant_id: 'sub-B', session_id: 'ses-M000', elementId: 0, label: 2 },
    ],
  };
  const outputs = { output: Float32Array.of(0, 2) };

  it('is learnt and measured like any other', () => {
    expect(task.target(batch)).toEqual({ kind: 'numbers', values: Float32Array.of(-1, 2) });
    expect(task.losses(outputs, batch)).toEqual([0.5]);
    expect(task.rows(outputs, batch, true).map((found) => task.cells(found))).toEqual([
      ['-1.0', '0.0'],
      ['2.0', '2.0'],
    ]);
  });

  it('is told from a label that is not known', () => {
    expect(task.rows(outputs, batch, false).map((found) => [found.true_label, task.cells(found)[0]])).toEqual([
      [undefined, '-1'],
      [undefined, '-1'],
    ]);
  });
});
