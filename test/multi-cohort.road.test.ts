/** @file Several cohorts, each with a CAPS and tables of its own: as one study in the order of the cohorts. */
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryCheckpoints } from '../src/checkpoints/store';
import { type Road, road } from './road';
import { cells, filesBelow } from './road-files';
import { expectRefused } from './road-refusals';
import { at, copyOf, stopAt, withoutClock } from './road-stops';
import { tinyParticipant, tinyRoad, tinyTraining, writeText } from './road-study';

const label = (i: number): string => (i % 2 === 0 ? 'AD' : 'CN');
const table = (people: readonly number[]): string =>
  ['participant_id\tsession_id\tdiagnosis', ...people.map((i) => `${tinyParticipant(i)}\tses-M000\t${label(i)}`), ''].join('\n');

const cohortTraining = (maps = 'maps', more = ''): string =>
  tinyTraining(maps, `--multi_cohort ${more}`).replace('caps image tsv/single', 'cohorts/caps.tsv image cohorts/tsv.tsv');
const predictBoth =
  'clinicadl predict maps test --multi_cohort --caps_directory cohorts/caps.tsv --participants_tsv cohorts/test.tsv';

/** The tiny study; its participants from P03 on lie in a CAPS of their own, `far/caps_b`. */
async function twoCohorts(): Promise<Road> {
  const study = await tinyRoad();
  const { workspace } = study;
  for (const path of await filesBelow(workspace, 'caps'))
    if (!/sub-P0[012]/.test(path)) await workspace.write(path.replace('caps', 'far/caps_b'), await workspace.read(path));
  for (let i = 3; i < 12; i++) await workspace.remove(`caps/subjects/${tinyParticipant(i)}`);
  await writeText(workspace, 'cohorts/caps.tsv', 'cohort\tpath\nA\tcaps\nB\tfar/caps_b\n');
  await writeText(workspace, 'cohorts/tsv.tsv', 'cohort\tpath\tdiagnoses\nA\ta\tAD, CN\nB\ttables/b\tAD,CN\n');
  await writeText(workspace, 'a/train.tsv', table([0, 1]));
  await writeText(workspace, 'a/validation_baseline.tsv', table([2]));
  await writeText(workspace, 'tables/b/train.tsv', table([3, 4, 5, 6]));
  await writeText(workspace, 'tables/b/validation_baseline.tsv', table([7, 8, 9]));
  await writeText(workspace, 'test/a.tsv', table([2]));
  await writeText(workspace, 'test/b.tsv', table([10, 11]));
  await writeText(workspace, 'cohorts/test.tsv', 'cohort\tpath\tdiagnoses\nB\ttest/b.tsv\tAD,CN\n');
  return study;
}

