/** @file Three classes, the weighted sampler, votes without weight, labels that are no words: against files of ClinicaDL. */
import { beforeAll, describe, expect, it } from 'vitest';
import { makeLabelCode } from '../src/batches/labels';
import { memoryFolder } from '../src/folders/memory-folder';
import { readGroupTable } from '../src/jobs/group-table';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';
import { cells, contentOf, expectTablesToAgree, filesBelow, goldenFiles, goldenText, joined } from './road-files';
import { goldenRoad } from './road-study';

const golden = 'three_classes';
const diagnoses = '--diagnoses AD --diagnoses CN --diagnoses MCI';

/** A training as `make.py` runs it, with more options. */
const training = (json: string, maps: string, more: string): string =>
  `clinicadl train classification caps ${json} three/2_fold ${maps} --architecture Conv4_FC3 --no-gpu --n_proc 0 --n_splits 2 -s 0 ` +
  `--batch_size 4 -lr 0.001 --dropout 0 ${diagnoses} ${more}`;

const logFile = 'split-0/training_logs/training.tsv';

/** The rows of our log that ClinicaDL writes, too: those of inner evaluations. */
async function sharedRows(study: Road, maps: string): Promise<string> {
  const keys = new Set(cells(goldenText(`${golden}/${maps}/${logFile}`)).map((row) => row.slice(0, 2).join()));
  return joined(cells(await study.text(`${maps}/${logFile}`)).filter((row) => keys.has(row.slice(0, 2).join())));
}

const withoutDate = (text: string): string => text.replace(/ - \d{4}-.*/, '');

let study: Road;
beforeAll(async () => {
  study = await goldenRoad();
  await copyIntoFolder(study.workspace, `test/golden/${golden}/tsv`, 'three');
});

async function expectSameText(maps: string, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    expect(withoutDate(await study.text(`${maps}/${path}`)), path).toBe(withoutDate(goldenText(`${golden}/${maps}/${path}`)));
}

async function expectSameTables(maps: string, paths: readonly string[], tolerance: number): Promise<void> {
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths)
    expectTablesToAgree(await study.text(`${maps}/${path}`), goldenText(`${golden}/${maps}/${path}`), tolerance);
}

const tablesOf = (maps: string): string[] => goldenFiles(`${golden}/${maps}`).filter((path) => /_level_\w+\.tsv$/.test(path));
const definitionsOf = (maps: string): string[] =>
  goldenFiles(`${golden}/${maps}`).filter((path) => path === 'maps.json' || path.startsWith('groups/') || path.endsWith('.log'));

it('a training of three classes has the columns, means, tags and tables of ClinicaDL', async () => {
  await study.must(training('image', 'maps_three', '--epochs 2 --evaluation_steps 1'));
  expect(cells(await study.text(`maps_three/${logFile}`))[0]).toHaveLength(27);
  expectTablesToAgree(await sharedRows(study, 'maps_three'), goldenText(`${golden}/maps_three/${logFile}`), 1e-5, ['time']);
  const events = (await filesBelow(study.workspace, 'maps_three')).filter((name) => name.includes('tfevents'));
  expect(events).toHaveLength(2);
  for (const path of events) {
    const text = await study.text(path);
    expect(text, path).toContain('LR_minus');
    expect(text, path).not.toMatch(/BA-\d|MCC-\d/);
  }
  await expectSameText('maps_three', definitionsOf('maps_three'));
  expect(tablesOf('maps_three')).toHaveLength(4);
  await expectSameTables('maps_three', tablesOf('maps_three'), 1e-5);
});

it('the weighted sampler draws for each evaluation, so that validation is that of ClinicaDL', async () => {
  await study.must(training('image', 'maps_weighted', '--epochs 3 --evaluation_steps 2 --sampler weighted --seed 5'));
  // There the training set is evaluated on a new resample, here on each sample once.
  const resampled = cells(goldenText(`${golden}/maps_weighted/${logFile}`))[0].filter((name) => name.endsWith('_train'));
  const skipped = ['time', ...resampled];
  expectTablesToAgree(await sharedRows(study, 'maps_weighted'), goldenText(`${golden}/maps_weighted/${logFile}`), 1e-4, skipped);
  const validation = tablesOf('maps_weighted').filter((path) => path.includes('/validation/'));
  await expectSameTables('maps_weighted', validation, 1e-5);
});

