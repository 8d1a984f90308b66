/** @file `tsvtools adapt`: a tree as ClinicaDL 1.1.1 wrote it, read again from the new folder. */
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { filesIn, folderWith, textIn } from '../../test/table-files';
import { tsvtoolsAdapt } from './tsvtools-adapt';

const header = 'participant_id\tsession_id\tdiagnosis\tage\n';
const row = (id: string, label: string, age: string, session = 'ses-M00'): string => `sub-${id}\t${session}\t${label}\t${age}\n`;
/** Both tables of both labels, in one folder. */
const labels = (folder: string, ad: string, cn: string, later = ''): Record<string, string> => ({
  [`${folder}/AD_baseline.tsv`]: header + row(ad, 'AD', '70'),
  [`${folder}/AD.tsv`]: header + row(ad, 'AD', '70') + later,
  [`${folder}/CN_baseline.tsv`]: header + row(cn, 'CN', ''),
  [`${folder}/CN.tsv`]: header + row(cn, 'CN', ''),
});
const baselines = (folder: string, ad: string, cn: string): Record<string, string> =>
  Object.fromEntries(Object.entries(labels(folder, ad, cn)).filter(([path]) => path.includes('baseline')));

const old = {
  'old/AD.tsv': header + row('1', 'AD', '70') + row('3', 'AD', '72'),
  'old/CN.tsv': header + row('2', 'CN', ''),
  'old/notes.txt': 'nothing',
  'old/split.json': '{"n_test": 2, "subset_name": "test"}',
  ...labels('old/train', '1', '2', row('1', 'AD', '71', 'ses-M12')),
  ...labels('old/test', '3', '4'),
  'old/train/kfold.json': '{"n_splits": 2, "subset_name": "validation"}',
  ...labels('old/train/train_splits-2/split-0', '1', '2'),
  ...baselines('old/train/validation_splits-2/split-0', '5', '6'),
  ...labels('old/train/train_splits-2/split-1', '5', '6'),
  ...baselines('old/train/validation_splits-2/split-1', '1', '2'),
};
const options = { old_tsv_dir: 'old', new_tsv_dir: 'new', labels_list: [] as string[] };

describe('tsvtools adapt', () => {
  it('puts the tables of all labels where they lie today, and leaves the old folder alone', async () => {
    const folder = await folderWith(old);
    const before = await filesIn(folder, 'old');
    const result = await tsvtoolsAdapt(options, testContext(folder).context);
    expect(result.labels).toEqual(['AD', 'CN']);
    expect([...result.files].sort()).toEqual(
      [
        'new/labels.tsv',
        ...['test.tsv', 'test_baseline.tsv', 'train.tsv', 'train_baseline.tsv'].map((name) => `new/split/${name}`),
        ...[0, 1].flatMap((i) =>
          ['train.tsv', 'train_baseline.tsv', 'validation_baseline.tsv'].map((name) => `new/split/2_fold/split-${i}/${name}`),
        ),
      ].sort(),
    );
    expect(await filesIn(folder, 'old')).toEqual(before);
    // whole numbers beside gaps get a point, sessions stay as they are
    expect(await textIn(folder, 'new/labels.tsv')).toBe(
      header + row('1', 'AD', '70.0') + row('3', 'AD', '72.0') + row('2', 'CN', ''),
    );
    expect(await textIn(folder, 'new/split/train.tsv')).toBe(
      header + row('1', 'AD', '70.0') + row('1', 'AD', '71.0', 'ses-M12') + row('2', 'CN', ''),
    );
    expect(await textIn(folder, 'new/split/2_fold/split-1/validation_baseline.tsv')).toBe(
      header + row('1', 'AD', '70.0') + row('2', 'CN', ''),
    );
  });

  it('takes the labels that are named', async () => {
    const folder = await folderWith(old);
    await tsvtoolsAdapt({ ...options, labels_list: ['CN'] }, testContext(folder).context);
    expect(await textIn(folder, 'new/labels.tsv')).toBe(header + row('2', 'CN', ''));
  });

  it('a column that one label lacks is empty there', async () => {
    const folder = await folderWith({
      'old/AD.tsv': header + row('1', 'AD', '70'),
      'old/MCI.tsv': 'participant_id\tsession_id\tscore\tflag\nsub-2\tses-M00\t3\tTrue\n',
    });
    await tsvtoolsAdapt(options, testContext(folder).context);
    expect(await textIn(folder, 'new/labels.tsv')).toBe(
      'participant_id\tsession_id\tdiagnosis\tage\tscore\tflag\nsub-1\tses-M00\tAD\t70.0\t\t\nsub-2\tses-M00\t\t\t3.0\tTrue\n',
    );
  });

  it.each([
    ['folder-missing', {}, { old_tsv_dir: 'nowhere' }],
    ['folder-not-empty', { 'new/x.tsv': '' }, {}],
    ['folder-missing', { 'old/split.json': '{"subset_name": "validation"}' }, {}],
    ['older-parameters', { 'old/split.json': '{"subset_name": "../test"}' }, {}],
    ['older-parameters', { 'old/train/kfold.json': '{"n_splits": 1e9}' }, {}],
    ['json-damaged', { 'old/split.json': '{' }, {}],
    ['older-tables', {}, { labels_list: ['AD', 'pMCI'] }],
    ['session-twice', { 'old/MCI.tsv': header + row('1', 'MCI', '70') }, {}],
    ['column-missing', { 'old/AD.tsv': 'a\tb\n1\t2\n' }, {}],
  ])('%s (case %#) writes nothing', async (code, files, changed) => {
    const folder = await folderWith({ ...old, ...files });
    const before = await filesIn(folder);
    const running = tsvtoolsAdapt({ ...options, ...changed }, testContext(folder).context);
    await expect(running).rejects.toMatchObject({ code });
    expect(await filesIn(folder)).toEqual(before);
  });
});
