/** @file `tsvtools getlabels` and `restrict`: the rules of ClinicaDL up to 1.1.1, by their description. */
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { filesIn, folderWith, textIn } from '../../test/table-files';
import { checkCommand } from '../options/derive/check';
import { tsvtoolsGetlabels } from './tsvtools-getlabels';
import { tsvtoolsRestrict } from './tsvtools-restrict';

const months = [0, 12, 24, 36, 48, 60];
const sessionOf = (month: number): string => `ses-M${String(month).padStart(3, '0')}`;

/** Participants by name, with the diagnoses at month 0, 12, …; `-` is no visit, nothing a missing diagnosis. */
function study(people: Readonly<Record<string, string>>): Record<string, string> {
  const rows = Object.entries(people).flatMap(([id, list]) =>
    list.split(',').flatMap((diagnosis, i) => (diagnosis === '-' ? [] : [`${id}\t${sessionOf(months[i])}\t${diagnosis}\t70\tF`])),
  );
  const mods = months.map((month): [string, string] => [
    `mods/missing_mods_${sessionOf(month)}.tsv`,
    `participant_id\tt1w\n${Object.keys(people)
      .map((id) => `${id}\t1\n`)
      .join('')}`,
  ]);
  return { 'm.tsv': `participant_id\tsession_id\tdiagnosis\tage\tsex\n${rows.join('\n')}\n`, ...Object.fromEntries(mods) };
}

const optionsOf = (changed: Readonly<Record<string, unknown>>) =>
  checkCommand('tsvtools getlabels', { merged_tsv: 'm.tsv', missing_mods: 'mods', results_path: 'out', ...changed });

async function sessionsOf(people: Readonly<Record<string, string>>, label: string, time_horizon = 36): Promise<string[]> {
  const folder = await folderWith(study(people));
  await tsvtoolsGetlabels(optionsOf({ diagnoses: [label], time_horizon }), testContext(folder).context);
  const rows = (await textIn(folder, `out/${label}.tsv`)).trimEnd().split('\n').slice(1);
  expect(rows.every((row) => row.split('\t')[2] === label)).toBe(true);
  return rows.map((row) => `${row.split('\t')[0]} ${Number(row.split('\t')[1].slice(5))}`);
}

