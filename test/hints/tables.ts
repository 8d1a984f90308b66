/** @file Hints about the tables of a training, and about those of participants. */
import { imagePath, niftiFile, tinyVoxels } from '../road-study';
import {
  again,
  config,
  edit,
  inOrder,
  kfold,
  prepare,
  remove,
  run,
  type Step,
  split,
  train,
  training,
  validation,
  write,
} from './step';

export const tables: Readonly<Record<string, Step>> = {
  'label-unknown': {
    before: edit(validation, '\tCN\t', '\tMCI\t'),
    line: training('-d AD -d CN -d MCI'),
    says: 'leave these rows out',
    next: training('-d AD -d CN'),
  },
  'label-code': {
    ...config('[Classification.label_code]\nAD = 0\n', '[Classification.label_code]\nAD = 0\nCN = 1\n'),
    says: 'Correct label_code in the configuration file',
  },
  'label-not-number': {
    line: training('--label diagnosis').replace('classification', 'regression'),
    says: 'name a column of numbers with --label',
    next: training('--label age').replace('classification', 'regression'),
  },
  'table-ragged': {
    before: edit(train, '\t60\n', '\t60\tmore\n'),
    line: training(),
    says: 'Take the cells that are too many out of this line',
    follow: edit(train, '\t60\tmore\n', '\t60\n'),
  },
  'table-separator': {
    before: edit(train, /\t/g, ','),
    line: training(),
    says: 'put one tab in place of the commas',
    follow: edit(train, /,/g, '\t'),
  },
  'column-missing': {
    before: edit(train, 'participant_id', 'subject'),
    line: training(),
    says: 'Add the column',
    follow: edit(train, 'subject', 'participant_id'),
  },
  'id-empty': {
    before: edit(train, 'sub-P02\t', '\t'),
    line: training(),
    says: 'Fill in the participant and the session',
    follow: edit(train, '\n\t', '\nsub-P02\t'),
  },
  'json-damaged': {
    before: write('caps/tensor_extraction/image.json', '{"mode": '),
    line: training(),
    says: 'or write the file again',
    follow: again,
    next: training().replace(' image ', ' new '),
  },
  'group-empty': {
    line: training('-d PD -d XX'),
    says: '--diagnoses with labels that are in the table',
    next: training('-d AD -d CN'),
  },
  'config-json-key': {
    ...config('{"dropot": 0.5}', '{"dropout": 0.5}', 'json'),
    says: 'dropout',
  },
  'config-json-section': {
    ...config('{"Architecture": {"dropout": 0.5}}', '{"dropout": 0.5}', 'json'),
    says: 'Write the keys of "Architecture" outside of it',
  },
  'config-json-twice': {
    ...config('{"model": "Conv4_FC3", "architecture": "Conv4_FC3"}', '{"architecture": "Conv4_FC3"}', 'json'),
    says: 'Take one of them out',
  },
  'shapes-differ': {
    before: inOrder(
      write(imagePath('sub-P02'), niftiFile([17, 3, 3], tinyVoxels(2).slice(0, 153))),
      run(prepare('--extract_json other')),
    ),
    line: training(),
    says: 'Leave these sessions out of the table',
    follow: edit(train, /sub-P02.*\n/, ''),
  },
  'class-count': { line: training('-d AD'), says: 'two or more labels', next: training('-d AD -d CN') },
  'splits-elsewhere': {
    line: training().replace('tsv/single', 'tsv/2_fold'),
    says: 'tsv/2_fold --n_splits 2',
    next: training('--n_splits 2').replace('tsv/single', 'tsv/2_fold'),
  },
  'split-incomplete': {
    before: remove(validation),
    line: training(),
    says: 'tsvtools kfold tsv/single/train.tsv --n_splits 5',
    follow: run('clinicadl tsvtools kfold tsv/single/train.tsv --n_splits 3'),
    next: training('--n_splits 3').replace('tsv/single', 'tsv/single/3_fold'),
  },
  'tsv-folder-expected': {
    before: inOrder(write('lone/table.tsv', 'participant_id\tsession_id\tdiagnosis\n')),
    line: training().replace('tsv/single', 'lone/table.tsv'),
    says: 'Give the folder that "tsvtools split"',
    next: training(),
  },
  'sessions-contradict': {
    before: edit(train, /$/, 'sub-P00\tses-M000\tCN\t60\n'),
    line: training(),
    says: 'Keep one line per participant and session, the one that is right',
    follow: edit(train, 'sub-P00\tses-M000\tCN\t60\n', ''),
  },
  'session-twice': {
    before: edit('tsv/people.tsv', /$/, 'sub-P00\tses-M000\tAD\t70\tF\n'),
    line: kfold(),
    says: 'Keep one line',
    follow: edit('tsv/people.tsv', 'sub-P00\tses-M000\tAD\t70\tF\n', ''),
  },
  'class-empty': {
    before: edit('tsv/people.tsv', 'ses-M000\tAD', 'ses-M000\t'),
    line: split('--n_test 4'),
    says: 'Fill in the value',
    follow: edit('tsv/people.tsv', 'ses-M000\t\t', 'ses-M000\tAD\t'),
  },
  'class-too-small': {
    before: inOrder(
      edit('tsv/people.tsv', /\tCN\t/g, '\tMCI\t'),
      edit('tsv/people.tsv', /\tAD\t/g, '\tCN\t'),
      edit('tsv/people.tsv', 'CN', 'AD'),
    ),
    line: split('--n_test 4'),
    says: '--ignore_demographics',
    next: split('--n_test 4 --ignore_demographics'),
  },
  'age-not-a-number': {
    before: edit('tsv/people.tsv', '\t60\t', '\tsixty\t'),
    line: split('--n_test 4'),
    says: 'Write ages as numbers',
    follow: edit('tsv/people.tsv', '\tsixty\t', '\t60.5\t'),
  },
  'sex-unknown': {
    before: edit('tsv/people.tsv', '\tF\n', '\twoman\n'),
    line: split('--n_test 4'),
    says: 'Write M or F',
    follow: edit('tsv/people.tsv', '\twoman\n', '\tF\n'),
  },
  'split-test-size': { line: split('--n_test 50'), says: 'Choose n_test below 12', next: split('--n_test 4') },
  'split-too-few': {
    line: split('--n_test 1'),
    says: 'Change n_test so that both sets can hold every class',
    next: split('--n_test 4'),
  },
  'split-not-found': {
    before: edit('tsv/people.tsv', '\t71\t', '\t20\t'),
    line: split('--n_test 4 --p_age_threshold 1 --max_tries 1'),
    says: 'Lower --p_age_threshold',
    next: split('--n_test 4 --p_age_threshold 0 --max_tries 1'),
  },
  'folds-too-many': { line: kfold('--n_splits 12'), says: 'at most 6 folds', next: kfold('--n_splits 6') },
  'demographics-missing': {
    before: edit('tsv/people.tsv', 'sex', 'gender'),
    line: split('--n_test 4'),
    says: '--ignore_demographics',
    next: split('--n_test 4 --ignore_demographics'),
  },
  'stratification-missing': {
    line: kfold('--n_splits 2 --stratification site'),
    says: 'another column to stratify on',
    next: kfold('--n_splits 2 --stratification sex'),
  },
  'subset-name': {
    line: split('--n_test 4').replace('validation', 'train'),
    says: 'other than train',
    next: split('--n_test 4'),
  },
};
