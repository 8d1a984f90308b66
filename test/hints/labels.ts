/** @file Hints about the tables that labels are made of. */
import { edit, inOrder, type Step, write } from './step';

const merged = [
  'participant_id\tsession_id\tdiagnosis\tage\tsex',
  'sub-1\tses-M000\tAD\t70\tF',
  'sub-1\tses-M006\tAD\t71\tF',
  'sub-2\tses-M000\tCN\t72\tM\n',
].join('\n');
const mods = (session: string): string => `new/missing_mods/missing_mods_${session}.tsv`;
const people = 'participant_id\tsession_id\tdiagnosis\tage\tsex\n';
const few = `${people}sub-P00\tses-M000\tAD\t60\tF\nsub-P02\tses-M000\tAD\t62\tF\n`;
const table = 'participant_id\tt1w\nsub-1\t1\nsub-2\t1\n';
const given = inOrder(
  write('bids/README', ''),
  write('new/merged.tsv', merged),
  write(mods('ses-M000'), table),
  write(mods('ses-M006'), table),
);
const line = 'clinicadl tsvtools get-labels bids new';
const progression = 'clinicadl tsvtools get-progression tsv/people.tsv';
const analysis = 'clinicadl tsvtools analysis tsv/people.tsv tsv/people.tsv out.tsv -d AD';
const fold = (subset: string): string => `old/${subset}_splits-1/split-0/AD_baseline.tsv`;

export const labelSteps: Readonly<Record<string, Step>> = {
  'session-not-month': {
    before: inOrder(given, edit('new/merged.tsv', 'ses-M006', 'ses-Msix')),
    line,
    says: 'Write the session in this way',
    follow: edit('new/merged.tsv', 'ses-Msix', 'ses-M006'),
  },
  'variable-unknown': {
    before: given,
    line: `${line} -voi Age`,
    says: 'names of these columns',
    next: `${line} -voi age`,
  },
  'modality-tables': {
    before: inOrder(given, write('other/notes.txt', '')),
    line: `${line} --missing_mods other`,
    says: 'Give --missing_mods',
    next: `${line} --missing_mods new/missing_mods`,
  },
  'modality-unknown': {
    before: given,
    line: `${line} --modality T1w`,
    says: 'Give --modality with one of these',
    next: `${line} --modality t1w`,
  },
  'labels-empty': {
    before: given,
    line: `${line} -d PD`,
    says: 'Give --diagnoses',
    next: `${line} -d AD`,
  },
  'diagnoses-missing': {
    before: edit('tsv/people.tsv', 'diagnosis', 'group'),
    line: progression,
    says: 'Add the column diagnosis',
    follow: edit('tsv/people.tsv', 'group', 'diagnosis'),
  },
  'diagnosis-unranked': {
    before: edit('tsv/people.tsv', '\tAD\t', '\tPD\t'),
    line: progression,
    says: 'write one of these',
    follow: edit('tsv/people.tsv', '\tPD\t', '\tAD\t'),
  },
  'metadata-nothing': {
    before: given,
    line: 'clinicadl tsvtools get-metadata tsv/people.tsv new/merged.tsv -voi age',
    says: 'Write participant_id and session_id in both tables alike',
    follow: write('new/merged.tsv', 'participant_id\tsession_id\tage\nsub-P00\tses-M000\t60\n'),
  },
  'diagnosis-absent': {
    line: `${analysis} -d PD`,
    says: 'Give --diagnoses with those that the table has',
    next: `${analysis} -d AD`,
  },
  'session-not-merged': {
    before: inOrder(write('merged.tsv', `${people}sub-P00\tses-M000\tAD\t60\tF\n`), write('tsv/few.tsv', few)),
    line: 'clinicadl tsvtools analysis merged.tsv tsv/few.tsv out.tsv -d AD',
    says: 'Add the session to merged.tsv',
    follow: edit('merged.tsv', /$/, 'sub-P02\tses-M000\tAD\t62\tF\n'),
  },
  'cell-not-number': {
    before: edit('tsv/people.tsv', '\t60\t', '\tsixty\t'),
    line: analysis,
    says: 'leave the cell empty',
    follow: edit('tsv/people.tsv', '\tsixty\t', '\t\t'),
  },
  'sex-missing': {
    before: edit('tsv/people.tsv', '\tF\n', '\twoman\n'),
    line: analysis,
    says: 'Write M or F',
    follow: edit('tsv/people.tsv', '\twoman\n', '\tF\n'),
  },
  'output-is-input': {
    line: analysis.replace('out.tsv', 'tsv/people.tsv'),
    says: 'Give another path',
    next: analysis,
  },
  'older-parameters': {
    before: inOrder(given, write('old/AD.tsv', merged), write('old/kfold.json', '{"n_splits": 1}'), write(fold('train'), merged)),
    line: 'clinicadl tsvtools adapt old adapted',
    says: 'Write the key subset_name',
    follow: inOrder(write('old/kfold.json', '{"n_splits": 1, "subset_name": "validation"}'), write(fold('validation'), merged)),
  },
  'older-tables': {
    before: write('old/AD.tsv', merged),
    line: 'clinicadl tsvtools adapt old adapted -lb CN',
    says: 'labels that it has',
    next: 'clinicadl tsvtools adapt old adapted -lb AD',
  },
  'restriction-empty': {
    before: inOrder(
      write('few.tsv', 'participant_id\tsession_id\tage_bl\na\tses-M00\t60\n'),
      write('oasis.tsv', 'participant_id\tsession_id\tage_bl\na\tses-M00\t65\n'),
    ),
    line: 'clinicadl tsvtools restrict OASIS few.tsv out.tsv',
    says: 'Give the table of that data set',
    next: 'clinicadl tsvtools restrict OASIS oasis.tsv out.tsv',
  },
  'labels-none': {
    before: given,
    line: 'clinicadl tsvtools getlabels new/merged.tsv new/missing_mods out -d BV',
    says: 'Give --diagnoses with labels that it has',
    next: 'clinicadl tsvtools getlabels new/merged.tsv new/missing_mods out -d AD',
  },
};
