/** @file Hints about several cohorts, networks of elements, and networks that a training begins with. */
import { inOrder, type Step, training, write } from './step';

const capsTable = 'cohort\tpath\nA\tcaps\n';
const tsvTable = 'cohort\tpath\tdiagnoses\nA\ttsv/single\tAD,CN\n';
const tables = inOrder(write('caps.tsv', capsTable), write('cohorts.tsv', tsvTable));
const cohorts = (more = ''): string =>
  training(`--multi_cohort ${more}`).replace('caps image tsv/single', 'caps.tsv image cohorts.tsv');

export const cohortSteps: Readonly<Record<string, Step>> = {
  'multi-network-single': { line: training('--multi_network'), says: 'Leave out --multi_network', next: training() },
  'transfer-split': {
    line: training('--transfer_path maps --transfer_selection_metric BA'),
    says: 'Give --transfer_selection_metric',
    next: training('--transfer_path maps --transfer_selection_metric loss'),
  },
  'transfer-mismatch': {
    line: training('--transfer_path maps').replace('Conv4_FC3', 'Conv5_FC3'),
    says: 'whose network has the same layers',
    next: training('--transfer_path maps'),
  },
  'pretrained-transfer': {
    line: training('--transfer_path maps --pretrained x.pth'),
    says: 'Leave out --pretrained',
    next: training('--transfer_path maps'),
  },
  'cohort-table-expected': { line: training('--multi_cohort'), says: 'or leave out --multi_cohort', next: training() },
  'cohort-table': {
    before: inOrder(tables, write('cohorts.tsv', 'cohort\tpath\nA\ttsv/single\n')),
    line: cohorts(),
    says: 'Correct the table',
    follow: write('cohorts.tsv', tsvTable),
  },
  'cohort-table-unasked': {
    before: tables,
    line: training().replace('tsv/single', 'cohorts.tsv'),
    says: 'Give --multi_cohort, and for the CAPS folders a table of cohorts too',
    next: cohorts(),
  },
  'cohort-path': {
    before: inOrder(tables, write('caps.tsv', capsTable.replace('caps', 'cpas'))),
    line: cohorts(),
    says: 'Write a path inside of the opened folder into the table',
    follow: write('caps.tsv', capsTable),
  },
  'cohort-diagnoses': {
    before: tables,
    line: cohorts('--diagnoses AD --diagnoses CN --diagnoses MCI'),
    says: 'Give --diagnoses with those that its column diagnoses has',
    next: cohorts('--diagnoses AD --diagnoses CN'),
  },
  'cohort-unknown': {
    before: inOrder(tables, write('caps.tsv', capsTable.replace('A', 'B'))),
    line: cohorts(),
    says: 'the same names of cohorts in both tables',
    follow: write('caps.tsv', capsTable),
  },
  'cohorts-share-sessions': {
    before: inOrder(
      write('caps.tsv', `${capsTable}B\tcaps\n`),
      write('cohorts.tsv', `${tsvTable}B\ttsv/2_fold/split-1\tAD,CN\n`),
    ),
    line: cohorts(),
    says: 'Take them out of the tables of one cohort',
    follow: write('cohorts.tsv', tsvTable),
  },
};
