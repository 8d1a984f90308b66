import { describe, expect, it } from 'vitest';
import { bestEpochs, filePoints, livePoints } from './curves';

const live = (epoch: number, iteration: number, valid: number, split = 0) => ({
  split,
  network: 0,
  epoch,
  iteration,
  values: { loss_train: 1, loss_valid: valid },
});

describe('learning curves', () => {
  it('evaluations inside of an epoch lie before its end', () => {
    const points = livePoints([live(0, 4, 3), live(0, 9, 2), live(1, 4, 2), live(1, 9, 1)], 'loss');
    expect(points.map(({ epoch }) => epoch)).toEqual([0.5, 1, 1.5, 2]);
  });

  it('the selected epoch is the first of the smallest losses, of each split', () => {
    const points = livePoints([live(0, 9, 2), live(1, 9, 1), live(2, 9, 1), live(0, 9, 5, 1), live(1, 9, Number.NaN, 1)], 'loss');
    expect([...bestEpochs(points, true)]).toEqual([
      [0, 2],
      [1, 1],
    ]);
  });

  it('a file without the metric has no curve', () => {
    const table = { columns: ['epoch', 'iteration', 'loss_train', 'loss_valid'], rows: [[0, 3, 0.7, 0.6]] };
    expect(filePoints(table, 2, 'BA')).toEqual([]);
    expect(filePoints(table, 2, 'loss')).toEqual([{ split: 2, epoch: 1, train: 0.7, valid: 0.6 }]);
  });
});
