import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { readPredictions } from '../src/maps/predictions';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';

const golden = (file: string): string => readFileSync(`test/golden/maps/${file}`, 'utf8');
const cells = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));

/** The largest difference of numbers; texts must be equal. `rows`: which are compared. */
function worstDifference(found: string, expected: string, rows: (row: readonly string[]) => boolean = () => true): number {
  const [a, b] = [cells(found), cells(expected)];
  expect(a.map((row) => row.length)).toEqual(b.map((row) => row.length));
  expect(a[0]).toEqual(b[0]);
  let worst = 0;
  for (const [r, row] of b.entries()) {
    if (!rows(row)) continue;
    for (const [c, cell] of row.entries()) {
      if (cell === a[r][c]) continue;
      const difference = Math.abs(Number(cell) - Number(a[r][c]));
      expect(difference, `row ${r}, column ${c}: ${a[r][c]} for ${cell}`).not.toBeNaN();
      worst = Math.max(worst, difference);
    }
  }
  return worst;
}

const definition = '--caps_directory caps --participants_tsv tsv/split/test_baseline.tsv';
// The original does not seed the intervals of predict.
const withoutIntervals = (row: readonly string[]): boolean => !/^(Lower|Upper|SE)/.test(row[0]);

let study: Road;
beforeAll(async () => {
  const workspace = memoryFolder('study');
  await copyIntoFolder(workspace, 'test/golden/study');
  for (const maps of ['maps_cls', 'maps_roi']) await copyIntoFolder(workspace, `test/golden/maps/${maps}`, maps);
  study = await road(workspace, 'wasm');
  await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
});

describe('a MAPS of ClinicaDL', () => {
  it('predicts here what it predicted there', async () => {
    await study.must(`clinicadl predict maps_cls again -s 0 -sm loss --batch_size 4 ${definition}`);
    for (const [table, rows] of [
      ['prediction', undefined],
      ['metrics', withoutIntervals],
    ] as const) {
      const name = `image_level_${table}.tsv`;
      const found = await study.text(`maps_cls/split-0/best-loss/again/again_${name}`);
      expect(worstDifference(found, golden(`maps_cls/split-0/best-loss/test/test_${name}`), rows), table).toBeLessThan(1e-5);
    }
  });

  it('predicts without labels, in the same layout', async () => {
    await study.must(`clinicadl predict maps_cls bare --no_labels -s 0 -sm loss --batch_size 4 ${definition}`);
    const name = 'image_level_prediction.tsv';
    const found = await study.text(`maps_cls/split-0/best-loss/bare/bare_${name}`);
    expect(worstDifference(found, golden(`maps_cls/split-0/best-loss/testnl/testnl_${name}`))).toBeLessThan(1e-5);
    expect(await study.workspace.kindOf('maps_cls/split-0/best-loss/bare/bare_image_level_metrics.tsv')).toBeUndefined();
  });

  it('of regions votes as it voted there', async () => {
    await study.must(`clinicadl predict maps_roi again --batch_size 4 ${definition}`);
    for (const name of ['roi_level_prediction.tsv', 'image_level_prediction.tsv', 'image_level_metrics.tsv']) {
      const found = await study.text(`maps_roi/split-0/best-loss/again/again_${name}`);
      expect(worstDifference(found, golden(`maps_roi/split-0/best-loss/test/test_${name}`)), name).toBeLessThan(1e-5);
    }
  });

  it('refuses a group that shares participants with its training', async () => {
    const outcome = await study.run(
      'clinicadl predict maps_cls leak --caps_directory caps --participants_tsv tsv/split/train.tsv',
    );
    expect(outcome).toMatchObject({ status: 'failed', written: [], error: { code: 'data-leakage' } });
    expect(outcome.error?.message).toContain('sub-T00');
  });
});

describe('a training with the settings of maps_cls', () => {
  it('ends with the predictions, metrics and intervals of ClinicaDL, and PyTorch opens its MAPS', async () => {
    await study.must(
      'clinicadl train classification caps image tsv/split/2_fold ours --architecture Conv4_FC3 --no-gpu --n_proc 0 --seed 0 --epochs 2 --n_splits 2 --batch_size 4 -lr 0.001 --dropout 0.5 -sm loss -sm BA',
    );
    for (const split of [0, 1]) {
      for (const metric of ['loss', 'BA']) {
        for (const group of ['train', 'validation']) {
          for (const table of ['prediction', 'metrics']) {
            const file = `split-${split}/best-${metric}/${group}/${group}_image_level_${table}.tsv`;
            expect(worstDifference(await study.text(`ours/${file}`), golden(`maps_cls/${file}`)), file).toBeLessThan(1e-5);
          }
        }
      }
    }
    const strip = (text: string): string => text.replaceAll('/study/', '');
    expect(await study.text('ours/maps.json')).toBe(strip(golden('maps_cls/maps.json')));
    for (const file of [
      'train+validation.tsv',
      'train/split-1/data.tsv',
      'train/split-1/maps.json',
      'validation/split-0/data.tsv',
    ]) {
      expect(await study.text(`ours/groups/${file}`), file).toBe(strip(golden(`maps_cls/groups/${file}`)));
    }
    expect(await study.workspace.kindOf('ours/split-0/tmp')).toBeUndefined();

    await study.must(`clinicadl predict ours test -s 0 -sm loss ${definition}`);
    const where = 'ours/split-0/best-loss/test/test_image_level_prediction.tsv';
    const rows = readPredictions(await study.workspace.read(where), 'image', where);
    const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-maps-'));
    const model = path.join(folder, 'model.pth.tar');
    writeFileSync(model, await study.workspace.read('ours/split-0/best-loss/model.pth.tar'));
    const tensors: string[] = [];
    for (const { participant_id, session_id } of rows) {
      const folderPath = `caps/subjects/${participant_id}/${session_id}/deeplearning_prepare_data/image_based/t1_linear`;
      const [{ name }] = await study.workspace.list(folderPath);
      tensors.push(path.join(folder, name));
      writeFileSync(tensors[tensors.length - 1], await study.workspace.read(`${folderPath}/${name}`));
    }
    const output = execFileSync('/usr/bin/python3', ['test/python/predict_maps.py', model, ...tensors], { encoding: 'utf8' });
    const probabilities = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as number[]);
    expect(probabilities).toHaveLength(rows.length);
    for (const [i, row] of rows.entries()) expect(Math.abs(probabilities[i][0] - row.probabilities[0])).toBeLessThan(1e-5);
  });
});
