/** @file What the page is told about MAPS that Python's ClinicaDL wrote: regression, reconstruction, one network per patch. */
import { describe, expect, it } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import { memoryFolder } from '../folders/memory-folder';
import type { LabelledRow } from '../learning/prediction';
import { readPredictionRows, resultView } from './result-view';
import { trainingCurves } from './training-curves';

async function folderWith(...names: readonly string[]) {
  const folder = memoryFolder('study');
  for (const name of names) await copyIntoFolder(folder, `test/golden/maps/${name}`, 'maps');
  return folder;
}

const request = { path: 'maps', split: 0, metric: 'loss', group: 'test', level: 'image' } as const;

describe('the result of a', () => {
  it('regression has its metrics and predicted values, and nothing of a classification', async () => {
    const view = await resultView(await folderWith('maps_reg'), request);
    expect(view).toMatchObject({ task: 'regression', n: 6, images: 6, rows: [], classes: [], rocs: [], confusion: null });
    expect(view.metrics?.map(({ name }) => name)).toEqual(['R2_score', 'MAE', 'RMSE', 'loss']);
    const [truth, predicted] = ['true_label', 'predicted_label'].map((name) =>
      view.table!.rows.map((row) => Number(row[view.table!.header.indexOf(name)])),
    );
    const absolute = truth!.reduce((sum, value, i) => sum + Math.abs(value - predicted![i]!), 0) / truth!.length;
    expect(view.metrics?.find(({ name }) => name === 'MAE')?.value).toBeCloseTo(absolute, 10);
  });

  it('reconstruction has metrics of each image', async () => {
    const view = await resultView(await folderWith('maps_rec'), request);
    expect(view).toMatchObject({ task: 'other', n: 6, images: 6, rocs: [], confusion: null });
    expect(view.metrics?.map(({ name }) => name)).toEqual(['MAE', 'RMSE', 'PSNR', 'SSIM', 'loss']);
    expect(view.table?.header).toContain('PSNR');
  });

  it('MAPS with a network for each patch has a list of metrics for each, and no single one', async () => {
    const view = await resultView(await folderWith('maps_patch_multi'), { ...request, level: 'patch' });
    expect(view.metrics).toBeNull();
    expect(view.networks).toHaveLength(8);
    expect(view.n).toBe(8 * view.images!);
    const losses = view.networks.map((metrics) => metrics.find(({ name }) => name === 'loss')?.value);
    expect(new Set(losses).size).toBe(8);
    expect((await trainingCurves(await folderWith('maps_patch_multi'), { path: 'maps', split: 0 })).networks).toHaveLength(8);
  });
});

it('three classes have a curve each, of the class against the rest; one without rows has none', async () => {
  const folder = memoryFolder('study');
  const write = (path: string, text: string) => folder.write(path, new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>);
  await write('maps/maps.json', JSON.stringify({ mode: 'image', label_code: { AD: 0, CN: 1, MCI: 2 } }));
  const table = (rows: readonly string[]): Promise<void> =>
    write(
      'maps/split-0/best-loss/test/test_image_level_prediction.tsv',
      ['participant_id\tsession_id\timage_id\ttrue_label\tpredicted_label\tproba0\tproba1\tproba2', ...rows].join('\n'),
    );
  const rows = ['0\t0\t0.7\t0.2\t0.1', '0\t1\t0.3\t0.5\t0.2', '1\t1\t0.4\t0.5\t0.1', '2\t1\t0.1\t0.8\t0.1'].map(
    (cells, i) => `sub-${i}\tses-M000\t0\t${cells}`,
  );
  await table(rows);
  const view = await resultView(folder, request);
  expect(view.classes).toEqual(['AD', 'CN', 'MCI']);
  // Pairs of a row of the class and another that are in order, ties half: 3 of 4; ½ + 1 of 3; 0 + ½ + ½ of 3.
  expect(view.rocs.map((roc) => roc?.auc)).toEqual([0.75, 0.5, expect.closeTo(1 / 3, 12)]);
  await table(rows.slice(0, 3));
  expect((await resultView(folder, request)).rocs.map((roc) => roc === null)).toEqual([false, false, true]);
});

describe('the curves of a split', () => {
  it('have the number of batches of each group: ln 2 per batch for a network that has learned nothing', async () => {
    const folder = await folderWith('maps_cls_steps');
    await copyIntoFolder(folder, 'test/golden/maps/maps_cls/groups', 'maps/groups');
    const { columns, rows, batches } = await trainingCurves(folder, { path: 'maps', split: 0 });
    expect(batches).toEqual({ train: 3, valid: 2 });
    const [train, valid] = ['loss_train', 'loss_valid'].map((name) => rows[0]![columns.indexOf(name)]!);
    expect(train! / batches.train!).toBeCloseTo(Math.LN2, 2);
    expect(valid! / batches.valid!).toBeCloseTo(Math.LN2, 2);
  });

  it('are unknown in their batches where the MAPS does not tell, and empty where there is no log', async () => {
    const { rows, batches } = await trainingCurves(await folderWith('maps_cls_steps'), { path: 'maps', split: 0 });
    expect(rows.length).toBeGreaterThan(0);
    expect(batches).toEqual({ train: null, valid: null });
    expect((await trainingCurves(await folderWith('maps_reg'), { path: 'maps', split: 0 })).rows).toEqual([]);
  });
});

describe('the rows of a prediction, for scripts,', () => {
  const place = { split: 0, metric: 'loss', group: 'test', level: 'image' } as const;

  it('of a regression have true and predicted values', async () => {
    const rows = await readPredictionRows((await folderWith('maps_reg')).sub('maps'), place);
    expect(rows).toHaveLength(6);
    for (const row of rows)
      expect(row).toMatchObject({ elementId: 0, true_label: expect.any(Number), predicted_label: expect.any(Number) });
    expect(rows.every((row) => (row as LabelledRow).true_label! > 50)).toBe(true);
  });

  it('of a reconstruction have the metrics of each image', async () => {
    const rows = await readPredictionRows((await folderWith('maps_rec')).sub('maps'), place);
    expect(rows[0]).toMatchObject({ participant_id: 'sub-T01', MAE: expect.any(Number), SSIM: expect.any(Number) });
  });
});
