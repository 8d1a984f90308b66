/** @file Whole trainings against the MAPS of ClinicaDL and PyTorch, file by file. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../src/maps/weights';
import type { Road } from './road';
import { cells, expectTablesToAgree, filesBelow, goldenFiles, goldenText, joined, without } from './road-files';
import { formulaRoad, goldenRoad, goldenTraining } from './road-study';

/** Rows of ClinicaDL's own training.tsv have the clock in the column `time`. */
const log = async (study: Road, maps: string): Promise<string> => study.text(`${maps}/split-0/training_logs/training.tsv`);

const numbersOf = (data: Float32Array | BigInt64Array): number[] => Array.from<number | bigint, number>(data, Number);

const bytesOf = (data: Float32Array | BigInt64Array): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** What we write and the golden folders leave out, or ClinicaDL has not. */
const added = [
  'environment.txt',
  'information.log',
  'journal.jsonl',
  'split-0/all_models/model_epoch_0.pth.tar',
  'split-0/all_models/optimizer_epoch_0.pth.tar',
  'split-0/best-loss/training_summary.json',
  'split-0/training_logs/tensorboard/train/events',
  'split-0/training_logs/tensorboard/validation/events',
];

/** Names of TensorBoard's files hold the time. */
const withoutTime = (path: string): string => path.replace(/events\.out\.tfevents\.\d+\.\w+\.0$/, 'events');

const atStudy = (text: string): string => text.replaceAll('/study/', '');

describe('the golden study', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
  });

  it('trains along the loss curve of ClinicaDL and PyTorch', async () => {
    await study.must(goldenTraining('maps_steps', '-lr 0.001 --dropout 0 --evaluation_steps 1 -s 0 --save_all_models'));
    const expected = goldenText('maps/maps_cls_steps/split-0/training_logs/training.tsv');
    expectTablesToAgree(await log(study, 'maps_steps'), expected, 1e-4, ['time']);
    const parameters = atStudy(goldenText('maps/maps_cls_steps/maps.json'));
    expect(await study.text('maps_steps/maps.json')).toBe(parameters);
  });

  describe('with a learning rate of 0', () => {
    const golden = 'maps/maps_lr0';
    /** What the page is told at each evaluation. */
    const live: string[][] = [];
    beforeAll(async () => {
      await study.must(goldenTraining('maps_lr0', '--epochs 1 -lr 0 -wd 0 --dropout 0 -s 0 --save_all_models'), {
        report: (progress) => {
          const names = Object.keys(progress.live?.values ?? {});
          if (!names.includes('batch_loss') && names.length > 0) live.push(names.sort());
        },
      });
    });

    it('the page is told the columns of training.tsv, by their names', async () => {
      const [header] = cells(await log(study, 'maps_lr0'));
      expect(live).toEqual([header.filter((name) => /_(train|valid)$/.test(name)).sort()]);
    });

    it('keeps the initial weights of PyTorch bit for bit, and its statistics to 2e-6', async () => {
      const path = 'split-0/best-loss/model.pth.tar';
      const ours = readCheckpoint(await study.workspace.read(`maps_lr0/${path}`), path);
      const theirs = readCheckpoint(new Uint8Array(readFileSync(`test/golden/${golden}/${path}`)), path);
      expect({ ...ours, model: [...ours.model.keys()] }).toEqual({ ...theirs, model: [...theirs.model.keys()] });
      for (const [name, { shape, data }] of theirs.model) {
        const own = ours.model.get(name)!;
        expect(own.shape, name).toEqual(shape);
        if (/running_(mean|var)$/.test(name)) {
          const worst = numbersOf(data).reduce((most, value, i) => Math.max(most, Math.abs(numbersOf(own.data)[i] - value)), 0);
          expect(worst, name).toBeLessThanOrEqual(2e-6);
        } else expect(bytesOf(own.data).equals(bytesOf(data)), name).toBe(true);
      }
    });

    it('the folder holds what the one of ClinicaDL holds, and what is listed here', async () => {
      const ours = (await filesBelow(study.workspace, 'maps_lr0')).map((path) => withoutTime(path.slice('maps_lr0/'.length)));
      expect(ours.sort()).toEqual([...goldenFiles(golden), ...added].sort());
    });

    it('maps.json and the groups have the same bytes, but for the folder of the study', async () => {
      const same = goldenFiles(golden).filter((path) => path === 'maps.json' || path.startsWith('groups/'));
      expect(same).toHaveLength(10);
      for (const path of same) expect(await study.text(`maps_lr0/${path}`), path).toBe(atStudy(goldenText(`${golden}/${path}`)));
    });

    it('predictions are those of PyTorch to 1e-5; metrics and intervals have the same bytes, the loss to 1e-5', async () => {
      for (const group of ['train', 'validation']) {
        const file = `split-0/best-loss/${group}/${group}_image_level`;
        const [predictions, metrics] = [`${file}_prediction.tsv`, `${file}_metrics.tsv`];
        expectTablesToAgree(await study.text(`maps_lr0/${predictions}`), goldenText(`${golden}/${predictions}`), 1e-5);
        const [ours, theirs] = [await study.text(`maps_lr0/${metrics}`), goldenText(`${golden}/${metrics}`)];
        expect(without(ours, ['loss'])).toBe(without(theirs, ['loss']));
        expectTablesToAgree(ours, theirs, 1e-5);
      }
    });

    it('training.tsv has the columns of ClinicaDL, and the row of the epoch that it forgets', async () => {
      const [header, ...rows] = cells(await log(study, 'maps_lr0'));
      expect(joined([header])).toBe(goldenText(`${golden}/split-0/training_logs/training.tsv`).trimEnd());
      expect(rows.map((row) => row.slice(0, 2))).toEqual([['0', '2']]);
    });

    it('description.log says what the one of ClinicaDL says', async () => {
      const clock = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}/;
      for (const group of ['train', 'validation']) {
        const path = `split-0/best-loss/${group}/description.log`;
        const [ours, theirs] = [await study.text(`maps_lr0/${path}`), atStudy(goldenText(`${golden}/${path}`))];
        expect(ours).toMatch(clock);
        expect(ours.replace(clock, 'then')).toBe(theirs.replace(clock, 'then'));
      }
    });
  });

  it.each([
    [
      'maps_cls',
      'whole images, dropout, two folds, two selection metrics',
      'image',
      '-lr 0.001 --dropout 0.5 -sm loss -sm BA',
      8,
    ],
    ['maps_roi', 'regions, which vote', 'roibig', '-lr 0.0001 --dropout 0 -s 0', 2],
  ])('%s (%s): intervals as drawn by ClinicaDL, all other numbers to 1e-5', async (maps, _, json, options, results) => {
    if (json === 'roibig')
      await study.must('clinicadl prepare-data roi caps t1-linear --extract_json roibig --roi_list leftBig --roi_list rightBig');
    await study.must(goldenTraining(maps, options, json));
    expect(await study.text(`${maps}/maps.json`)).toBe(atStudy(goldenText(`maps/${maps}/maps.json`)));
    const tables = goldenFiles(`maps/${maps}`).filter((path) => /(train|validation)_\w+_level_\w+.tsv$/.test(path));
    expect(tables.length).toBe(results * (json === 'image' ? 2 : 4));
    for (const path of tables) {
      const [ours, theirs] = [await study.text(`${maps}/${path}`), goldenText(`maps/${maps}/${path}`)];
      expectTablesToAgree(ours, theirs, 1e-5);
      if (path.endsWith('_metrics.tsv')) expect(without(ours, ['loss']), path).toBe(without(theirs, ['loss']));
    }
  });
});

