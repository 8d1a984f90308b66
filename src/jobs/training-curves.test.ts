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
    target: null,
    networks: [],
    network: null,
  });
});

it('of a mode that is not known are refused, not taken for those of images', async () => {
  const workspace = memoryFolder('study');
  const write = (path: string, text: string): Promise<void> => workspace.write(`maps/${path}`, new TextEncoder().encode(text));
  await write('maps.json', '{"mode": "voxel", "batch_size": 4}');
  await write('split-0/training_logs/training.tsv', 'epoch\n0\n');
  await expect(trainingCurves(workspace, { path: 'maps', split: 0 })).rejects.toMatchObject({
    code: 'maps-value',
    message: 'In the parameters of "maps", mode is "voxel"; image, patch, roi, slice was expected.',
  });
});

it('of one of several networks: each sees one element of each image', async () => {
  const workspace = memoryFolder('study');
  const write = (path: string, text: string): Promise<void> => workspace.write(`maps/${path}`, new TextEncoder().encode(text));
  await write('maps.json', '{"mode": "patch", "batch_size": 4}');
  for (const network of [0, 2, 10])
    await write(`split-0/training_logs/network-${network}/training.tsv`, `epoch\titeration\tloss_train\n0\t2\t${network}\n`);
  await write('groups/train/split-0/data.tsv', rows(9));
  await write('split-0/best-loss/train/train_patch_level_prediction.tsv', rows(90));
  const shown = { networks: [0, 2, 10], batches: { train: 3, valid: null } };
  expect(await trainingCurves(workspace, { path: 'maps', split: 0 })).toMatchObject({ ...shown, network: 0, rows: [[0, 2, 0]] });
  const asked = await trainingCurves(workspace, { path: 'maps', split: 0, network: 10 });
  expect(asked).toMatchObject({ ...shown, network: 10, rows: [[0, 2, 10]] });
});

it('of two domains: the second has a file without a header, and the groups are its own', async () => {
  const workspace = memoryFolder('study');
  const write = (path: string, text: string): Promise<void> => workspace.write(`maps/${path}`, new TextEncoder().encode(text));
  await write('maps.json', '{"mode": "image", "batch_size": 4, "ssda_network": true}');
  await write('split-0/training_logs/training.tsv', 'epoch\titeration\tloss_train\tloss_valid\n0\t2\t1.5\t2\n');
  await write('split-0/training_logs/training_target.tsv', '0\t2\t\t2\n1\t2\t2\t2\n');
  await write('groups/train/split-0/data.tsv', rows(9));
  await write('groups/validation/split-0/data.tsv', rows(5));
  expect(await trainingCurves(workspace, { path: 'maps', split: 0 })).toMatchObject({
    rows: [[0, 2, 1.5, 2]],
    batches: { train: null, valid: null },
    target: {
      rows: [
        [0, 2, Number.NaN, 2],
        [1, 2, 2, 2],
      ],
      batches: { train: 3, valid: 2 },
    },
  });
});
