import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import { meanLogits } from '../../test/last-layer';
import { type Road, road } from '../../test/road';
import { skips } from '../../test/skips';
import { nodeGpu } from '../cli/node-gpu';
import { memoryFolder } from '../folders/memory-folder';
import { openDevice } from '../gpu/device';

const losses = (text: string): number[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .slice(1)
    .map((row) => [row[0], row[1], row[14], row[26]].map(Number));

const trainLine = (maps: string, more: string): string =>
  `clinicadl train classification caps image tsv/split/2_fold ${maps} --architecture Conv4_FC3 --seed 0 --epochs 2 --n_splits 2 -s 0 --batch_size 4 -lr 0.001 --dropout 0 --evaluation_steps 1 ${more}`;

describe('a training on the WebGPU engine', () => {
  let study: Road;
  let half: boolean;
  beforeAll(async () => {
    const gpu = await nodeGpu();
    Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
    const device = await openDevice(gpu);
    half = device.half;
    device.destroy();
    const workspace = memoryFolder('study');
    await copyIntoFolder(workspace, 'test/golden/study');
    study = await road(workspace, 'webgpu');
    await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
  });

  /** Rows of training.tsv beside those of ClinicaDL. */
  async function expectLosses(maps: string, tolerance: number): Promise<void> {
    const found = losses(await study.text(`${maps}/split-0/training_logs/training.tsv`));
    const expected = losses(readFileSync('test/golden/maps/maps_cls_steps/split-0/training_logs/training.tsv', 'utf8'));
    expect(found.map(([epoch, iteration]) => [epoch, iteration])).toEqual(
      expected.map(([epoch, iteration]) => [epoch, iteration]),
    );
    for (const [i, row] of expected.entries())
      for (const column of [2, 3]) expect(Math.abs(found[i][column] - row[column]), `row ${i}`).toBeLessThan(tolerance);
  }

  it('follows the loss curve of ClinicaDL to 1e-4, and sums up the features of its training set', async () => {
    await study.must(trainLine('maps', ''));
    await expectLosses('maps', 1e-4);
    const { summary, predicted } = await meanLogits(study, 'maps/split-0/best-loss');
    expect(summary).toBeCloseTo(predicted, 4);
  });

  it('follows it within the precision of f16 when activations are stored so, and says so in maps.json', async ({ skip }) => {
    skip(!half, skips.noHalf);
    await study.must(trainLine('maps_amp', '--amp'));
    await expectLosses('maps_amp', 5e-3);
    const { summary, predicted } = await meanLogits(study, 'maps_amp/split-0/best-loss');
    expect(Math.abs(summary - predicted)).toBeLessThan(5e-3);
    expect(JSON.parse(await study.text('maps_amp/maps.json'))).toMatchObject({ amp: true });
  });

  it('refuses amp where the adapter cannot, and leaves no folder', async ({ skip }) => {
    skip(half, skips.half);
    const outcome = await study.run(trainLine('maps_amp', '--amp'));
    expect(outcome.error).toMatchObject({ code: 'amp-unavailable' });
    expect(await study.workspace.kindOf('maps_amp')).toBeUndefined();
  });
});
