/** @file Rows of the catalogue: tables of labels, their columns and sessions. */
import type { CatalogueRow } from './catalogue';

export const tableRows = {
  'session-not-month': {
    kind: 'data',
    sentence: '{file} has the session "{session}"; ses-M and a number of months were expected, as in ses-M006.',
    hint: 'Write the session in this way, or take its rows out.',
  },
  'column-guessed': {
    kind: 'data',
    sentence: '{file} has no column {column}; {found} was taken for it, since its name contains the word.',
    hint: 'Add a column {column} if another one is meant.',
  },
  'demographics-lacking': {
    kind: 'data',
    sentence: '{file} has no column whose name contains {column}, so that labels.tsv has none.',
    hint: 'Add the column to the table, or split with --ignore_demographics.',
  },
  'variable-unknown': {
    kind: 'options',
    sentence: '{file} has no column {names}; it has {columns}.',
    hint: 'Give --variables_of_interest with names of these columns.',
  },
  'modality-tables': {
    kind: 'data',
    sentence: '"{path}" has {problem}; tables missing_mods_<session>.tsv with a row for each participant were expected.',
    hint: 'Give --missing_mods with the folder that "clinica iotools check-missing-modalities" wrote.',
  },
  'modality-unknown': {
    kind: 'options',
    sentence: 'No table in "{path}" has the column {modality}; they have {columns}.',
    hint: 'Give --modality with one of these.',
  },
  'modality-sessions': {
    kind: 'data',
    sentence: '{path} has no table for sessions of {file}, which were left out: {sessions}{spelling}.',
    hint: 'Rename the tables, or spell the sessions as they do, if these should take part.',
  },
  'labels-empty': {
    kind: 'data',
    sentence: 'No session of {file} is left, so nothing was written; left out: {steps}.',
    hint: 'Give --diagnoses, --modality and --restriction_tsv that leave some.',
  },
  'diagnoses-missing': {
    kind: 'data',
    sentence: '{file} tells no diagnosis, and no labels.tsv in its folder or above does for its sessions.',
    hint: 'Add the column diagnosis to this table, or to a labels.tsv in a folder above.',
  },
  'diagnosis-unranked': {
    kind: 'data',
    sentence: '{file}: {participant} has the diagnosis "{diagnosis}"; get-progression can rank {known}.',
    hint: 'Take such rows out of the table, or write one of these.',
  },
  'metadata-rows': {
    kind: 'data',
    sentence:
      '{count} sessions of {file} were left out: {merged} does not have them, or has other values of {columns}: {sessions}.',
    hint: 'Correct these columns, or take them out of {file}, if the sessions should stay.',
  },
  'metadata-nothing': {
    kind: 'data',
    sentence: 'No session of {file} is in {merged} with the same {columns}{spelling}, so nothing was written.',
    hint: 'Write participant_id and session_id in both tables alike, and take other columns that differ out of {file}.',
  },
  'diagnosis-absent': {
    kind: 'options',
    sentence: '{file} has no session with the diagnosis {diagnosis}; it has {there}.',
    hint: 'Give --diagnoses with those that the table has.',
  },
  'session-not-merged': {
    kind: 'data',
    sentence: '{file} has {participant} {session}, which {merged} does not have.',
    hint: 'Add the session to {merged}, spelt as in {file}.',
  },
  'cell-not-number': {
    kind: 'data',
    sentence: '{file}: {participant} {session} has "{value}" as {column}; a number was expected.',
    hint: 'Write the number with a point, or leave the cell empty.',
  },
  'sex-missing': {
    kind: 'data',
    sentence: '{file}: no row of {participant} has M or F as sex.',
    hint: 'Write M or F into one row of this participant.',
  },
  'analysis-column': {
    kind: 'data',
    sentence: '{file} has no column for {column}; its cells in the results are empty.',
    hint: 'Add the column to the table if it should be described.',
  },
  'analysis-gaps': {
    kind: 'data',
    sentence: '{file}: {count} of {people} participants with {diagnosis} have no {column}, and were left out of its numbers.',
    hint: 'Fill in these cells if they should count.',
  },
  'output-is-input': {
    kind: 'options',
    sentence: '"{path}" is a table that the command reads, and its results would replace it.',
    hint: 'Give another path for the results.',
  },
  'older-parameters': {
    kind: 'data',
    sentence: '{file} has no {key} that tells which tables the older version wrote.',
    hint: 'Write the key {key} into it, as the folders beside it are called.',
  },
  'older-tables': {
    kind: 'data',
    sentence: 'The folder "{path}" has no tables{labels} of a label, such as AD.tsv or AD_baseline.tsv.',
    hint: 'Give the folder that "tsvtool getlabels" or "tsvtool split" wrote, and labels that it has.',
  },
  'restriction-empty': {
    kind: 'data',
    sentence: 'No row of {file} stays by the rule of {dataset}, so nothing was written.',
    hint: 'Give the table of that data set, or leave the step out.',
  },
  'first-visit-missing': {
    kind: 'data',
    sentence: '{file}: {count} participants have no session in month 0 and were left out: {participants}.',
    hint: 'Add the session ses-M000 if they should take part, or use get-labels, which needs none.',
  },
  'labels-none': {
    kind: 'data',
    sentence: '{file} has no session for {labels}, so nothing was written; sessions: {counts}.',
    hint: 'Give --diagnoses with labels that it has.',
  },
  'labels-overlap': {
    kind: 'data',
    sentence: 'Of {labels}, some sessions have two labels, so that labels.tsv, with one for each, was not written.',
    hint: 'Give --diagnoses without MCI, or without sMCI and pMCI, if the sets are to be split together.',
  },
} as const satisfies Record<string, CatalogueRow>;
