/** @file Learning curves of a MAPS, with the folder names of this version and of older ones. */
import { expect, it } from 'vitest';
import { memoryFolder } from '../folders/memory-folder';
import { trainingCurves } from './training-curves';

const rows = (count: number): string =>
  ['participant_id\tsession_id', ...Array.from({ length: count }, (_, i) => `sub-${i}\tses-M000`), ''].join('\n');

it.each(['split', 'fold'])('of %s-0: losses are known by their batches before anything is predicted', async (prefix) => {
  const workspace = memoryFolder('study');
  const write = (path: string, text: string): Promise<void> => workspace.write(`maps/${path}`, new TextEncoder().encode(text));
  await write('maps.json', '{"mode": "image", "batch_size": 4}');
  await write(`${prefix}-0/training_logs/training.tsv`, 'epoch\titeration\tloss_train\tloss_valid\n0\t2\t1.5\t\n');
  await write(`groups/train/${prefix}-0/data.tsv`, rows(9));
  await write(`groups/validation/${prefix}-0/data.tsv`, rows(5));
  expect(await trainingCurves(workspace, { path: 'maps', split: 0 })).toEqual({
    columns: ['epoch', 'iteration', 'loss_train', 'loss_valid'],
    rows: [[0, 2, 1.5, Number.NaN]],
    batches: { train: 3, valid: 2 },
    networkLogs: 0,
  });
});

it('of a mode that is not known are refused, not taken for those of images', async () => {
  const workspace = memoryFolder('study');
  const write = (path: string, text: string): Promise<void> => workspace.write(`maps/${path}`, new TextEncoder().encode(text));
  await write('maps.json', '{"mode": "voxel", "batch_size": 4}');
  await write('split-0/training_logs/training.tsv', 'epoch\n0\n');
  await expect(trainingCurves(workspace, { path: 'maps', split: 0 })).rejects.toMatchObject({
    code: 'maps-value',
    message: 'In the maps.json of "maps", mode is "voxel"; image, patch, roi, slice was expected.',
  });
});
