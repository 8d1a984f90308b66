/** @file Rows that do not take part are told, with their number and values; following the hint brings them back. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../src/options/outcome';
import type { Road } from './road';
import { tinyRoad, tinyTraining, writeText } from './road-study';

const train = 'tsv/single/train.tsv';
let study: Road;
beforeEach(async () => {
  study = await tinyRoad();
});

const change = async (path: string, edit: (text: string) => string): Promise<void> => {
  const text = await study.text(path);
  expect(edit(text)).not.toBe(text);
  await writeText(study.workspace, path, edit(text));
};

const told = ({ issues }: CommandOutcome, code: string): string[] =>
  issues.filter((issue) => issue.code === code).map(({ severity, where, message }) => `${severity} ${where}: ${message}`);

describe('a training', () => {
  it('says nothing when all rows take part', async () => {
    expect((await study.must(tinyTraining('maps', '--epochs 1'))).issues).toEqual([]);
  });

  it('tells one row of another diagnosis, and takes it when asked', async () => {
    await change(train, (text) => text.replace(/(sub-P04\tses-M000)\t\w+/, '$1\tMCI'));
    const first = await study.must(tinyTraining('maps', '--epochs 1'));
    expect(told(first, 'rows-left-out')).toEqual([
      `warning ${train}: ${train}: 1 of 6 rows were left out, since only AD, CN were asked for: 1 × "MCI".`,
    ]);
    const second = await study.must(tinyTraining('maps_2', '--epochs 1 -d AD -d CN -d MCI'));
    expect(told(second, 'rows-left-out')).toEqual([]);
  });

  it('tells many with their values, also blanks and gaps that cannot be seen', async () => {
    await change(train, (text) =>
      text
        .replace(/(sub-P00\tses-M000)\t\w+/, '$1\tAD ')
        .replace(/(sub-P01\tses-M000)\t\w+/, '$1\tMCI')
        .replace(/(sub-P02\tses-M000)\t\w+/, '$1\t')
        .replace(/(sub-P03\tses-M000)\t\w+/, '$1\tMCI'),
    );
    const [message] = told(await study.run(tinyTraining('maps', '--epochs 1 --batch_size 1')), 'rows-left-out');
    expect(message).toContain('4 of 6 rows were left out');
    expect(message).toContain('2 × "MCI", 1 × "AD ", 1 × empty');
  });

  it('tells sessions that the labels above lack, with the spelling they have there', async () => {
    const labels = await study.text('tsv/train.tsv');
    await writeText(study.workspace, 'labels.tsv', labels.replace('sub-P03\tses-M000', 'sub-P3\tses-M00'));
    await change(train, (text) => text.replaceAll(/\t(AD|CN)\t/g, '\t').replace('diagnosis\t', ''));
    const outcome = await study.must(tinyTraining('maps', '--epochs 1'));
    expect(told(outcome, 'sessions-without-labels')).toEqual([
      `warning ${train}: 1 sessions of ${train} are not in labels.tsv and were left out: sub-P03 | ses-M000 (sub-P03 | ses-M000 here looks like sub-P3 | ses-M00 there).`,
    ]);
    expect(told(outcome, 'rows-left-out')).toEqual([]);
  });

  it('is refused when the labels above have none of the sessions, with both spellings', async () => {
    await writeText(study.workspace, 'labels.tsv', (await study.text('tsv/train.tsv')).replaceAll('ses-M000', 'ses-M00'));
    await change(train, (text) => text.replaceAll(/\t(AD|CN)\t/g, '\t').replace('diagnosis\t', ''));
    const { error } = await study.run(tinyTraining());
    expect(error).toMatchObject({ code: 'labels-share-nothing', where: train });
    expect(error?.message).toContain('sub-P00 | ses-M000 here looks like sub-P00 | ses-M00 there');
  });

  it('names all rows that have no label', async () => {
    await change(train, (text) => text.replace('\t61\n', '\t\n').replace('\t63\n', '\t\n'));
    const { error } = await study.run(tinyTraining('maps', '--label age'));
    expect(error).toMatchObject({ code: 'label-missing', where: train });
    expect(error?.message).toContain('2 of 6 rows');
    expect(error?.message).toContain('sub-P01 | ses-M000, sub-P03 | ses-M000');
  });
});

describe('a session that stands in a table twice', () => {
  const row = 'sub-P04\tses-M000\tAD\t64\n';

  it('is taken once and told where the rows agree', async () => {
    await change(train, (text) => `${text}${row}`);
    const outcome = await study.must(tinyTraining('maps', '--epochs 1'));
    expect(told(outcome, 'sessions-repeated')).toEqual([
      `warning ${train}: ${train} names 1 session(s) more than once, and each was taken once: sub-P04 | ses-M000.`,
    ]);
    const group = await study.text('maps/groups/train/split-0/data.tsv');
    expect(group.match(/sub-P04/g)).toHaveLength(1);
  });

  it.each([
    ['another diagnosis', row.replace('AD', 'CN'), '', 'sub-P04 | ses-M000 has the diagnosis "AD" and "CN"'],
    ['a diagnosis that is filtered out', row.replace('AD', 'MCI'), '', 'sub-P04 | ses-M000 has the diagnosis "AD" and "MCI"'],
    ['no diagnosis', row.replace('AD', ''), '', 'sub-P04 | ses-M000 has the diagnosis "AD" and empty'],
    ['another label', row.replace('64', '65'), '--label age', 'sub-P04 | ses-M000 has the age "64" and "65"'],
  ])('with %s is refused by name, before anything is written', async (_, second, more, message) => {
    await change(train, (text) => `${text}${second}`);
    const { error } = await study.run(tinyTraining('maps', `--epochs 1 ${more}`));
    expect(error).toMatchObject({ code: 'sessions-contradict', where: train, message: expect.stringContaining(message) });
    expect(await study.workspace.kindOf('maps')).toBeUndefined();
  });

  it('is refused when the labels above contradict themselves, and not for people of no table', async () => {
    const labels = await study.text('tsv/train.tsv');
    await change(train, (text) => text.replaceAll(/\t(AD|CN)\t/g, '\t').replace('diagnosis\t', ''));
    await change('tsv/single/validation_baseline.tsv', (text) =>
      text.replaceAll(/\t(AD|CN)\t/g, '\t').replace('diagnosis\t', ''),
    );
    await writeText(study.workspace, 'tsv/labels.tsv', `${labels}${row.replace('AD', 'CN')}`);
    const { error } = await study.run(tinyTraining('maps', '--epochs 1'));
    expect(error).toMatchObject({ code: 'sessions-contradict', where: 'tsv/labels.tsv' });
    const stranger = 'sub-X\tses-M000\tAD\t70\nsub-X\tses-M000\tCN\t70\n';
    await writeText(study.workspace, 'tsv/labels.tsv', `${labels}${stranger}`);
    await study.must(tinyTraining('maps', '--epochs 1'));
  });
});

describe('the table above the splits', () => {
  it('that cannot be read is told, and the splits are trained', async () => {
    await writeText(study.workspace, 'tsv/train.tsv', 'participant_id,session_id,diagnosis\nsub-P00,ses-M000,AD\n');
    const outcome = await study.must(tinyTraining('maps', '--epochs 1'));
    expect(told(outcome, 'table-above')).toEqual([
      expect.stringMatching(/^warning tsv\/train\.tsv: The table "tsv\/train\.tsv" above the splits was not taken: .*commas/),
    ]);
  });

  it('of other people is no trouble', async () => {
    await writeText(study.workspace, 'tsv/train.tsv', 'participant_id\tsession_id\tdiagnosis\nsub-X\tses-M000\tPD\n');
    expect((await study.must(tinyTraining('maps', '--epochs 1'))).issues).toEqual([]);
  });
});

it('a prediction of a whole CAPS tells participants without a session', async () => {
  await study.must(tinyTraining('maps', '--epochs 1'));
  await study.workspace.makeFolder('caps/subjects/sub-empty');
  const outcome = await study.run('clinicadl predict maps new --caps_directory caps --no_labels --skip_leak_check');
  expect(told(outcome, 'participants-without-sessions')).toEqual([
    'warning caps: 1 participant(s) in "caps/subjects" have no session (ses-…) and were left out: sub-empty.',
  ]);
});

it('a split tells sessions that the labels lack, by name', async () => {
  const labels = await study.text('tsv/train.tsv');
  await writeText(study.workspace, 'labels.tsv', labels.replace(/sub-P07.*\n/, ''));
  await change('tsv/train.tsv', (text) => text.replaceAll(/\t(AD|CN)\t/g, '\t').replace('diagnosis\t', ''));
  const outcome = await study.must('clinicadl tsvtools kfold tsv/train.tsv --n_splits 2');
  expect(told(outcome, 'sessions-without-labels')[0]).toContain('1 sessions of tsv/train.tsv are not in labels.tsv');
  expect(told(outcome, 'sessions-without-labels')[0]).toContain('sub-P07 | ses-M000');
});

it('a prediction tells rows of another diagnosis', async () => {
  await study.must(tinyTraining('maps', '--epochs 1'));
  await change('tsv/test.tsv', (text) => text.replace('\tAD\t', '\tMCI\t'));
  const outcome = await study.must('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv');
  expect(told(outcome, 'rows-left-out')[0]).toContain('1 × "MCI"');
});
