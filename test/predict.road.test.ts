/** @file `predict` with the networks of ClinicaDL and with ours: groups, several best models, votes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { PredictResult } from '../src/jobs/predict';
import { copyIntoFolder } from './disk-folder';
import type { Road } from './road';
import { cells, contentOf, expectTablesToAgree, filesBelow, goldenText, joined, without } from './road-files';
import { goldenRoad, goldenTraining, writeText } from './road-study';

const byTable = '--caps_directory caps --participants_tsv tsv/split/test_baseline.tsv';

/** A group of a golden MAPS under another name. */
const renamed = (text: string, from: string, to: string): string =>
  text.replaceAll(`Prediction ${from} group`, `Prediction ${to} group`);

describe('a MAPS of ClinicaDL', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    // Weights of split 0 alone are among the golden files.
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_cls', 'maps_cls');
    await study.workspace.remove('maps_cls/split-1');
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_roi', 'maps_roi');
  });

  it('gives its own predictions and metrics of a test group to 1e-5, in tables of the same layout', async () => {
    const { result } = await study.must(`clinicadl predict maps_cls test2 ${byTable} --batch_size 4`);
    expect((result as PredictResult).results.map(({ split, selection_metric }) => [split, selection_metric])).toEqual([
      [0, 'BA'],
      [0, 'loss'],
    ]);
    for (const metric of ['loss', 'BA']) {
      const theirs = (kind: string): string =>
        goldenText(`maps/maps_cls/split-0/best-${metric}/test/test_image_level_${kind}.tsv`);
      const ours = (kind: string): Promise<string> =>
        study.text(`maps_cls/split-0/best-${metric}/test2/test2_image_level_${kind}.tsv`);
      expectTablesToAgree(await ours('prediction'), theirs('prediction'), 1e-5);
      // The original does not seed the intervals of predict.
      const [names, values, ...intervals] = cells(await ours('metrics'));
      const [theirNames, theirValues, ...theirIntervals] = cells(theirs('metrics'));
      expectTablesToAgree(joined([names, values]), joined([theirNames, theirValues]), 1e-5);
      expect(intervals.map((row) => [row[0], row.length, row.at(-1)])).toEqual(
        theirIntervals.map((row) => [row[0], row.length, row.at(-1)]),
      );
    }
  });

  it('gets the group as ClinicaDL describes it', async () => {
    for (const name of ['data.tsv', 'maps.json']) {
      const theirs = goldenText(`maps/maps_cls/groups/test/${name}`).replace('/study/', '');
      expect(await study.text(`maps_cls/groups/test2/${name}`), name).toBe(theirs);
    }
    const clock = / - .*/;
    const path = 'split-0/best-loss/test/description.log';
    const theirs = renamed(goldenText(`maps/maps_cls/${path}`), 'test', 'test2').replace('/study/', '');
    const ours = await study.text(`maps_cls/${path.replace('test', 'test2')}`);
    expect(ours.replace(clock, '')).toBe(theirs.replace(clock, ''));
  });

  it('without labels has true labels of -1 and no metrics', async () => {
    await study.must(`clinicadl predict maps_cls nl2 ${byTable} --no_labels`);
    for (const metric of ['loss', 'BA']) {
      const folder = `maps_cls/split-0/best-${metric}/nl2`;
      expect(await filesBelow(study.workspace, folder)).toEqual([
        `${folder}/description.log`,
        `${folder}/nl2_image_level_prediction.tsv`,
      ]);
      const theirs = goldenText(`maps/maps_cls/split-0/best-${metric}/testnl/testnl_image_level_prediction.tsv`);
      const ours = await study.text(`${folder}/nl2_image_level_prediction.tsv`);
      expectTablesToAgree(ours, theirs, 1e-5);
      expect(
        cells(ours)
          .slice(1)
          .every((row) => row[3] === '-1'),
      ).toBe(true);
    }
    expect(await study.text('maps_cls/groups/nl2/data.tsv')).toBe(goldenText('maps/maps_cls/groups/testnl/data.tsv'));
  });

  it('predicts a group it knows, whose CAPS lay elsewhere, and its own validation group', async () => {
    await study.must('clinicadl predict maps_cls test');
    await study.must('clinicadl predict maps_cls validation -sm BA');
    for (const [group, metric] of [
      ['test', 'loss'],
      ['validation', 'BA'],
    ]) {
      const path = `split-0/best-${metric}/${group}/${group}_image_level_prediction.tsv`;
      expectTablesToAgree(await study.text(`maps_cls/${path}`), goldenText(`maps/maps_cls/${path}`), 1e-5);
    }
    expect(await study.text('maps_cls/groups/test/maps.json')).toBe(goldenText('maps/maps_cls/groups/test/maps.json'));
  });

  it('predicts the group under the folder names of older versions', async () => {
    const { workspace } = study;
    for (const file of await filesBelow(workspace, 'maps_cls'))
      if (!/test2|nl2/.test(file))
        await workspace.write(
          file.replace('maps_cls/split-0', 'old/fold-0').replace('maps_cls/', 'old/'),
          await workspace.read(file),
        );
    await study.must('clinicadl predict old test -sm loss');
    const path = 'best-loss/test/test_image_level_prediction.tsv';
    expectTablesToAgree(await study.text(`old/fold-0/${path}`), goldenText(`maps/maps_cls/split-0/${path}`), 1e-5);
    expect(await workspace.kindOf('old/split-0')).toBeUndefined();
  });

  it('whose network sees regions votes as it did, with the weights of its validation group', async () => {
    await study.must(`clinicadl predict maps_roi test2 ${byTable} --batch_size 4`);
    for (const file of ['roi_level_prediction', 'image_level_prediction', 'image_level_metrics']) {
      const theirs = goldenText(`maps/maps_roi/split-0/best-loss/test/test_${file}.tsv`);
      expectTablesToAgree(await study.text(`maps_roi/split-0/best-loss/test2/test2_${file}.tsv`), theirs, 1e-5);
    }
    const metrics = (text: string): string => joined(cells(text).slice(0, 2));
    const theirs = metrics(goldenText('maps/maps_roi/split-0/best-loss/test/test_roi_level_metrics.tsv'));
    const ours = metrics(await study.text('maps_roi/split-0/best-loss/test2/test2_roi_level_metrics.tsv'));
    expect(without(ours, ['loss'])).toBe(without(theirs, ['loss']));
  });
});

