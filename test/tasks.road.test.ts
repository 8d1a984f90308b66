/** @file Trainings of other tasks and optimisers against the MAPS of ClinicaDL and PyTorch, table by table. */
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';
import { cells, expectTablesToAgree, filesBelow, goldenFiles, goldenText, joined } from './road-files';
import { goldenRoad, goldenTraining, goldenVoxels, niftiFile, writeText } from './road-study';

let study: Road;
beforeAll(async () => {
  study = await goldenRoad();
});

const line = (task: string, maps: string, more: string): string =>
  goldenTraining(maps, more).replace('train classification', `train ${task}`);

const atStudy = (text: string): string => text.replaceAll('/study/', '');
const withoutDate = (text: string): string => text.replace(/ - \d{4}-.*/, '');

/** Numbers of the intervals of a prediction are not seeded there. */
const valuesOnly = (text: string): string => joined(cells(text).slice(0, 2));

/** The relative distance of two numbers, absolute below 1. */
function expectNear(found: string, expected: string, tolerance: number, where: string): void {
  const [a, b] = [cells(found), cells(expected)];
  expect(
    a.map((row) => row.length),
    where,
  ).toEqual(b.map((row) => row.length));
  for (const [r, row] of b.entries())
    for (const [c, cell] of row.entries()) {
      if (cell === a[r][c]) continue;
      const bound = tolerance * Math.max(1, Math.abs(Number(cell)));
      const place = `${where}, row ${r}, ${b[0][c]}: ${a[r][c]} for ${cell}`;
      expect(Math.abs(Number(a[r][c]) - Number(cell)), place).toBeLessThanOrEqual(bound);
    }
}

/** Tables of a MAPS: predictions and metrics to `tolerance` of each number, relatively; everything else to the letter. */
async function expectSameMaps(maps: string, tolerance: number, place = 'maps', own = study): Promise<void> {
  const files = goldenFiles(`${place}/${maps}`).filter((path) => /\.tsv$|\.json$/.test(path) && !path.includes('training_logs'));
  expect(files.length).toBeGreaterThan(4);
  for (const path of files) {
    const [found, expected] = [await own.text(`${maps}/${path}`), goldenText(`${place}/${maps}/${path}`)];
    if (!/_level_/.test(path)) expect(withoutDate(found), path).toBe(withoutDate(atStudy(expected)));
    else if (/\/te.*\/.*metrics/.test(path)) expectNear(valuesOnly(found), valuesOnly(expected), tolerance, path);
    else expectNear(found, expected, tolerance, path);
  }
}

/** The rows of our log that ClinicaDL writes, too: those of inner evaluations. */
async function expectSameLog(maps: string, tolerance: number, place = 'maps', own = study): Promise<void> {
  const path = 'split-0/training_logs/training.tsv';
  const expected = goldenText(`${place}/${maps}/${path}`);
  const keys = new Set(cells(expected).map((row) => row.slice(0, 2).join()));
  const shared = cells(await own.text(`${maps}/${path}`)).filter((row) => keys.has(row.slice(0, 2).join()));
  expect(shared.length).toBe(keys.size);
  expectTablesToAgree(joined(shared), expected, tolerance, ['time']);
}

const test = '--caps_directory caps --participants_tsv tsv/split/test_baseline.tsv --batch_size 4';

describe('against ClinicaDL', { timeout: 600_000 }, () => {
  it('a regression has its tables, groups, selected epochs and maps.json', async () => {
    await study.must(line('regression', 'maps_reg', '-sm loss -sm MAE'));
    await study.must(`clinicadl predict maps_reg test ${test}`);
    await expectSameMaps('maps_reg', 2e-4);
    await expectSameLog('maps_reg', 0);
  });

  it('a reconstruction, too', async () => {
    await study.must(line('reconstruction', 'maps_rec', '').replace('Conv4_FC3', 'AE_Conv4_FC3'));
    for (const group of ['test', 'test2', 'test3']) await study.must(`clinicadl predict maps_rec ${group} ${test}`);
    await expectSameMaps('maps_rec', 2e-4);
    await expectSameLog('maps_rec', 0);
  });

  it('gradients of two batches added', async () => {
    await study.must(line('classification', 'maps_accum', '-asteps 2 -s 0'));
    await expectSameMaps('maps_accum', 2e-4);
  });

  // ClinicaDL with PyTorch's oneDNN switched off is as far from its own files: 4e-4 in the predictions of AdamW, 4e-3 in its curve.
  it.each([
    ['SGD', 2e-4, 2e-4],
    ['AdamW', 1e-3, 5e-3],
  ] as const)('%s has its loss curve', async (optimizer, tolerance, ofLog) => {
    const maps = `maps_opt_${optimizer}`;
    await study.must(line('classification', maps, `--optimizer ${optimizer} -lr 0.01 --epochs 1 --evaluation_steps 1 -s 0`));
    await expectSameMaps(maps, tolerance);
    await expectSameLog(maps, ofLog);
  });

  it('a regression on regions has the mean of its elements, with labels and without', async () => {
    const maps = 'maps_regression_roi';
    await study.must('clinicadl prepare-data roi caps t1-linear --extract_json roibig --roi_list leftBig --roi_list rightBig');
    const training = line('regression', maps, '--epochs 1 -lr 0.001 -s 0').replace(' image ', ' roibig ');
    await study.must(training);
    await study.must(`clinicadl predict ${maps} te ${test.replace('4', '8')}`);
    await study.must(`clinicadl predict ${maps} tn ${test.replace('4', '8')} --no_labels`);
    await expectSameMaps(maps, 1e-3, 'tasks');
  });

  describe('a variational autoencoder', () => {
    let padded: Road;
    beforeAll(async () => {
      padded = await paddedRoad();
    });

    it.each([
      ['maps_vae', 'Vanilla3DdenseVAE'],
      ['maps_cvae', 'CVAE_3D_final_conv'],
    ])('%s (%s) has the noise, losses and parts of ClinicaDL', async (maps, network) => {
      const more = '-c variational.toml --epochs 2 --evaluation_steps 1 -lr 0.001 -s 0';
      await padded.must(line('reconstruction', maps, more).replace('Conv4_FC3', network));
      await expectSameMaps(maps, 1e-3, 'tasks', padded);
      await expectSameLog(maps, 5, 'tasks', padded);
    });
  });
});

/** The golden study in images of 32 × 40 × 32 voxels, with zeros around, as `golden/tasks/make.py` makes them. */
async function paddedRoad(): Promise<Road> {
  const workspace = memoryFolder('padded');
  await copyIntoFolder(workspace, 'test/golden/study');
  for (const path of await filesBelow(workspace, 'caps/subjects')) {
    const [, participant, session] = /(sub-\w+)\/(ses-\w+)\/t1_linear\/.*\.nii\.gz$/.exec(path) ?? [];
    if (participant === undefined) continue;
    const voxels = goldenVoxels(participant, session);
    const around = new Float32Array(32 * 40 * 32);
    for (let i = 0; i < 32; i++)
      for (let j = 0; j < 36; j++)
        for (let k = 0; k < 30; k++) around[(i * 40 + j + 2) * 32 + k + 1] = voxels[(i * 36 + j) * 30 + k];
    await workspace.write(path, niftiFile([32, 40, 32], around));
  }
  await writeText(workspace, 'variational.toml', goldenText('tasks/variational.toml'));
  const own = await road(workspace, 'wasm');
  await own.must('clinicadl prepare-data image caps t1-linear --extract_json image');
  return own;
}
