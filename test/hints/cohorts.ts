/** @file Hints about several cohorts and domains, networks of elements, and networks that a training begins with. */
import { tinyParticipant } from '../road-study';
import { inOrder, run, type Step, training, write } from './step';

const capsTable = 'cohort\tpath\nA\tcaps\n';
const tsvTable = 'cohort\tpath\tdiagnoses\nA\ttsv/single\tAD,CN\n';
const tables = inOrder(write('caps.tsv', capsTable), write('cohorts.tsv', tsvTable));
const cohorts = (more = ''): string =>
  training(`--multi_cohort ${more}`).replace('caps image tsv/single', 'caps.tsv image cohorts.tsv');

const domains = (people: readonly number[]): string =>
  ['participant_id\tsession_id\tdiagnosis\tdomain', ...people.map((i) => domainRow(i)), ''].join('\n');
const domainRow = (i: number): string => `${tinyParticipant(i)}\tses-M000\t${i % 2 === 0 ? 'AD' : 'CN'}\tflair`;
/** Two domains of one CAPS: the hints are about tables and options. */
const targets = inOrder(
  write('lab/train.tsv', domains([6, 7])),
  write('lab/validation_baseline.tsv', domains([8, 9])),
  write('unlab.tsv', domains([10, 11])),
);
const target = '--caps_target caps --tsv_target_lab lab --tsv_target_unlab unlab.tsv --preprocessing_dict_target image';
const adapting = (more = ''): string => training(`--ssda_network ${target} ${more}`).replace('Conv4_FC3', 'Conv5_FC3_SSDA');

export const cohortSteps: Readonly<Record<string, Step>> = {
  'adaptation-network': {
    before: targets,
    line: adapting().replace('Conv5_FC3_SSDA', 'Conv5_FC3'),
    says: 'Give --architecture Conv5_FC3_SSDA',
    next: adapting(),
  },
  'adaptation-alone': {
    line: training().replace('Conv4_FC3', 'Conv5_FC3_SSDA'),
    says: 'Choose --architecture Conv5_FC3,',
    next: training().replace('Conv4_FC3', 'Conv5_FC3'),
  },
  'adaptation-unfit': { before: targets, line: adapting('--multi_cohort'), says: 'Leave out --multi_cohort', next: adapting() },
  'adaptation-batches': {
    before: targets,
    line: adapting('--batch_size 4'),
    says: 'Give --batch_size 2 or less',
    next: adapting('--batch_size 2'),
  },
  'domain-missing': {
    before: inOrder(targets, write('unlab.tsv', domains([10, 11]).replaceAll('\tdomain', '').replaceAll('\tflair', ''))),
    line: adapting(),
    says: 'a column domain with t1 or flair in each row',
    follow: write('unlab.tsv', domains([10, 11])),
  },
  'domain-unknown': {
    before: inOrder(targets, write('unlab.tsv', domains([10, 11]).replaceAll('\tflair', '\tt2'))),
    line: adapting(),
    says: 'Write t1 or flair',
    follow: write('unlab.tsv', domains([10, 11])),
  },
  'target-extraction': {
    before: inOrder(
      targets,
      run('clinicadl prepare-data slice caps t1-linear --extract_json slices --slice_direction 2 --discarded_slices 1'),
    ),
    line: adapting().replace('_target image', '_target slices'),
    says: 'Give --preprocessing_dict_target with a JSON file of elements of the kind image',
    next: adapting(),
  },
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