describe('tsvtools getlabels', () => {
  it('AD, BV and CN are those who never change; a gap between visits is filled, one at the end is left out', async () => {
    expect(await sessionsOf({ a: 'CN,CN', b: 'CN,MCI', c: 'CN,,CN,', d: 'AD' }, 'CN')).toEqual([
      'a 0',
      'a 12',
      'c 0',
      'c 12',
      'c 24',
    ]);
  });

  it('MCI is all who are not better at the end, with EMCI and LMCI among them', async () => {
    const people = { a: 'MCI,MCI', b: 'MCI,AD', c: 'MCI,CN', d: 'MCI,AD,MCI', e: 'LMCI,EMCI', f: 'CN,MCI' };
    expect(await sessionsOf(people, 'MCI')).toEqual(['a 0', 'a 12', 'b 0', 'e 0', 'e 12']);
  });

  it('pMCI is AD at the horizon, sMCI still MCI there', async () => {
    const people = {
      // at 36 months still MCI: stable at 0; later visits end before their horizon
      a: 'MCI,MCI,MCI,MCI',
      // AD at 48: from 12 on progressive, at 0 still MCI at 36
      b: 'MCI,MCI,MCI,MCI,AD',
      // between visits at 24 and 48: MCI, then MCI
      c: 'MCI,-,MCI,-,MCI',
      // between MCI and AD: not known
      d: 'MCI,-,MCI,-,AD',
      e: 'MCI,CN',
    };
    expect(await sessionsOf(people, 'sMCI')).toEqual(['a 0', 'c 0']);
    expect(await sessionsOf(people, 'pMCI')).toEqual(['b 12', 'b 24', 'b 36', 'd 24']);
    expect(await sessionsOf(people, 'pMCI', 12)).toEqual(['b 36']);
    expect(await sessionsOf(people, 'pMCI', 24)).toEqual(['b 24', 'b 36', 'd 24']);
  });

  it('labels.tsv has all of them where each session has one, and participants without month 0 are told', async () => {
    const folder = await folderWith(study({ a: 'CN', b: 'MCI,AD', c: '-,CN' }));
    const said = testContext(folder);
    const { files, labels } = await tsvtoolsGetlabels(optionsOf({ diagnoses: ['pMCI', 'CN'], time_horizon: 12 }), said.context);
    expect(labels).toEqual({ pMCI: 1, CN: 1 });
    expect(files).toEqual(['pMCI.tsv', 'CN.tsv', 'labels.tsv', 'getlabels.json'].map((name) => `out/${name}`));
    expect(await textIn(folder, 'out/labels.tsv')).toBe(
      'participant_id\tsession_id\tdiagnosis\tage\tsex\nb\tses-M000\tpMCI\t70\tF\na\tses-M000\tCN\t70\tF\n',
    );
    expect(said.issues.map(({ code }) => code)).toEqual(['first-visit-missing']);
    const twice = { results_path: 'both', diagnoses: ['pMCI', 'MCI'], time_horizon: 12 };
    const overlap = testContext(folder);
    await tsvtoolsGetlabels(optionsOf(twice), overlap.context);
    expect(overlap.issues.map(({ code }) => code)).toEqual(['first-visit-missing', 'labels-overlap']);
    expect(await folder.kindOf('both/labels.tsv')).toBeUndefined();
  });

  it.each([
    ['labels-none', { diagnoses: ['CN', 'BV'] }],
    ['modality-unknown', { modality: 'pet' }],
    ['folder-not-empty', { results_path: 'mods' }],
    ['variable-unknown', { variables_of_interest: ['MMSE'] }],
  ])('%s writes nothing', async (code, changed) => {
    const folder = await folderWith(study({ a: 'CN', b: 'AD' }));
    const before = await filesIn(folder);
    await expect(tsvtoolsGetlabels(optionsOf(changed), testContext(folder).context)).rejects.toMatchObject({ code });
    expect(await filesIn(folder)).toEqual(before);
  });
});

describe('tsvtools restrict', () => {
  const merged =
    'participant_id\tsession_id\tage_bl\texamination_date\na\tses-M00\t61.9\t-4\na\tses-M18\t61.9\t2010\nb\tses-M00\t62\t-4\nc\tses-M00\t\t2011\n';
  const restrict = async (dataset: string, changed = {}, text = merged): Promise<string> => {
    const folder = await folderWith({ 'm.tsv': text });
    await tsvtoolsRestrict({ dataset, merged_tsv: 'm.tsv', results_tsv: 'r.tsv', ...changed }, testContext(folder).context);
    return textIn(folder, 'r.tsv');
  };

  it('OASIS from 62 years on, AIBL without those who were never examined', async () => {
    expect(await restrict('OASIS')).toBe('participant_id\tsession_id\tage_bl\texamination_date\nb\tses-M00\t62.0\t-4\n');
    expect((await restrict('AIBL')).split('\n').map((row) => row[0])).toEqual(['p', 'a', 'a', 'c', undefined]);
    expect(await restrict('AIBL', {}, merged.replaceAll('2010', '2010-05-01'))).toContain('a\tses-M00');
  });

  it.each([
    ['restriction-empty', 'OASIS', {}, merged.replaceAll('62', '60')],
    ['cell-not-number', 'OASIS', {}, merged.replaceAll('62', '62+')],
    ['column-missing', 'AIBL', {}, merged.replace('examination_date', 'date')],
    ['output-is-input', 'AIBL', { results_tsv: './m.tsv' }, merged],
  ])('%s writes nothing', async (code, dataset, changed, text) => {
    await expect(restrict(dataset, changed, text)).rejects.toMatchObject({ code });
  });
});
