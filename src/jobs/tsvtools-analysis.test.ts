/** @file `tsvtools analysis` against the table of ClinicaDL 1.6.1. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { filesIn, folderWith, textIn } from '../../test/table-files';
import { tsvtoolsAnalysis } from './tsvtools-analysis';

const golden = (path: string): string => readFileSync(`test/golden/study/${path}`, 'utf8');
const options = { merged_tsv: 'merged.tsv', data_tsv: 'labels.tsv', results_tsv: 'out/a.tsv', diagnoses: ['AD', 'CN'] };
const study = { 'merged.tsv': golden('tsv_inputs/merged.tsv'), 'labels.tsv': golden('tsv/labels.tsv') };

describe('tsvtools analysis', () => {
  it('writes the table of the original, byte for byte, and compares the diagnoses', async () => {
    const folder = await folderWith(study);
    const { context, lines, issues } = testContext(folder);
    const { comparisons } = await tsvtoolsAnalysis(options, context);
    expect(await textIn(folder, 'out/a.tsv')).toBe(golden('tsv/analysis.tsv'));
    expect(issues).toEqual([]);
    expect(comparisons).toMatchObject([{ diagnoses: ['AD', 'CN'], comparison: { sex: { test: 'chi2' }, labels: null } }]);
    expect(lines).toEqual([
      expect.stringMatching(/^AD and CN: p-value of age 0\.\d+ \(Welch\).* A large p-value does not prove balance\.$/),
    ]);
  });

  it('a gap in a diagnosis or a score is left out and told; the first session with a diagnosis counts', async () => {
    const merged = [
      'participant_id\tsession_id\tdiagnosis\tage\tsex\tMMSE\tcdr_global',
      'sub-1\tses-M000\t\t70\t\t20\t0',
      'sub-1\tses-M006\tAD\t71\tF\t\t1',
      'sub-2\tses-M000\tAD\t\tM\t24\t0.5',
      'sub-3\tses-M000\t\t60\tM\t25\t2\n',
    ].join('\n');
    const data =
      'participant_id\tsession_id\tdiagnosis\nsub-1\tses-M006\tAD\nsub-1\tses-M000\tAD\nsub-2\tses-M000\tAD\nsub-3\tses-M000\tAD\n';
    const folder = await folderWith({ 'merged.tsv': merged, 'labels.tsv': data });
    const { context, issues } = testContext(folder);
    await tsvtoolsAnalysis({ ...options, diagnoses: ['AD'] }, context);
    const [, row] = (await textIn(folder, 'out/a.tsv')).split('\n');
    expect(row.split('\t').slice(0, 17)).toEqual([
      'AD',
      '3.0',
      '65.5',
      '5.5',
      '60.0',
      '71.0',
      '1.0',
      '2.0',
      '24.5',
      '0.5',
      '24.0',
      '25.0',
      '0.0',
      '1.0',
      '1.0',
      '1.0',
      '0.0',
    ]);
    expect(issues.map(({ message }) => message)).toEqual([
      'merged.tsv: 1 of 3 participants with AD have no age, and were left out of its numbers.',
      'merged.tsv: 1 of 3 participants with AD have no MMSE, and were left out of its numbers.',
    ]);
  });

  it('without scores in the merged table their cells are empty', async () => {
    const merged = study['merged.tsv'].replace('\tMMS\tcdr_global', '\tscore\tglobal');
    const folder = await folderWith({ ...study, 'merged.tsv': merged });
    const { context, issues } = testContext(folder);
    await tsvtoolsAnalysis(options, context);
    expect(issues.map(({ code }) => code)).toEqual(['analysis-column', 'analysis-column']);
    const [, row] = (await textIn(folder, 'out/a.tsv')).split('\n');
    expect(row.split('\t').slice(8, 17)).toEqual(['', '', '', '', '', '', '', '', '']);
  });

  it.each([
    ['diagnosis-absent', {}, { diagnoses: ['AD', 'MCI'] }],
    ['output-is-input', {}, { results_tsv: './labels.tsv' }],
    ['session-not-merged', { 'merged.tsv': study['merged.tsv'].replace('sub-T03', 'sub-X03') }, {}],
    ['cell-not-number', { 'merged.tsv': study['merged.tsv'].replace('73.1', '73,1') }, {}],
    ['sex-missing', { 'merged.tsv': study['merged.tsv'].replace(/(sub-T02.*\t)M\t/, '$1x\t') }, {}],
    ['column-missing', { 'labels.tsv': study['labels.tsv'].replace('diagnosis', 'group') }, {}],
    ['file-missing', {}, { merged_tsv: 'nowhere.tsv' }],
  ])('%s writes nothing', async (code, files, changed) => {
    const folder = await folderWith({ ...study, ...files });
    const before = await filesIn(folder);
    const running = tsvtoolsAnalysis({ ...options, ...changed }, testContext(folder).context);
    await expect(running).rejects.toMatchObject({ code });
    expect(await filesIn(folder)).toEqual(before);
  });
});
