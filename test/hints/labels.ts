/** @file Hints about the tables that labels are made of. */
import { edit, inOrder, type Step, write } from './step';

const merged = [
  'participant_id\tsession_id\tdiagnosis\tage\tsex',
  'sub-1\tses-M000\tAD\t70\tF',
  'sub-1\tses-M006\tAD\t71\tF',
  'sub-2\tses-M000\tCN\t72\tM\n',
].join('\n');
const mods = (session: string): string => `new/missing_mods/missing_mods_${session}.tsv`;
const table = 'participant_id\tt1w\nsub-1\t1\nsub-2\t1\n';
const given = inOrder(
  write('bids/README', ''),
  write('new/merged.tsv', merged),
  write(mods('ses-M000'), table),
  write(mods('ses-M006'), table),
);
const line = 'clinicadl tsvtools get-labels bids new';

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
};
