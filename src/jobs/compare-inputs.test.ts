/** @file What a prediction says of its images beside those of the training: whose training, and when it says nothing. */
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import type { Batch } from '../batches/batch';
import { memoryFolder } from '../folders/memory-folder';
import type { TrainingSummary } from '../maps/training-summary';
import { InputComparison, tellUncompared, tellVoxels } from './compare-inputs';

const summaryOf = (least: number, greatest: number, voxel_size: readonly number[] | null = null): TrainingSummary => ({
  images: 2,
  inputs: 2,
  inputs_left_out: 0,
  shape: [1, 2, 2, 2],
  voxel_size,
  simulated: null,
  normalized: false,
  intensity: { probabilities: [0.5], mean: [least], std: [0], least: [least], greatest: [greatest] },
  features: null,
});

describe('the voxels of the first image', () => {
  it.each([
    ['0.9375 rounded as a float', [0.9375, 1, 1], [0.93749998, 1, 1], null],
    ['half a per cent', [1, 1, 1], [1.004, 1, 1], null],
    ['more', [1, 1, 1], [1, 1.006, 1], '1 × 1.006 × 1 mm, and 1 × 1 × 1 mm'],
    ['tiny ones', [0.0101, 0.0101, 0.0101], [0.0102, 0.0101, 0.0101], '0.0102 × 0.0101 × 0.0101 mm'],
  ])('%s', async (_, trained, [x, y, z], told) => {
    const { context, issues } = testContext(memoryFolder('study'));
    const affine = [
      [x, 0, 0, 0],
      [0, y, 0, 0],
      [0, 0, z, 0],
      [0, 0, 0, 1],
    ];
    const first = { participant_id: 'sub-A', session_id: 'ses-1', elementId: 0 };
    const opened = {
      study: { places: async () => async () => affine },
      data: new Map([[0, { first }]]),
      targets: [{ split: 0, metrics: ['loss'] }],
      networks: [null],
    } as unknown as Parameters<typeof tellVoxels>[0];
    await tellVoxels(opened, () => summaryOf(0, 1, trained), 'new', context);
    expect(issues.map(({ message }) => told !== null && message.includes(told))).toEqual(told === null ? [] : [true]);
  });
});

describe('the intensities', () => {
  it.each([
    [null, 'those that split 3 was trained on'],
    [2, 'those that network 2 of split 3 was trained on'],
  ])('of network %s are told with its name', async (network, told) => {
    const comparison = new InputComparison(summaryOf(0, 1));
    const batch = {
      samples: [{ participant_id: 'sub-A', session_id: 'ses-1', elementId: 0 }],
      shape: [1, 2, 2, 2, 1],
      data: new Float32Array(8).fill(9),
    } as unknown as Batch;
    await comparison.watch(batch);
    expect(comparison.issue('new', { split: 3, network }, 'maps')?.message).toContain(told);
  });

  it('that the training has no range of are not compared, which is said', () => {
    const { context, lines } = testContext(memoryFolder('study'));
    const summaries = (split: number, network: number | null) =>
      split === 1 ? null : network === 0 ? summaryOf(0, 1) : { ...summaryOf(1, 1), inputs: 1 };
    const targets = [0, 1].map((split) => ({ split, metrics: ['loss'] }));
    tellUncompared({ targets, networks: [0, 1] }, summaries, 'new', context);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/"new".*network 1 of split 0.*one input/);
  });
});
