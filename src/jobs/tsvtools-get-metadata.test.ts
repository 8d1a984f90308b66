/** @file `tsvtools get-metadata` against tables of ClinicaDL 1.6.1. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { filesIn, folderWith, textIn } from '../../test/table-files';
import { checkCommand } from '../options/derive/check';
import { tsvtoolsGetMetadata } from './tsvtools-get-metadata';
import { tsvtoolsSplit } from './tsvtools-split';

const golden = (path: string): string => readFileSync(`test/golden/study/${path}`, 'utf8');
const table = (...rows: string[]): string => `${rows.join('\n').replaceAll(' ', '\t')}\n`;
const options = { data_tsv: 'a.tsv', merged_tsv: 'merged.tsv', variables_of_interest: [] as string[] };

const data = table('participant_id session_id age B zz', 'sub-2 ses-M12 60 1 q', 'sub-1 ses-M00 70 2 r', 'sub-3 ses-M00 70 2 r');
const merged = table(
  'participant_id session_id age new Alpha',
  'sub-1 ses-M000 70.0 True ',
  'sub-2 ses-M012 60.0 False 4',
  'sub-3 ses-M000 71.5  4',
);

describe('tsvtools get-metadata', () => {
  it('of the test set of a split, makes the table of the original, byte for byte', async () => {
    const folder = await folderWith({
      'tsv/labels_initial.tsv': golden('tsv/labels_initial.tsv'),
      'merged.tsv': golden('tsv_inputs/merged.tsv'),
    });
    const split = {
      data_tsv: 'tsv/labels_initial.tsv',
      n_test: 6,
      subset_name: 'test',
      p_age_threshold: 0.1,
      p_sex_threshold: 0.1,
    };
    await tsvtoolsSplit(checkCommand('tsvtools split', { ...split, seed: 0 }), testContext(folder).context);
    const path = 'tsv/split/test_baseline.tsv';
    const changed = { ...options, data_tsv: path, variables_of_interest: ['MMS'] };
    const result = await tsvtoolsGetMetadata(changed, testContext(folder).context);
    expect(await textIn(folder, path)).toBe(golden('tsv/split/test_baseline.tsv'));
    expect(result).toEqual({ files: [path], columns: expect.any(Array), sessions: 6, leftOut: 0 });
  });

  it('without variables adds all columns, and leaves out and tells what the tables tell otherwise', async () => {
    const folder = await folderWith({ 'a.tsv': data, 'merged.tsv': merged });
    const { context, issues } = testContext(folder);
    const result = await tsvtoolsGetMetadata(options, context);
    // as a run of the original wrote it
    expect(await textIn(folder, 'a.tsv')).toBe(
      table('participant_id session_id age new Alpha B zz', 'sub-1 ses-M000 70.0 True  2 r', 'sub-2 ses-M012 60.0 False 4.0 1 q'),
    );
    expect(result.leftOut).toBe(1);
    expect(issues.map(({ message }) => message)).toEqual([
      '1 sessions of a.tsv were left out: merged.tsv does not have them, or has other values of participant_id, session_id, age: sub-3 | ses-M000.',
    ]);
  });

  it('with variables has the ids, then all by name, capitals first', async () => {
    const folder = await folderWith({ 'a.tsv': data, 'merged.tsv': merged });
    await tsvtoolsGetMetadata({ ...options, variables_of_interest: ['new', 'Alpha'] }, testContext(folder).context);
    expect(await textIn(folder, 'a.tsv')).toBe(
      table('participant_id session_id Alpha B age new zz', 'sub-1 ses-M000  2 70.0 True r', 'sub-2 ses-M012 4.0 1 60.0 False q'),
    );
  });

  it.each([
    ['variable-unknown', data, { variables_of_interest: ['MMSE'] }],
    ['metadata-nothing', data.replaceAll('sub-', 'sub-0'), {}],
    ['session-twice', data.replace('sub-3', 'sub-1'), {}],
    ['column-missing', data.replace('session_id', 'visit'), {}],
    ['file-missing', data, { merged_tsv: 'nowhere.tsv' }],
  ])('%s leaves the table as it was', async (code, text, changed) => {
    const folder = await folderWith({ 'a.tsv': text, 'merged.tsv': merged });
    const before = await filesIn(folder);
    const running = tsvtoolsGetMetadata({ ...options, ...changed }, testContext(folder).context);
    await expect(running).rejects.toMatchObject({ code });
    expect(await filesIn(folder)).toEqual(before);
  });
});
