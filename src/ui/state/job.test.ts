import { describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../options/outcome';
import { Job } from './job';

const outcome = (status: CommandOutcome['status']): CommandOutcome => ({
  status,
  issues: [],
  written: [],
  result: null,
  output: [],
});
const progress = { stage: 'extract', done: 3, total: 12, unit: 'sessions' };
const start = () => {
  let changes = 0;
  const job = new Job('clinicadl predict maps test', () => changes++);
  return { job, changes: () => changes };
};

describe('a job of the page', () => {
  it('a stopped job stays stopped when a late report arrives', () => {
    const { job, changes } = start();
    job.report(progress);
    job.stop();
    job.finish(outcome('stopped'));
    const before = changes();
    job.report({ ...progress, done: 4 });
    job.print('late line');
    job.finish(outcome('done'));
    expect(job.state.kind).toBe('stopped');
    expect(job.log).toEqual([]);
    expect(changes()).toBe(before);
  });

  it('is still running, and says that it stops, between the request and the end', () => {
    const { job } = start();
    job.report(progress);
    job.stop();
    expect(job.state).toEqual({ kind: 'running', stopping: true, progress });
    expect(job.stopper.signal.aborted).toBe(true);
  });

  it('shows the share of its present stage, and none before the first report', () => {
    const { job } = start();
    expect(job.share).toBeUndefined();
    job.report(progress);
    expect(job.share).toBe(0.25);
    job.report({ ...progress, done: 0, total: 0 });
    expect(job.share).toBeUndefined();
    job.finish(outcome('done'));
    expect(job.share).toBe(1);
  });

  it('the bar of a training does not jump back while an epoch is evaluated', () => {
    const { job } = start();
    const batches = { total: 100, unit: 'batches' };
    job.report({ ...batches, stage: 'train split 0', done: 40, secondsLeft: 9 });
    job.report({ ...batches, stage: 'evaluate split 0', done: 1, total: 4 });
    expect(job.state).toMatchObject({ progress: { stage: 'evaluate split 0', done: 40, total: 100, secondsLeft: 9 } });
    job.report({ ...batches, stage: 'train split 0', done: 100 });
    job.report({ ...batches, stage: 'evaluate split 0', done: 1, total: 4 });
    expect(job.share).toBe(0.25);
  });

  it('keeps every epoch, and a bounded number of batches', () => {
    const { job } = start();
    const at = { split: 0, network: 0, epoch: 0 };
    for (let i = 0; i < 9000; i++)
      job.report({ ...progress, live: { ...at, iteration: i, values: { batch_loss: 1 / (i + 1) } } });
    for (let epoch = 0; epoch < 50; epoch++) {
      job.report({ ...progress, live: { ...at, epoch, iteration: 0, values: { loss_train: 0.5, loss_valid: 0.6 } } });
    }
    expect(job.epochs).toHaveLength(50);
    expect(job.batches.length).toBeLessThanOrEqual(3000);
    expect(job.batches.at(-1)?.iteration).toBeGreaterThan(8000);
  });
});