describe('a MAPS of ours', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    const patch = 'patch caps t1-linear --extract_json patch --patch_size 18 --stride_size 12';
    const slice = 'slice caps t1-linear --extract_json slice --slice_direction 2 --discarded_slices 13';
    for (const line of [patch, slice]) await study.must(`clinicadl prepare-data ${line}`);
  });

  it.each([
    ['patch', 8],
    ['slice', 4],
  ])('of a %s network with two folds predicts with both, and images by the vote of their elements', async (mode, elements) => {
    const maps = `maps_${mode}`;
    await study.must(goldenTraining(maps, `-lr 0.001 --epochs 1 -sm loss -sm accuracy`, mode));
    await study.must(`clinicadl predict ${maps} test ${byTable} --batch_size 16`);
    for (const best of ['split-0/best-loss', 'split-0/best-accuracy', 'split-1/best-loss', 'split-1/best-accuracy']) {
      const rows = async (group: string, level: string): Promise<string[][]> =>
        cells(await study.text(`${maps}/${best}/${group}/${group}_${level}_level_prediction.tsv`)).slice(1);
      const accuracy = new Map<string, number>();
      for (const [, , id, truth, predicted] of await rows('validation', mode))
        accuracy.set(id, (accuracy.get(id) ?? 0) + (truth === predicted ? 1 : 0));
      expect(accuracy.size).toBe(elements);
      const total = [...accuracy.values()].reduce((sum, value) => sum + value, 0);
      const ofElements = await rows('test', mode);
      expect(ofElements.length).toBe(6 * elements);
      const images = await rows('test', 'image');
      expect(images.map((row) => row[0])).toEqual(['sub-T01', 'sub-T07', 'sub-T08', 'sub-T11', 'sub-T12', 'sub-T14']);
      for (const [participant, , id, truth, predicted, p0, p1] of images) {
        const own = ofElements.filter((row) => row[0] === participant);
        const voted = [5, 6].map((c) => own.reduce((sum, row) => sum + (Number(row[c]) * accuracy.get(row[2])!) / total, 0));
        expect(Math.abs(Number(p0) - voted[0])).toBeLessThan(1e-12);
        expect(Math.abs(Number(p1) - voted[1])).toBeLessThan(1e-12);
        expect([id, truth, predicted]).toEqual(['0', own[0][3], voted[1] > voted[0] ? '1' : '0']);
      }
    }
  });

  it('predicts the chosen folds and best models only', async () => {
    const { written } = await study.must(`clinicadl predict maps_slice some ${byTable} -s 1 -sm accuracy`);
    const places = new Set(written.map((path) => path.split('/').slice(0, 4).join('/')));
    expect([...places].sort()).toEqual([
      'maps_slice/groups/some/data.tsv',
      'maps_slice/groups/some/maps.json',
      'maps_slice/journal.jsonl',
      'maps_slice/split-1/best-accuracy/some',
    ]);
  });

  it.each([
    ['is missing', 'prediction-missing', (): string | null => null],
    [
      'lacks an element',
      'vote-elements-differ',
      (text: string): string | null => joined(cells(text).filter((row, _, [, first]) => row[2] !== first![2])),
    ],
  ])('is refused before the first write when a table that weights its votes %s', async (_, code, change) => {
    const path = 'maps_slice/split-1/best-loss/validation/validation_slice_level_prediction.tsv'; // of the last network
    const text = await study.text(path);
    const changed = change(text);
    await study.workspace.remove(path);
    if (changed !== null) await writeText(study.workspace, path, changed);
    const before = await contentOf(study.workspace);
    const { error } = await study.run(`clinicadl predict maps_slice unweighted ${byTable}`);
    expect(error?.code).toBe(code);
    expect(await contentOf(study.workspace)).toEqual(before);
    await writeText(study.workspace, path, text);
  });

  it('does without the vote when the leak check is skipped', async () => {
    await study.must(
      'clinicadl predict maps_slice leaky --caps_directory caps --participants_tsv tsv/split/train.tsv --skip_leak_check -s 0 -sm loss',
    );
    const files = await filesBelow(study.workspace, 'maps_slice/split-0/best-loss/leaky');
    expect(files.map((file) => file.split('/').at(-1))).toEqual([
      'description.log',
      'leaky_slice_level_metrics.tsv',
      'leaky_slice_level_prediction.tsv',
    ]);
  });
});