/** Table G: train and validation losses after each second batch of three epochs. */
const curve = [
  [0, 1, 2.8041663, 1.4018314],
  [0, 3, 2.7907448, 1.3954016],
  [1, 1, 2.7854865, 1.3929131],
  [1, 3, 2.7826927, 1.3922095],
  [2, 1, 2.7818403, 1.39201],
  [2, 3, 2.7802918, 1.3916473],
];

describe('the formula data set "G"', () => {
  let study: Road;
  const line = (maps: string, more: string): string =>
    `clinicadl train classification caps image tsv ${maps} --architecture Conv5_FC3 --no-gpu --batch_size 2 -lr 0.001 ${more}`;
  const losses = async (maps: string): Promise<number[][]> => {
    const [header, ...rows] = cells(await study.text(`${maps}/split-0/training_logs/training.tsv`));
    const columns = ['epoch', 'iteration', 'loss_train', 'loss_valid'].map((name) => header.indexOf(name));
    return rows.map((row) => columns.map((i) => Number(row[i])));
  };
  const expectClose = (found: readonly number[], expected: readonly number[], tolerance: number): void => {
    expect(found.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(Math.abs(found[i] - value), `${i}: ${found[i]}`).toBeLessThan(tolerance);
  };
  beforeAll(async () => {
    study = await formulaRoad([20, 24, 20]);
  });

  it('gives the losses of its table to 1e-4 and the final predictions to 1e-5', async () => {
    await study.must(line('maps', '--epochs 3 --evaluation_steps 2'));
    expectClose((await losses('maps')).flat(), curve.flat(), 1e-4);
    const predictions = [
      [
        'train',
        'G00 G04 G07 G02 G06 G05 G01 G03',
        [0.52993584, 0.53001356, 0.52920455, 0.52845645, 0.52963716, 0.52913362, 0.53034765, 0.53003561],
      ],
      ['validation', 'G08 G09 G10 G11', [0.53009903, 0.53006029, 0.52833277, 0.53018826]],
    ] as const;
    for (const [group, participants, probabilities] of predictions) {
      const [header, ...rows] = cells(await study.text(`maps/split-0/best-loss/${group}/${group}_image_level_prediction.tsv`));
      expect(rows.map((row) => row[0].replace('sub-', '')).join(' ')).toBe(participants);
      const column = header.indexOf('proba0');
      expectClose(
        rows.map((row) => Number(row[column])),
        probabilities,
        1e-5,
      );
    }
  });

  it.each([
    [2, [2.791616, 1.395567, 2.810078, 1.404376]],
    [3, [2.787665, 1.394536, 2.80449, 1.4013]],
  ])('gives the losses of gradients added over %d batches', async (steps, expected) => {
    const maps = `maps_accumulate_${steps}`;
    await study.must(line(maps, `--epochs 2 -asteps ${steps}`));
    expectClose(
      (await losses(maps)).flatMap((row) => row.slice(2)),
      expected,
      1e-4,
    );
  });
});
