/** @file Rows of the catalogue: tables of participants and their splits. */
import type { CatalogueRow } from './catalogue';
import { tableRows } from './catalogue-tables';

export const cohortRows = {
  // cohort
  'id-empty': {
    kind: 'data',
    sentence: '{file}, line {line}: {column} is empty.',
    hint: 'Fill in the participant and the session of every line.',
  },
  'session-twice': {
    kind: 'data',
    sentence: '{file} has {participant} {session} twice, in the lines {first} and {second}.',
    hint: 'Keep one line per participant and session.',
  },
  'sessions-repeated': {
    kind: 'data',
    sentence: '{file} names {count} session(s) more than once, and each was taken once: {sessions}.',
    hint: 'Keep one line per participant and session.',
  },
  'sessions-contradict': {
    kind: 'data',
    sentence: '{file} contradicts itself about {count} session(s): {sessions}.',
    hint: 'Keep one line per participant and session, the one that is right.',
  },
  'class-empty': {
    kind: 'data',
    sentence: '{file}: {participant} has no value of {column} at the first session.',
    hint: 'Fill in the value, or take this participant out of the table.',
  },
  'class-too-small': {
    kind: 'data',
    sentence: '{file}: the class {label} of {column} has one participant; two are the least that can be split.',
    hint: 'Take this participant out, join the class with another one, or use --ignore_demographics.',
  },
  'age-not-a-number': {
    kind: 'data',
    sentence: '{file}: {participant} has the {column} "{value}"; a number of years was expected.',
    hint: 'Write ages as numbers with a point, for example 71.5.',
  },
  'sex-unknown': {
    kind: 'data',
    sentence: '{file}: {participant} has {value} in the column sex; M or F was expected.',
    hint: 'Write M or F for every participant, or use --ignore_demographics.',
  },
  'split-test-size': {
    kind: 'options',
    sentence: 'n_test = {n_test} puts {size} of the {participants} participants of {file} aside; both sets need one at least.',
    hint: 'Choose n_test below {participants}, or a share between 0 and 1.',
  },
  'split-too-few': {
    kind: 'options',
    sentence:
      '{file}: the smaller set would have {smaller} participants for {classes} classes of {column}; it needs one of each.',
    hint: 'Change n_test so that both sets can hold every class, or use --ignore_demographics.',
  },
  'split-not-found': {
    kind: 'options',
    sentence: '{file}: in {tries} draws no split reached p(age) ≥ {age} and p(sex) ≥ {sex}; {found}.',
    hint: 'Lower --p_age_threshold or --p_sex_threshold, change --n_test, or use --ignore_demographics.',
  },
  'folds-too-many': {
    kind: 'options',
    sentence: '{file}: {n_splits} folds were asked, but the largest class of {column} has {largest} participants.',
    hint: 'Choose at most {largest} folds.',
  },
  // tsvtools
  'demographics-missing': {
    kind: 'data',
    sentence: '{file} lacks {missing}, and no labels.tsv in its folder or above has them.',
    hint: 'Add the columns to this table, or to a labels.tsv in a folder above; or use --ignore_demographics.',
  },
  'labels-share-nothing': {
    kind: 'data',
    sentence: '{file} and {labels} have no participant and session in common{spelling}.',
    hint: 'Write participant_id and session_id in both tables alike, or put the columns that are needed into {file}.',
  },
  'sessions-without-labels': {
    kind: 'data',
    sentence: '{count} sessions of {file} are not in {labels} and were left out: {sessions}.',
    hint: 'Add these sessions to {labels}, spelt as in {file}, if they should take part.',
  },
  'rows-left-out': {
    kind: 'data',
    sentence: '{file}: {count} of {total} rows were left out, since only {diagnoses} were asked for: {values}.',
    hint: 'Give --diagnoses once for each value that should take part, or correct the cells that are misspelt.',
  },
  'first-session-by-name': {
    kind: 'data',
    sentence:
      '{file}: for {count} participants the first session by name, which was taken, is not the first by number: {sessions}.',
    hint: 'Write the numbers with leading zeros (ses-M006, ses-M012), in tables and CAPS, if the first in time is meant.',
  },
  'stratification-missing': {
    kind: 'data',
    sentence: '{file} lacks the column {column}, and no labels.tsv in its folder or above has it.',
    hint: 'Choose another column to stratify on, or add this one to the table.',
  },
  'subset-name': {
    kind: 'options',
    sentence: 'The set cannot be called "{name}".',
    hint: 'Choose a name of letters, digits, dashes or underscores other than train.',
  },
  'folds-few': {
    kind: 'options',
    sentence: 'n_splits is {n_splits}; two folds are the least.',
    hint: 'Choose 2 or more folds.',
  },
  'stratification-cells-missing': {
    kind: 'data',
    sentence: '{file}: {count} participants have no {column}; as in ClinicaDL, each counts as a class of its own.',
    hint: 'Fill in these cells if such participants should be spread evenly over the folds.',
  },
  'class-smaller-than-folds': {
    kind: 'data',
    sentence: '{file}: the class {label} of {column} has {participants} participants for {n_splits} folds; some folds have none.',
    hint: 'Choose at most {participants} folds if every fold should hold the class.',
  },
  // several cohorts
  'cohort-table-expected': {
    kind: 'options',
    sentence: 'Of several cohorts, the {what} are named by a table (.tsv) with the columns {expected}; "{path}" was given.',
    hint: 'Give such a table, or leave out --multi_cohort.',
  },
  'cohort-table': {
    kind: 'data',
    sentence: 'The table of cohorts "{path}" has {problem}; it needs the columns {expected}, and one row for each cohort.',
    hint: 'Correct the table, then run the command again.',
  },
  'cohort-table-unasked': {
    kind: 'options',
    sentence: '"{path}" has the columns cohort and path: it is a table of cohorts, and the tables of one cohort were expected.',
    hint: 'Give --multi_cohort, and for the CAPS folders a table of cohorts too, or give the folder or table of one cohort.',
  },
  'cohort-path': {
    kind: 'data',
    sentence: 'The table "{table}" says that the cohort "{cohort}" is at "{path}", which is not in the opened folder "{folder}".',
    hint: 'Write a path inside of the opened folder into the table, or open a folder that holds all cohorts.',
  },
  'cohort-diagnoses': {
    kind: 'data',
    sentence: 'Of the diagnoses asked for ({wanted}), no cohort of "{path}" names {lacking}.',
    hint: 'Give --diagnoses with those that its column diagnoses has, or add them there.',
  },
  'cohort-unknown': {
    kind: 'data',
    sentence: '"{path}" is of the cohort "{cohort}", for which no CAPS is named; the table of CAPS folders has {there}.',
    hint: 'Use the same names of cohorts in both tables.',
  },
  'cohort-elements': {
    kind: 'data',
    sentence: 'An image of "{caps}" has {found} patches, slices or regions, and those of the cohorts before it have {expected}.',
    hint: 'Choose cohorts that were preprocessed alike, so that their images have one size.',
  },
  'cohort-extraction': {
    kind: 'data',
    sentence: 'The file "{name}" of "{other}" says something else than that of "{first}", which is used for all cohorts.',
    hint: 'Prepare all cohorts with the same options, if they were not.',
  },
  'cohorts-share-sessions': {
    kind: 'data',
    sentence: '{count} session(s) are in two cohorts, which tables of results cannot tell apart: {sessions}.',
    hint: 'Take them out of the tables of one cohort, or give its participants other names.',
  },
  'cohorts-share-people': {
    kind: 'data',
    sentence: '{count} participant(s) are in two cohorts and are taken for one person each: {participants}.',
    hint: 'Give the participants of one cohort other names, if these are different people.',
  },
  ...tableRows,
} as const satisfies Record<string, CatalogueRow>;
