/** @file Tables that lie around the splits of a training: what they may and may not change. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { cells, filesBelow } from './road-files';
import { tinyParticipant, tinyRoad, tinyTraining, writeText } from './road-study';

let study: Road;
beforeEach(async () => {
  study = await tinyRoad();
});

const header = 'participant_id\tsession_id\tdiagnosis\tage\n';
const table = (numbers: readonly number[], diagnosis: (i: number) => string): string =>
  header + numbers.map((i) => `${tinyParticipant(i)}\tses-M000\t${diagnosis(i)}\t60\n`).join('');
const usual = (i: number): string => (i % 2 === 0 ? 'AD' : 'CN');
const everybody = Array.from({ length: 12 }, (_, i) => i);
const single = everybody.slice(0, 10).map(tinyParticipant);
const seen = async (): Promise<string[]> =>
  cells(await study.text('maps/groups/train+validation.tsv'))
    .slice(1)
    .map(([participant]) => participant!);

describe('a table beside the splits', () => {
  it.each([
    ['with other labels', table(everybody, (i) => (i % 2 === 0 ? 'patient' : 'control'))],
    ['without labels', 'participant_id\tsession_id\nsub-P00\tses-M000\n'],
    ['that is damaged', 'participant_id\tsession_id\tdiagnosis\nsub-P00\tses-M000\tAD\tCN\tmore\n'],
    ['that is no table of sessions', 'name\tvalue\nx\t1\n'],
    ['that is empty', ''],
  ])('%s does not keep them from being trained on', async (_, text) => {
    await study.workspace.remove('tsv/train.tsv');
    await writeText(study.workspace, 'tsv/labels.tsv', text);
    await study.must(tinyTraining('maps', '--epochs 1'));
    expect([...(await seen())].sort()).toEqual(single);
  });

  it('gives its order, and nobody who is in no split', async () => {
    await study.workspace.remove('tsv/train.tsv');
    await writeText(study.workspace, 'tsv/labels.tsv', table([...everybody].reverse(), usual));
    await study.must(tinyTraining('maps', '--epochs 1'));
    expect(await seen()).toEqual([...single].reverse());
    await study.must('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv');
  });
});

it('sessions of all splits that are trained are looked up before the first write', async () => {
  await writeText(study.workspace, 'tsv/2_fold/split-1/train.tsv', table([6, 7, 8, 12], usual));
  const line = tinyTraining('maps', '--n_splits 2').replace('tsv/single', 'tsv/2_fold');
  const before = await filesBelow(study.workspace);
  const { error } = await study.run(line);
  expect(error).toMatchObject({ code: 'sessions-absent' });
  expect(error?.message).toContain('sub-P12');
  expect(await filesBelow(study.workspace)).toEqual(before);
  await study.must(`${line} --split 0 --epochs 1`);
});
