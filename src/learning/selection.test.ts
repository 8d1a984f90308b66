import { describe, expect, it } from 'vitest';
import { TorchRandom } from '../base/torch-random';
import { plainLoss } from '../engine/executor';
import { afterEpoch, type StoppingState, stoppingStart } from './early-stopping';
import { crossEntropy } from './losses/classes';
import { softmax } from './losses/softmax';
import { classificationStatistics } from './metrics/classification';
import { valuesOf } from './metrics/statistic';
import { drawTrainPass, trainOrder } from './sampler';
import { noBestYet, type SetMetrics, selectBest } from './selection';
import { classification } from './tasks/classification';

describe('selectBest', () => {
  const task = classification(2, plainLoss('CrossEntropyLoss'));
  const at = (truth: number[], predicted: number[], loss: number, classes = 2): SetMetrics => ({
    metrics: valuesOf(classificationStatistics(truth, predicted, classes), truth.length),
    losses: [{ name: 'loss', value: loss, text: '' }],
  });

  it('only a strict improvement counts, and NaN never does', () => {
    const start = noBestYet(['loss', 'BA']);
    const first = selectBest(start, at([0, 1], [0, 0], 2), task);
    expect(first.improved).toEqual(['loss', 'BA']);
    const equal = selectBest(first.best, at([0, 1], [0, 0], 2), task);
    expect(equal.improved).toEqual([]);
    const undefinedLoss = selectBest(equal.best, at([0, 1], [0, 1], Number.NaN), task);
    expect(undefinedLoss.improved).toEqual(['BA']);
    expect(undefinedLoss.best).toEqual({ loss: 2, BA: 1 });
  });

  it('with three classes the mean over the classes decides', () => {
    const found = at([0, 1, 2], [0, 1, 1], 1, 3);
    const balanced = ['BA-0', 'BA-1', 'BA-2'].map((name) => found.metrics.find((metric) => metric.name === name)!.value);
    const { best } = selectBest(noBestYet(['BA']), found, task);
    expect(best.BA).toBeCloseTo((balanced[0] + balanced[1] + balanced[2]) / 3, 12);
  });
});

describe('early stopping', () => {
  const run = (losses: readonly number[], patience: number, tolerance: number): number => {
    let state: StoppingState = stoppingStart;
    return losses.findIndex((loss) => {
      state = afterEpoch(state, loss, { patience, tolerance });
      return state.stopped;
    });
  };

  it('stops after so many epochs without improvement', () => {
    expect(run([3, 2, 2, 1.9, 2, 2], 2, 0)).toBe(5);
    expect(run([3, 2, 2, 2], 2, 0)).toBe(3);
  });

  it('an improvement smaller than the tolerance is none', () => {
    expect(run([2, 1.95, 1.9], 2, 0.1)).toBe(2);
    expect(run([2, 1.7, 1.5], 2, 0.1)).toBe(-1);
  });

  it('stops at NaN, but not in the first epoch; patience 0 never stops', () => {
    expect(run([1, Number.NaN], 5, 0)).toBe(1);
    expect(run([Number.NaN, 1], 5, 0)).toBe(-1);
    expect(run([1, Number.NaN, 2, 3], 0, 0)).toBe(-1);
  });
});

describe('orders of samples', () => {
  it('epochs are permuted by their number, whatever the seed', () => {
    expect([0, 1, 2].map((epoch) => trainOrder(epoch, 8))).toEqual([
      [4, 0, 7, 3, 2, 5, 1, 6],
      [5, 4, 2, 6, 7, 3, 1, 0],
      [0, 4, 7, 2, 6, 5, 1, 3],
    ]);
  });

  it('the weighted sampler draws rare classes as often as frequent ones', () => {
    const random = new TorchRandom(0);
    const weights = classification(2, plainLoss('CrossEntropyLoss')).weights([0, 0, 0, 0, 1, 1]);
    // numbers of torch.utils.data.WeightedRandomSampler, before which a loader draws its worker seed
    expect(random.multinomial(weights!, 6)).toEqual([5, 4, 3, 5, 4, 5]);
    const pass = new TorchRandom(0);
    const same = new TorchRandom(0);
    same.nextInt64();
    expect(drawTrainPass(weights, pass)).toEqual(same.multinomial(weights!, 6));
  });
});

describe('cross-entropy', () => {
  it('is log 2 for equal logits and stays finite for huge ones', () => {
    expect(crossEntropy(Float32Array.of(7, 7), [0])).toBe(Math.fround(Math.LN2));
    expect(crossEntropy(Float32Array.of(1000, 0, 0, 1000), [1, 1])).toBe(500);
  });

  it('softmax of huge logits is a probability', () => {
    expect(softmax(Float32Array.of(1000, 1000, -1000))).toEqual([0.5, 0.5, 0]);
  });
});
