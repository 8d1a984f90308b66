/** @file Errors about whole studies: folders with splits, groups that are predicted, what a training has seen. */

export const studyRows = {
  'splits-elsewhere': {
    kind: 'options',
    sentence: '"{path}" is {found}; expected was {expected}.',
    hint: 'Give {give} instead.',
  },
  'split-incomplete': {
    kind: 'data',
    sentence: 'The folder "{folder}" has {tables}, but not {missing}, which this training needs.',
    hint: 'Make that table: {way}.',
  },
  'maps-not-available': {
    kind: 'options',
    sentence: '"{maps}" is a training with {option} = {value}, which is not available here.',
    hint: 'Choose a MAPS with {available}, or run this command with ClinicaDL in Python.',
  },
  'training-log-columns': {
    kind: 'data',
    sentence: 'The log "{file}" has {problem}; this training cannot write such rows.',
    hint: 'Rename that file and resume again: the training then begins a new log.',
  },
} as const;
