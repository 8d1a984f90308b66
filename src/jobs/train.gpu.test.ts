import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import { nodeGpu } from '../../test/node-gpu';
import { road } from '../../test/road';
import { memoryFolder } from '../folders/memory-folder';

const losses = (text: string): number[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .slice(1)
    .map((row) => [row[0], row[1], row[14], row[26]].map(Number));

it('a training on the WebGPU engine follows the loss curve of ClinicaDL to 1e-4', async () => {
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: await nodeGpu() }, configurable: true });
  const workspace = memoryFolder('study');
  await copyIntoFolder(workspace, 'test/golden/study');
  const study = await road(workspace, 'webgpu');
  await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
  await study.must(
    'clinicadl train classification caps image tsv/split/2_fold maps --architecture Conv4_FC3 --seed 0 --epochs 2 --n_splits 2 -s 0 --batch_size 4 -lr 0.001 --dropout 0 --evaluation_steps 1',
  );
  const found = losses(await study.text('maps/split-0/training_logs/training.tsv'));
  const expected = losses(readFileSync('test/golden/maps/maps_cls_steps/split-0/training_logs/training.tsv', 'utf8'));
  expect(found.map(([epoch, iteration]) => [epoch, iteration])).toEqual(expected.map(([epoch, iteration]) => [epoch, iteration]));
  for (const [i, row] of expected.entries()) {
    for (const column of [2, 3]) expect(Math.abs(found[i][column] - row[column]), `row ${i}`).toBeLessThan(1e-4);
  }
});