describe('two cohorts', () => {
  let prepared: Road;
  beforeAll(async () => {
    prepared = await twoCohorts();
  });

  it('are trained on and predicted as one study with their rows one after the other', async () => {
    const study = await copyOf(prepared);
    await study.must(cohortTraining());
    const whole = await tinyRoad();
    await writeText(whole.workspace, 'one/train.tsv', table([0, 1, 3, 4, 5, 6]));
    await writeText(whole.workspace, 'one/validation_baseline.tsv', table([2, 7, 8, 9]));
    await whole.must(tinyTraining().replace('tsv/single', 'one'));
    const [ours, expected] = [await withoutClock(study.workspace, 'maps'), await withoutClock(whole.workspace, 'maps')];
    const same = Object.keys(expected).filter((path) => path.startsWith('/split-0/') && !path.endsWith('description.log'));
    expect(same.length).toBeGreaterThan(6);
    for (const path of same) expect(ours[path], path).toBe(expected[path]);
    expect(JSON.parse(await study.text('maps/maps.json'))).toMatchObject({
      multi_cohort: true,
      caps_directory: 'cohorts/caps.tsv',
      tsv_path: 'cohorts/tsv.tsv',
    });
    expect(await study.text('maps/split-0/best-loss/train/description.log')).toContain(
      "CAPS directories: {'A': PosixPath('caps'), 'B': PosixPath('far/caps_b')}",
    );
    const rows = cells(await study.text('maps/groups/train/split-0/data.tsv')).slice(1);
    expect(rows.map(([, participant, , cohort]) => `${participant} ${cohort}`)).toEqual([
      ...[0, 1].map((i) => `${tinyParticipant(i)} A`),
      ...[3, 4, 5, 6].map((i) => `${tinyParticipant(i)} B`),
    ]);
    expect(JSON.parse(await study.text('maps/groups/train/split-0/maps.json'))).toEqual({
      caps_directory: 'cohorts/caps.tsv',
      multi_cohort: true,
    });

    await study.must(predictBoth);
    await study.must('clinicadl predict maps test');
    await study.must('clinicadl predict maps validation');
    await writeText(whole.workspace, 'test.tsv', table([10, 11]));
    await whole.must('clinicadl predict maps test --caps_directory caps --participants_tsv test.tsv');
    const test = 'maps/split-0/best-loss/test/test_image_level_prediction.tsv';
    expect(await study.text(test)).toBe(await whole.text(test));
    expect(
      (await study.run(predictBoth.replace(' test ', ' all ').replace('cohorts/test.tsv', 'cohorts/tsv.tsv'))).error?.code,
    ).toBe('data-leakage');
  });

  it('stopped go on from the files in tmp', async () => {
    const study = await copyOf(prepared);
    await stopAt(study, cohortTraining(), at('train split 0', 4));
    await (await road(study.workspace, 'wasm', memoryCheckpoints())).must('clinicadl train resume maps');
    const whole = await copyOf(prepared);
    await whole.must(cohortTraining());
    expect(await withoutClock(study.workspace, 'maps')).toEqual(await withoutClock(whole.workspace, 'maps'));
  });

  it('without labels or a table are all their images', async () => {
    const study = await copyOf(prepared);
    await study.must(cohortTraining());
    await study.must(
      'clinicadl predict maps every --multi_cohort --no_labels --caps_directory cohorts/caps.tsv --skip_leak_check',
    );
    const rows = cells(await study.text('maps/groups/every/data.tsv')).slice(1);
    expect(rows.map(([, , cohort]) => cohort).join('')).toBe('AAABBBBBBBBB');
  });

  it('prepared in other ways are told; the JSON file of the first that has one is used', async () => {
    const study = await copyOf(prepared);
    for (const caps of ['caps', 'far/caps_b'])
      await study.must(
        `clinicadl prepare-data slice ${caps} t1-linear --extract_json slices --slice_direction 2 --slice_mode single ` +
          `--discarded_slices ${caps === 'caps' ? '1' : '0'}`,
      );
    const training = (maps: string): string => cohortTraining(maps, '--epochs 1').replace(' image ', ' slices ');
    const { issues } = await study.must(training('maps'));
    expect(issues.map(({ code }) => code)).toEqual(['cohort-extraction']);
    expect(JSON.parse(await study.text('maps/maps.json')).num_networks).toBe(1);
    await study.workspace.remove('caps/tensor_extraction/slices.json');
    expect((await study.must(training('again'))).issues).toEqual([]);
    expect(JSON.parse(await study.text('again/maps.json')).num_networks).toBe(3);
  });

  it.each([
    ['a CAPS without its table', 'cohort-table-expected', cohortTraining().replace('cohorts/caps.tsv', 'caps'), {}],
    ['splits without their table', 'cohort-table-expected', cohortTraining().replace('cohorts/tsv.tsv', 'a'), {}],
    ['a table without a column', 'cohort-table', cohortTraining(), { 'cohorts/tsv.tsv': 'cohort\tpath\nA\ta\n' }],
    ['a cohort twice', 'cohort-table', cohortTraining(), { 'cohorts/caps.tsv': 'cohort\tpath\nA\tcaps\nA\tfar/caps_b\n' }],
    [
      'a path that is not there',
      'cohort-path',
      cohortTraining(),
      { 'cohorts/caps.tsv': 'cohort\tpath\nA\tcaps\nB\tfar/caps_c\n' },
    ],
    ['a cohort without a CAPS', 'cohort-unknown', cohortTraining(), { 'cohorts/caps.tsv': 'cohort\tpath\nA\tcaps\n' }],
    [
      'a diagnosis that no cohort has',
      'cohort-diagnoses',
      cohortTraining('maps', '--diagnoses AD --diagnoses CN --diagnoses MCI'),
      {},
    ],
    ['a session in both', 'cohorts-share-sessions', cohortTraining(), { 'tables/b/validation_baseline.tsv': table([2, 7, 8]) }],
    ['the tables without the option', 'cohort-table-unasked', cohortTraining().replace('--multi_cohort', ''), {}],
  ])('with %s are refused by name, and nothing is written', async (_, code, line, files) => {
    await expectRefused(prepared, line, files, code);
  });

  it('a table of cohorts without --multi_cohort is no table of participants', async () => {
    const study = await copyOf(prepared);
    await study.must(cohortTraining());
    const { error } = await study.run('clinicadl predict maps new --caps_directory caps --participants_tsv cohorts/test.tsv');
    expect([error?.code, error?.where]).toEqual(['cohort-table-unasked', 'cohorts/test.tsv']);
    expect(error?.hint).toContain('--multi_cohort');
  });
});
