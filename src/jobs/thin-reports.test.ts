import { describe, expect, it } from 'vitest';
import type { Progress } from '../base/job';
import { thinReports } from './thin-reports';

const step = (done: number, total = 1000): Progress => ({ stage: 'train', done, total, unit: 'batches' });

describe('progress reports', () => {
  it('come at most ten times a second', () => {
    let time = 0;
    const seen: number[] = [];
    const report = thinReports(
      (progress) => seen.push(progress.done),
      () => time,
    );
    for (let done = 1; done <= 100; done++) {
      time += 10;
      report(step(done));
    }
    expect(seen.length).toBe(10);
  });

  it('never lose the last of a stage nor the numbers of an epoch', () => {
    const seen: Progress[] = [];
    const report = thinReports(
      (progress) => seen.push(progress),
      () => 0,
    );
    const live = { split: 0, network: 0, epoch: 0, iteration: 1, values: { loss_train: 1 } };
    report(step(1));
    report(step(2));
    report({ ...step(3), live });
    report(step(1000));
    expect(seen.map((progress) => progress.done)).toEqual([1, 3, 1000]);
  });
});
