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
} as const;
