/** @file `tsvtools get-labels` against the table of ClinicaDL 1.6.1, and on tables that it cannot take. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { filesIn, folderWith, textIn } from '../../test/table-files';
import { type TsvtoolsGetLabelsOptions, tsvtoolsGetLabels } from './tsvtools-get-labels';

const golden = (path: string): string => readFileSync(`test/golden/study/${path}`, 'utf8');
const options: TsvtoolsGetLabelsOptions = {
  bids_directory: 'bids',
  output_directory: 'tsv',
  diagnoses: ['AD', 'CN'],
  modality: 't1w',
  variables_of_interest: [],
  caps_directory: null,
  restriction_tsv: null,
  keep_smc: false,
  merged_tsv: null,
  missing_mods: null,
  remove_unique_session: false,
};

const study = {
  'bids/README': '',
  'tsv/merged.tsv': golden('tsv_inputs/merged.tsv'),
  'tsv/missing_mods/missing_mods_ses-M000.tsv': golden('tsv_inputs/missing_mods/missing_mods_ses-M000.tsv'),
  'tsv/missing_mods/missing_mods_ses-M006.tsv': golden('tsv_inputs/missing_mods/missing_mods_ses-M006.tsv'),
};

/** One participant per entry, one cell per visit: its diagnosis, at month 0, 6, 12, …; empty is missing. */
function visits(people: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const rows = Object.entries(people).flatMap(([id, list]) =>
    list.split(',').map((diagnosis, i) => `sub-${id}\tses-M${String(i * 6).padStart(3, '0')}\t${diagnosis}\t70\tF`),
  );
  const length = Math.max(...Object.values(people).map((list) => list.split(',').length));
  const mods = Array.from({ length }, (_, i): [string, string] => [
    `tsv/missing_mods/missing_mods_ses-M${String(i * 6).padStart(3, '0')}.tsv`,
    `participant_id\tt1w\n${Object.keys(people)
      .map((id) => `sub-${id}\t1\n`)
      .join('')}`,
  ]);
  const merged = `participant_id\tsession_id\tdiagnosis\tage\tsex\n${rows.join('\n')}\n`;
  return { 'bids/README': '', 'tsv/merged.tsv': merged, ...Object.fromEntries(mods), ...more };
}

async function labels(files: Readonly<Record<string, string>>, changed: Partial<TsvtoolsGetLabelsOptions> = {}) {
  const folder = await folderWith(files);
  const said = testContext(folder);
  const result = await tsvtoolsGetLabels({ ...options, ...changed }, said.context);
  const rows = (await textIn(folder, 'tsv/labels.tsv')).trimEnd().split('\n').slice(1);
  return { ...said, folder, result, rows: rows.map((row) => row.split('\t')) };
}

/** `T1 0 AD` for each row. */
const short = (rows: readonly (readonly string[])[]): string[] =>
  rows.map((cells) => `${cells[0].slice(4)} ${Number(cells[1].slice(5))} ${cells[4]}`);