it('a vote without any weight leaves its cells empty, and sessions are counted, not regions', async () => {
  await study.must('clinicadl prepare-data roi caps t1-linear --extract_json roibig --roi_list leftBig --roi_list rightBig');
  await study.must(training('roibig', 'maps_no_vote', '--epochs 1 --selection_threshold 1'));
  const file = 'split-0/best-loss/validation/validation_image_level_prediction.tsv';
  expect(goldenText(`${golden}/maps_no_vote/${file}`)).toMatch(/\t0\t\t\t\n/);
  await expectSameText('maps_no_vote', definitionsOf('maps_no_vote'));
  await expectSameTables('maps_no_vote', tablesOf('maps_no_vote'), 5e-5);
});

describe('a training of three classes that ClinicaDL began and did not finish', () => {
  /** The state after its first epoch, under a log of ours or another. */
  async function interrupted(maps: string, log: string): Promise<void> {
    const { workspace } = study;
    const first = 'after_one_epoch';
    if ((await workspace.kindOf(first)) === undefined)
      await study.must(training('image', first, '--epochs 1 --evaluation_steps 1 --save_all_models'));
    const write = (path: string, text: string): Promise<void> =>
      workspace.write(`${maps}/${path}`, new TextEncoder().encode(text));
    const left = { model: 'checkpoint', optimizer: 'optimizer' };
    for (const path of await filesBelow(workspace, first))
      await workspace.write(path.replace(first, maps), await workspace.read(path));
    for (const [from, to] of Object.entries(left)) {
      const bytes = await workspace.read(`${first}/split-0/all_models/${from}_epoch_0.pth.tar`);
      await workspace.write(`${maps}/split-0/tmp/${to}.pth.tar`, bytes);
    }
    await write('maps.json', (await study.text(`${first}/maps.json`)).replace('"epochs": 1,', '"epochs": 2,'));
    await write(logFile, log);
  }

  const whole = goldenText(`${golden}/maps_three/${logFile}`);
  const begun = whole.split('\n').slice(0, 4).join('\n');

  it('goes on in its log, along the curve that it had there', async () => {
    await interrupted('resumed', `${begun}\n`);
    await study.must('clinicadl train resume resumed -s 0');
    expectTablesToAgree(await study.text(`resumed/${logFile}`), whole, 1e-5, ['time']);
    for (const path of tablesOf('maps_three'))
      expectTablesToAgree(await study.text(`resumed/${path}`), goldenText(`${golden}/maps_three/${path}`), 1e-5);
  });

  it('begins a new log when the old one was put away', async () => {
    await interrupted('put_away', begun);
    await study.workspace.remove(`put_away/${logFile}`);
    await study.must('clinicadl train resume put_away -s 0');
    const [header, ...rows] = cells(await study.text(`put_away/${logFile}`));
    expect([header.length, ...rows.map((row) => row[0])]).toEqual([27, '1', '1', '1']);
  });

  it('keeps the columns of the log in their order, and those of each class', async () => {
    const header = 'loss_valid\tBA-1_valid\titeration\tepoch\tBA_valid';
    await interrupted('turned', `${header}\n1\t2\t0\t0\t3\n`);
    await study.must('clinicadl train resume turned -s 0');
    const [names, kept, ...added] = cells(await study.text(`turned/${logFile}`));
    expect([names.join('\t'), kept.join(' ')]).toEqual([header, '1 2 0 0 3']);
    const expected = cells(whole).slice(4);
    expect(added.map((row) => row.slice(2, 4))).toEqual(expected.map((row) => [row[1], row[0]]));
    const column = (name: string): number => cells(whole)[0].indexOf(name);
    added.forEach((row, i) => {
      expect(Number(row[0])).toBeCloseTo(Number(expected[i][column('loss_valid')]), 4);
      expect(Number(row[4])).toBeCloseTo(Number(expected[i][column('BA_valid')]), 9);
      expect(Number.isFinite(Number(row[1]))).toBe(true);
    });
  });

  it.each([
    ['a column that it has no value for', 'epoch\titeration\ttime\tMAE_train\n', 'also MAE_train'],
    ['no number of the epoch', 'iteration\tloss_train\n', 'no epoch'],
  ])('is refused before the first write when the log has %s', async (_, log, problem) => {
    await interrupted('refused', log);
    const before = await contentOf(study.workspace, 'refused');
    const { status, error } = await study.run('clinicadl train resume refused -s 0');
    expect([status, error?.code, error?.where]).toEqual(['failed', 'training-log-columns', logFile]);
    expect(error?.message).toContain(problem);
    expect(await contentOf(study.workspace, 'refused')).toEqual(before);
  });
});

