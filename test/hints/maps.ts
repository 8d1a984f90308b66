/** @file Hints about a MAPS, its groups and its networks. */
import { tinyTraining, writeText } from '../road-study';
import { predict, remove, run, type Step, train, training } from './step';

export const maps: Readonly<Record<string, Step>> = {
  'maps-not-empty': { line: tinyTraining('maps'), says: 'a new folder name', next: training() },
  'folder-not-empty': {
    line: 'clinicadl simulate tsv --n_subjects 8',
    says: 'a new folder name',
    next: 'clinicadl simulate new --n_subjects 8',
  },
  'maps-missing': { line: predict().replace(' maps ', ' tsv '), says: 'the one with maps.json in it', next: predict() },
  'maps-untrained': {
    before: remove('maps/split-0/best-loss'),
    line: predict(),
    says: '"train resume"',
    follow: run('clinicadl train resume maps'),
  },
  'data-leakage': {
    before: ({ workspace, text }) => text(train).then((rows) => writeText(workspace, 'tsv/test.tsv', rows)),
    line: predict(),
    says: '--skip_leak_check',
    next: predict('--skip_leak_check'),
  },
  'data-leakage-caps': {
    line: 'clinicadl predict maps new --caps_directory caps --no_labels',
    says: 'Give --participants_tsv with a table of the other participants',
    next: predict('--no_labels'),
  },
  'group-exists': { before: run(predict()), line: predict(), says: 'or give --overwrite', next: predict('--overwrite') },
  'group-definition': {
    line: 'clinicadl predict maps new',
    says: '--caps_directory and --participants_tsv',
    next: predict(),
  },
  'group-protected': { line: predict().replace(' new ', ' train '), says: 'another group name', next: predict() },
  'group-table-missing': {
    line: predict().replace('tsv/test.tsv', 'caps'),
    says: 'the table of the group itself',
    next: predict(),
  },
  'split-untrained': { line: predict('--split 3'), says: 'choose one of: 0', next: predict('--split 0') },
  'metric-untrained': {
    line: predict('--selection_metrics accuracy'),
    says: 'Choose one of: loss',
    next: predict('--selection_metrics loss'),
  },
  'name-refused': {
    line: predict().replace(' new ', ' "a:b" '),
    says: 'letters, digits, dots, dashes and underscores',
    next: predict(),
  },
  'resume-nothing': { line: 'clinicadl train resume maps', says: 'Start a new training', next: training() },
  'accumulation-too-large': {
    line: training('--accumulation_steps 99'),
    says: 'Lower accumulation_steps',
    next: training('--accumulation_steps 1'),
  },
};