describe('tsvtools get-labels', () => {
  it('writes the table of the original, byte for byte, in the order that it left to chance there', async () => {
    const { folder, result } = await labels(study);
    expect(await textIn(folder, 'tsv/labels.tsv')).toBe(golden('tsv/labels_initial.tsv'));
    const paths = (text: string): string => text.replaceAll('/study/data/', '');
    expect(await textIn(folder, 'tsv/labels.json')).toBe(paths(golden('tsv/labels.json')));
    expect(result).toMatchObject({ participants: 20, sessions: 24, labels: { AD: 12, CN: 12 }, leftOut: [] });
  });

  it('variables of interest follow, in the order given', async () => {
    const { folder } = await labels(study, { variables_of_interest: ['cdr_global', 'MMS'], caps_directory: 'caps' });
    const [header, first] = (await textIn(folder, 'tsv/labels.tsv')).split('\n');
    expect(header).toBe('participant_id\tsession_id\tage\tsex\tdiagnosis\tcdr_global\tMMS');
    expect(first).toBe('sub-T00\tses-M000\t73.1\tF\tCN\t0.5\t27');
    const parameters = JSON.parse(await textIn(folder, 'tsv/labels.json'));
    expect(parameters).toMatchObject({ variables_of_interest: ['cdr_global', 'MMS'], caps_directory: 'caps' });
  });

  it('a missing diagnosis is that of the visits around, where they agree', async () => {
    const { rows, lines } = await labels(visits({ a: 'CN,,CN', b: 'CN,,,CN', c: 'CN,,AD', d: ',AD', e: 'AD,', f: 'CN,,' }));
    expect(short(rows)).toEqual([
      ...['a 0 CN', 'a 6 CN', 'a 12 CN', 'b 0 CN', 'b 6 CN', 'b 12 CN', 'b 18 CN', 'c 0 CN', 'c 12 AD', 'd 6 AD', 'e 0 AD'],
      'f 0 CN',
    ]);
    expect(lines).toContain('8 diagnoses were missing: 0 from adni_diagnosis_change, 3 from the visits around');
  });

  it('adni_diagnosis_change fills a gap before that; -1 stands for none', async () => {
    const merged = [
      'participant_id\tsession_id\tdiagnosis\tage\tsex\tadni_diagnosis_change',
      'sub-a\tses-M000\t\t70\tF\t7',
      'sub-b\tses-M000\t\t70\tF\t-1',
      'sub-c\tses-M000\tCN\t70\tF\t3',
      'sub-d\tses-M000\t\t70\tF\t6\n',
    ].join('\n');
    const { rows } = await labels(visits({ a: 'CN', b: 'CN', c: 'CN', d: 'CN' }, { 'tsv/merged.tsv': merged }));
    expect(short(rows)).toEqual(['a 0 CN', 'c 0 CN', 'd 0 AD']);
  });

  it('visits are ordered by month, and names that are no month are left out', async () => {
    const merged = [
      'participant_id\tsession_id\tage\tSex\tdx1',
      'sub-b\tses-M12\t\tF\tCN',
      'sub-b\tses-M6\t70\tF\tAD',
      'sub-b\tses-M100\t71\tF\tCN',
      'sub-a\tses-2010\t71\tF\tCN\n',
    ].join('\n');
    const mods = Object.fromEntries(
      ['M12', 'M6', 'M100'].map((name) => [`tsv/missing_mods/x_ses-${name}.tsv`, 'participant_id\tt1w\nsub-b\t1\n']),
    );
    const { folder, issues, result } = await labels({ 'bids/README': '', 'tsv/merged.tsv': merged, ...mods });
    expect(await textIn(folder, 'tsv/labels.tsv')).toBe(
      'participant_id\tsession_id\tage\tSex\tdiagnosis\nsub-b\tses-M6\t70.0\tF\tAD\nsub-b\tses-M12\t\tF\tCN\nsub-b\tses-M100\t71.0\tF\tCN\n',
    );
    expect(issues.map(({ code }) => code)).toEqual(['column-guessed']);
    expect(result.leftOut).toEqual(['1 whose session is no month']);
  });

  it('SMC, single sessions, modality and restriction each leave out what they say', async () => {
    const files = visits({ a: 'CN,CN', b: 'CN', c: 'AD,AD', d: 'AD,AD' });
    const smc = files['tsv/merged.tsv']
      .replace(/\n(.)/g, '\tX\n$1')
      .replace('\tX', '\tdiagnosis_bl')
      .replace(/(sub-d.*)\tX/, '$1\tSMC');
    const withSmc = { ...files, 'tsv/merged.tsv': `${smc.trimEnd()}\tX\n` };
    expect(short((await labels(withSmc)).rows)).not.toContain('d 0 AD');
    expect(short((await labels(withSmc, { keep_smc: true })).rows)).toContain('d 0 AD');
    // d has one session left once the other is SMC
    expect(short((await labels(withSmc, { remove_unique_session: true })).rows)).toEqual([
      'a 0 CN',
      'a 6 CN',
      'c 0 AD',
      'c 6 AD',
    ]);
    const without = {
      ...files,
      'tsv/missing_mods/missing_mods_ses-M006.tsv': 'participant_id\tt1w\tpet\nsub-a\t\t1\nsub-c\t0\t1\nsub-d\t1\t0\n',
      'tsv/missing_mods/summary.txt': 'nothing',
      'r.tsv': 'participant_id\tsession_id\nsub-a\tses-M000\nsub-a\tses-M000\nsub-d\tses-M006\nsub-a\tses-M006\n',
    };
    expect(short((await labels(without)).rows)).toEqual(['a 0 CN', 'b 0 CN', 'c 0 AD', 'd 0 AD', 'd 6 AD']);
    expect(short((await labels(without, { modality: 'pet' })).rows)).toEqual(['a 6 CN', 'c 6 AD']);
    // ClinicaDL loses a session that the list names twice.
    expect(short((await labels(without, { restriction_tsv: 'r.tsv' })).rows)).toEqual(['a 0 CN', 'd 6 AD']);
  });

  it('diagnoses that are numbers are texts, and are no missing ones', async () => {
    const { rows } = await labels(visits({ a: '0', b: '1', c: '2' }), { diagnoses: ['0', '2'] });
    expect(short(rows)).toEqual(['a 0 0', 'c 0 2']);
  });

  it('sessions in another spelling than the tables of modalities are told', async () => {
    const files = visits({ a: 'CN,CN' });
    const { 'tsv/missing_mods/missing_mods_ses-M006.tsv': table, ...others } = files;
    const { issues } = await labels({ ...others, 'tsv/missing_mods/missing_mods_ses-M06.tsv': table });
    expect(issues.map(({ message }) => message)).toEqual([
      'tsv/missing_mods has no table for sessions of tsv/merged.tsv, which were left out: ses-M006; ses-M06 there looks like one of them.',
    ]);
  });

  it('without age and sex the table is written without, and that is told', async () => {
    const files = visits({ a: 'CN' });
    const plain = files['tsv/merged.tsv'].replace('\tage\tsex', '\told\tgender');
    const { issues, folder } = await labels({ ...files, 'tsv/merged.tsv': plain });
    expect(issues.map(({ code }) => code)).toEqual(['demographics-lacking', 'demographics-lacking']);
    expect(await textIn(folder, 'tsv/labels.tsv')).toBe('participant_id\tsession_id\tdiagnosis\nsub-a\tses-M000\tCN\n');
  });

  it.each([
    ['folder-missing', {}, { bids_directory: 'nowhere' }],
    ['folder-missing', {}, { missing_mods: 'nowhere' }],
    ['file-missing', {}, { merged_tsv: 'nowhere.tsv' }],
    ['variable-unknown', {}, { variables_of_interest: ['MMSE'] }],
    ['modality-unknown', {}, { modality: 'T1w' }],
    ['labels-empty', {}, { diagnoses: ['PD'] }],
    ['column-missing', { 'tsv/merged.tsv': study['tsv/merged.tsv'].replace('diagnosis', 'group') }, {}],
    ['session-not-month', { 'tsv/merged.tsv': study['tsv/merged.tsv'].replace('ses-M006', 'ses-Msix') }, {}],
    ['session-twice', { 'tsv/merged.tsv': study['tsv/merged.tsv'].replace('ses-M006', 'ses-M0') }, {}],
    ['modality-tables', { 'tsv/missing_mods/missing_mods_ses-M012.tsv': 'participant_id\tt1w\n' }, {}],
  ] as const)('%s (case %#) writes nothing', async (code, files, changed) => {
    const folder = await folderWith({ ...study, ...files });
    const before = await filesIn(folder);
    await expect(tsvtoolsGetLabels({ ...options, ...changed }, testContext(folder).context)).rejects.toMatchObject({ code });
    expect(await filesIn(folder)).toEqual(before);
  });
});