it('a MAPS of a training that is not there is refused by name, to predict and to resume, before the first write', async () => {
  const workspace = memoryFolder('other');
  await copyIntoFolder(workspace, 'test/golden/maps/maps_reg', 'maps');
  const other = await road(workspace, 'wasm');
  const json = (await other.text('maps/maps.json')).replace('"ssda_network": false', '"ssda_network": true');
  await workspace.write('maps/maps.json', new TextEncoder().encode(json));
  const before = await contentOf(workspace);
  for (const line of ['clinicadl predict maps test', 'clinicadl train resume maps']) {
    const { status, error } = await other.run(line);
    expect([status, error?.code]).toEqual(['failed', 'maps-not-available']);
    expect(error?.message).toContain('ssda_network = true');
  }
  expect(await contentOf(workspace)).toEqual(before);
});

describe('labels', () => {
  const expected = JSON.parse(goldenText(`${golden}/labels.json`)) as Record<
    string,
    { code: [string, number][]; data: string[] }
  >;

  it.each(Object.keys(expected))('of the column %s have the texts and the order of ClinicaDL', async (label) => {
    const options = { diagnoses: ['AD', 'CN', 'MCI'], label };
    const rows = await readGroupTable(study.workspace, 'three/2_fold/split-0/train.tsv', options);
    const { code, data } = expected[label];
    expect(rows.map((row) => row.label)).toEqual(data);
    expect(makeLabelCode(rows)).toEqual(Object.fromEntries(code));
  });

  it('that are numbers and flags are trained on, with the code that ClinicaDL writes before it fails', async () => {
    for (const label of ['flag', 'half']) {
      await study.must(training('image', `maps_${label}`, `--epochs 1 --label ${label}`));
      const parts = expected[label].code.map(([name, node]) => `"${name}": ${node}`);
      expect((await study.text(`maps_${label}/maps.json`)).replaceAll(/\s+/g, ' ')).toContain(
        `"label_code": { ${parts.join(', ')} }`,
      );
      const [header, ...rows] = cells(await study.text(`maps_${label}/groups/train/split-0/data.tsv`));
      expect(header.at(-1)).toBe(label);
      expect(rows.map((row) => row.at(-1))).toEqual(expected[label].data);
    }
  });
});

describe('folds of a column with missing cells', () => {
  const expected = JSON.parse(goldenText(`${golden}/kfold.json`)) as Record<
    string,
    { table: string; files: Record<string, string> }
  >;

  it.each(Object.keys(expected))('of %s are those of ClinicaDL, byte for byte', async (kind) => {
    const workspace = memoryFolder('folds');
    await workspace.write('train.tsv', new TextEncoder().encode(expected[kind].table));
    const folds = await road(workspace, 'wasm');
    const { issues } = await folds.must('clinicadl tsvtools kfold train.tsv --n_splits 3 --stratification group');
    const told = issues.some(({ code }) => code === 'stratification-cells-missing');
    expect(told).toBe(kind !== 'words');
    for (const [path, text] of Object.entries(expected[kind].files)) expect(await folds.text(path), path).toBe(text);
  });
});
