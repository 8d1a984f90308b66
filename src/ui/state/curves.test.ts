import { describe, expect, it } from 'vitest';
import { bestEpochs, filePoints, livePoints, lossLabel, metricsIn, ofLastNetwork, ofTarget, placeOfLive } from './curves';

const live = (epoch: number, iteration: number, valid: number, split = 0) => ({
  split,
  network: 0,
  epoch,
  iteration,
  values: { loss_train: 1, loss_valid: valid },
});

describe('learning curves', () => {
  it('of two domains lie at the steps that both were given, each with its own batches', () => {
    const second = { values: { loss_train: 4, loss_valid: 6 }, batches: { train: 2, valid: 3 } };
    const both = { ...live(0, 3, 5), batches: { train: 10, valid: 5 }, steps: 4, target: second };
    expect(livePoints([both], 'loss')).toEqual([{ split: 0, epoch: 1, train: 0.1, valid: 1 }]);
    expect(livePoints(ofTarget([both]), 'loss')).toEqual([{ split: 0, epoch: 1, train: 2, valid: 2 }]);
    expect(ofTarget([live(0, 3, 5)])).toEqual([]);
  });

  it('evaluations inside of an epoch lie before its end', () => {
    const points = livePoints([live(0, 4, 3), live(0, 9, 2), live(1, 4, 2), live(1, 9, 1)], 'loss');
    expect(points.map(({ epoch }) => epoch)).toEqual([0.5, 1, 1.5, 2]);
  });

  it('losses, which are sums over batches, are divided by the batches of their own group; other metrics are not', () => {
    const table = {
      columns: ['epoch', 'iteration', 'loss_train', 'BA_train', 'loss_valid', 'BA_valid'],
      rows: [
        [0, 2, 7.5, 0.5, 1.2, 0.75],
        [0, 9, 5, 0.6, 1, 0.8],
      ],
      batches: { train: 10, valid: 2 },
    };
    expect(filePoints(table, 0, 'loss')).toEqual([
      { split: 0, epoch: 0.3, train: 0.75, valid: 0.6 },
      { split: 0, epoch: 1, train: 0.5, valid: 0.5 },
    ]);
    expect(filePoints(table, 0, 'BA').map(({ train, valid }) => [train, valid])).toEqual([
      [0.5, 0.75],
      [0.6, 0.8],
    ]);
    expect(filePoints({ ...table, batches: { train: 10, valid: null } }, 0, 'loss')[1]).toMatchObject({ train: 5, valid: 1 });
    expect([lossLabel(table.batches), lossLabel({ train: 10, valid: null })]).toEqual([
      'loss, mean over batches',
      'loss, sum over batches',
    ]);
    expect(metricsIn(table)).toEqual(['BA']);
  });

  it('an evaluation inside of an epoch selects nothing', () => {
    const points = [
      { split: 0, epoch: 0.5, train: 1, valid: 0.1 },
      { split: 0, epoch: 1, train: 1, valid: 0.4 },
      { split: 0, epoch: 2, train: 1, valid: 0.3 },
    ];
    expect([...bestEpochs(points, true)]).toEqual([[0, 2]]);
  });

  it('the selected epoch is the first of the smallest losses, of each split', () => {
    const points = livePoints([live(0, 9, 2), live(1, 9, 1), live(2, 9, 1), live(0, 9, 5, 1), live(1, 9, Number.NaN, 1)], 'loss');
    expect([...bestEpochs(points, true)]).toEqual([
      [0, 2],
      [1, 1],
    ]);
  });

  it('of a split with several networks, those of the one that is trained now, by its number', () => {
    const of = (network: number, epoch: number) => ({ ...live(epoch, 9, network), network, networks: 3 });
    const shown = ofLastNetwork([of(0, 0), of(0, 1), of(1, 0), of(1, 1)]);
    expect(shown.map(({ values }) => values.loss_valid)).toEqual([1, 1]);
    expect(placeOfLive(shown[1])).toBe('epoch 2 of split 0, network 1');
    expect(placeOfLive(live(1, 9, 2, 4))).toBe('epoch 2 of split 4');
  });

  it('a file without the metric has no curve', () => {
    const table = { columns: ['epoch', 'iteration', 'loss_train', 'loss_valid'], rows: [[0, 3, 0.7, 0.6]] };
    expect(filePoints(table, 2, 'BA')).toEqual([]);
    expect(filePoints(table, 2, 'loss')).toEqual([{ split: 2, epoch: 1, train: 0.7, valid: 0.6 }]);
  });
});
