/** @file `tsvtools get-progression` against tables of ClinicaDL 1.6.1. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { filesIn, folderWith, textIn } from '../../test/table-files';
import { tsvtoolsGetProgression } from './tsvtools-get-progression';

const golden = (path: string): string => readFileSync(`test/golden/study/tsv/${path}`, 'utf8');

/** Diagnoses at months, such as `CN@0 AD@12`, of one participant. */
async function progression(visits: string, time_horizon: number): Promise<string> {
  const rows = visits.split(' ').map((visit) => {
    const [diagnosis, month] = visit.split('@');
    return `sub-1\tses-M${month.padStart(3, '0')}\t${diagnosis}\n`;
  });
  const folder = await folderWith({ 'a.tsv': `participant_id\tsession_id\tdiagnosis\n${rows.join('')}` });
  await tsvtoolsGetProgression({ data_tsv: 'a.tsv', time_horizon }, testContext(folder).context);
  const lines = (await textIn(folder, 'a.tsv')).trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split('\t').at(-1)).join();
}

describe('tsvtools get-progression', () => {
  it('adds the column of the original, byte for byte', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels_initial.tsv') });
    const { context, lines } = testContext(folder);
    const options = { data_tsv: 'tsv/labels.tsv', time_horizon: 36 };
    const result = await tsvtoolsGetProgression(options, context);
    expect(await textIn(folder, 'tsv/labels.tsv')).toBe(golden('labels.tsv'));
    expect(result).toMatchObject({ progression: { s: 4, p: 0, r: 0, us: 0, uk: 20 }, leftOut: 0 });
    expect(lines).toContain('4 sessions stable, 0 progressive, 0 regressive, 0 unstable, 20 unknown');
    await tsvtoolsGetProgression(options, context);
    expect(await textIn(folder, 'tsv/labels.tsv')).toBe(golden('labels.tsv'));
  });

  it.each([
    ['CN@0 CN@12 MCI@24 MCI@36 AD@48', 36, 'p,p,p,p,uk'],
    ['CN@0 CN@12 MCI@24 MCI@36 AD@48', 12, 's,p,s,p,uk'],
    ['MCI@0 CN@12 MCI@24', 12, 'us,us,us'],
    ['MCI@0 CN@12 MCI@24', 36, 's,p,uk'],
    ['MCI@0 CN@72', 36, 'r,uk'],
    ['AD@0 Dementia@36', 36, 's,uk'],
    // between two visits the earlier one decides when it differs, else the later one
    ['CN@0 AD@24 CN@48', 36, 'us,us,us'],
    ['CN@0 AD@24', 36, 'p,uk'],
  ])('%s at %d months: %s', async (visits, horizon, expected) => {
    expect(await progression(visits, horizon)).toBe(expected);
  });

  it('inferred diagnoses, three digits and the order of rows are those of a run of the original', async () => {
    const table = [
      'participant_id\tsession_id\tage\tnote\tdiagnosis',
      'sub-2\tses-M12\t60.5\ta\tCN',
      'sub-2\tses-M00\t60\tb\tCN',
      'sub-2\tses-M24\t61\tNaN\t',
      'sub-1\tses-M00\t70\tc\tMCI',
      'sub-1\tses-M36\t71\tc\t',
      'sub-1\tses-M72\t71\tc\tMCI\n',
    ];
    const folder = await folderWith({ 'a.tsv': table.join('\n') });
    const result = await tsvtoolsGetProgression({ data_tsv: 'a.tsv', time_horizon: 36 }, testContext(folder).context);
    expect(result.leftOut).toBe(1);
    expect(await textIn(folder, 'a.tsv')).toBe(
      [
        'participant_id\tsession_id\tage\tnote\tdiagnosis\tprogression',
        'sub-2\tses-M012\t60.5\ta\tCN\tuk',
        'sub-2\tses-M000\t60.0\tb\tCN\ts',
        'sub-1\tses-M000\t70.0\tc\tMCI\ts',
        'sub-1\tses-M036\t71.0\tc\tMCI\ts',
        'sub-1\tses-M072\t71.0\tc\tMCI\tuk\n',
      ].join('\n'),
    );
  });

  it('a diagnosis comes from labels.tsv beside the table or far above it, in two digits or three', async () => {
    const own = 'participant_id\tsession_id\tage\nsub-1\tses-M00\t70\nsub-1\tses-M036\t73\nsub-2\tses-M00\t60\n';
    const labels =
      'participant_id\tsession_id\tdiagnosis\tage\nsub-1\tses-M36\tAD\t0\nsub-1\tses-M000\tCN\t0\nsub-3\tses-M00\tCN\t0\n';
    for (const path of ['tsv/x.tsv', 'tsv/a/b/c/x.tsv']) {
      const folder = await folderWith({ 'tsv/labels.tsv': labels, [path]: own });
      const { context, issues } = testContext(folder);
      await tsvtoolsGetProgression({ data_tsv: path, time_horizon: 36 }, context);
      expect(issues.map(({ code }) => code)).toEqual(['sessions-without-labels']);
      expect(await textIn(folder, path)).toBe(
        'participant_id\tsession_id\tage\tdiagnosis\tprogression\nsub-1\tses-M000\t70\tCN\tp\nsub-1\tses-M036\t73\tAD\tuk\n',
      );
    }
  });

  it.each([
    ['diagnoses-missing', (text: string) => text.replace('diagnosis', 'group')],
    ['diagnoses-missing', (text: string) => text.replace(/\t(AD|CN)\n/g, '\t\n')],
    ['diagnosis-unranked', (text: string) => text.replace('\tAD\n', '\tsMCI\n')],
    ['session-not-month', (text: string) => text.replace('ses-M006', 'ses-V2')],
    ['session-twice', (text: string) => text.replace('ses-M006', 'ses-M00')],
  ])('%s (case %#) leaves the table as it was', async (code, change) => {
    const folder = await folderWith({ 'tsv/labels.tsv': change(golden('labels_initial.tsv')) });
    const before = await filesIn(folder);
    const running = tsvtoolsGetProgression({ data_tsv: 'tsv/labels.tsv', time_horizon: 36 }, testContext(folder).context);
    await expect(running).rejects.toMatchObject({ code });
    expect(await filesIn(folder)).toEqual(before);
  });
});