describe('a data group', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_cls', 'maps_cls');
    await study.workspace.remove('maps_cls/split-1');
    const [header, ...rows] = cells(goldenText('study/tsv/split/test_baseline.tsv'));
    const write = (name: string, table: string[][]): Promise<void> => writeText(study.workspace, name, `${joined(table)}\n`);
    await write('two.tsv', [header, ...rows.slice(0, 2)]);
    await write('folder/test_baseline.tsv', [header, ...rows.slice(2, 5)]);
    const diagnosis = header.indexOf('diagnosis');
    await write('other.tsv', [header, ...rows.map((row) => row.map((cell, i) => (i === diagnosis ? 'MCI' : cell)))]);
    await write('one.tsv', [header, rows[0]]);
    await write('bare.tsv', rows.map((row) => row.slice(0, 2)).toSpliced(0, 0, header.slice(0, 2)));
    await write('leak.tsv', cells(goldenText('study/tsv/split/train.tsv')));
  });

  it.each([
    ['test', byTable, 'group-exists', '--overwrite'],
    ['train', byTable, 'group-protected', 'another group name'],
    ['validation', '--overwrite', 'group-protected', 'another group name'],
    ['new', '', 'group-definition', '--participants_tsv'],
    ['new', '--caps_directory caps', 'option-needed', 'participants_tsv'],
    ['new', '--participants_tsv two.tsv', 'option-needed', 'caps_directory'],
    ['new', '--caps_directory caps --participants_tsv leak.tsv', 'data-leakage', '--skip_leak_check'],
    ['new', '--caps_directory caps --participants_tsv other.tsv', 'group-empty', '--diagnoses'],
    ['new', '--caps_directory caps --participants_tsv other.tsv --diagnoses MCI', 'label-unknown', 'label'],
    ['new', '--caps_directory caps --participants_tsv bare.tsv', 'column-missing', 'column'],
    ['new', '--caps_directory caps --participants_tsv tsv/split/2_fold', 'group-table-missing', 'table'],
    ['new', '--caps_directory caps --participants_tsv nowhere.tsv', 'file-missing', 'the opened folder has other.tsv'],
    ['new', '--caps_directory nowhere --participants_tsv two.tsv', 'caps-missing', 'the opened folder has the CAPS caps'],
    ['new', `${byTable} -s 1`, 'split-untrained', 'choose one of: 0'],
    ['new', `${byTable} -sm accuracy`, 'metric-untrained', 'BA, loss'],
    ['new', `${byTable} --label sex`, 'label-unknown', 'label'],
    ['../new', byTable, 'name-refused', 'Choose a name'],
    ['a/b', byTable, 'name-refused', 'Choose a name'],
    ['new', `${byTable} --save_tensor`, 'save-unfit', 'Leave out --save_tensor'],
  ])('%s with "%s" is refused: %s', async (group, options, code, hint) => {
    const before = await contentOf(study.workspace);
    const outcome = await study.run(`clinicadl predict maps_cls ${group} ${options}`);
    expect([outcome.status, outcome.error?.code, outcome.written]).toEqual(['failed', code, []]);
    expect(outcome.error?.hint).toContain(hint);
    expect(await contentOf(study.workspace)).toEqual(before);
  });

  it('that shares people with the training is refused with their names', async () => {
    const { error } = await study.run('clinicadl predict maps_cls new --caps_directory caps --participants_tsv leak.tsv');
    const people = new Set(
      cells(goldenText('study/tsv/split/train.tsv'))
        .slice(1)
        .map((row) => row[0]),
    );
    expect(error?.message).toContain(`${people.size} participant(s)`);
    for (const person of [...people].sort().slice(0, 10)) expect(error?.message).toContain(person);
    expect(error?.where).toBe('leak.tsv');
  });

  it('is defined anew with --overwrite, results of the old one go from all best models', async () => {
    await study.must('clinicadl predict maps_cls again --caps_directory caps --participants_tsv two.tsv');
    await study.must('clinicadl predict maps_cls again --caps_directory caps --participants_tsv folder --overwrite -sm loss');
    const rows = (text: string): string[] =>
      cells(text)
        .slice(1)
        .map((row) => row[0]);
    const expected = rows(await study.text('folder/test_baseline.tsv'));
    expect(rows(await study.text('maps_cls/groups/again/data.tsv'))).toEqual(expected);
    expect(rows(await study.text('maps_cls/split-0/best-loss/again/again_image_level_prediction.tsv'))).toEqual(expected);
    expect(await study.workspace.kindOf('maps_cls/split-0/best-BA/again')).toBeUndefined();
  });

  it('is checked for leaks again with --overwrite', async () => {
    const line = 'clinicadl predict maps_cls test --caps_directory caps --participants_tsv leak.tsv --overwrite';
    expect((await study.run(line)).error?.code).toBe('data-leakage');
  });

  it('without a label column is predicted only without labels', async () => {
    const line = 'clinicadl predict maps_cls bare --caps_directory caps --participants_tsv bare.tsv --no_labels';
    const chosen = await study.run(`${line} -d AD`);
    expect(chosen.error).toMatchObject({ code: 'column-missing', where: 'bare.tsv' }); // rows are chosen by diagnosis
    await study.must(line);
    await writeText(study.workspace, 'labels.tsv', await study.text('tsv/labels.tsv'));
    await study.must(`${line} -d AD --overwrite`);
    const rows = cells(await study.text('maps_cls/groups/bare/data.tsv'));
    expect(rows[0]).toEqual(['participant_id', 'session_id', 'cohort', 'diagnosis']);
    expect(new Set(rows.slice(1).map((row) => row[3]))).toEqual(new Set(['AD']));
  });

  it('that was described without labels is predicted only without labels', async () => {
    await study.must(
      'clinicadl predict maps_cls bare2 --caps_directory caps --participants_tsv two.tsv --label score --no_labels',
    );
    const { error } = await study.run('clinicadl predict maps_cls bare2');
    expect(error).toMatchObject({ code: 'label-missing', where: 'maps_cls/groups/bare2' });
    expect(error?.hint).toContain('--no_labels');
    await study.must('clinicadl predict maps_cls bare2 --no_labels');
  });

  it('of one row has metrics without intervals', async () => {
    await study.must('clinicadl predict maps_cls one --caps_directory caps --participants_tsv one.tsv -sm loss');
    const lines = cells(await study.text('maps_cls/split-0/best-loss/one/one_image_level_metrics.tsv'));
    expect(lines.map((row) => row[0])).toEqual(['Metrics', 'Values', 'Lower bound CI', 'Upper bound CI', 'SE']);
    for (const row of lines.slice(2)) expect(row.slice(1).every((cell) => cell === 'N/A')).toBe(true);
    expect(lines[1].slice(1).every((cell) => Number.isFinite(Number(cell)))).toBe(true);
  });

  it('whose CAPS is nowhere in the opened folder is refused, with the way out', async () => {
    const path = 'maps_cls/groups/test/maps.json';
    await writeText(study.workspace, path, (await study.text(path)).replace('/study/caps', '/data/other_caps'));
    const refused = await study.run('clinicadl predict maps_cls test');
    expect(refused.error).toMatchObject({ code: 'path-elsewhere', where: '/data/other_caps' });
    expect(refused.error?.message).toContain('/data/other_caps');
    expect(refused.error?.hint).toContain('--caps_directory');
    expect(refused.error?.hint).toContain('--overwrite');
    await study.must(`clinicadl predict maps_cls test ${byTable} --overwrite`);
  });
});
