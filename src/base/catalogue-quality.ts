/** @file Errors about quality checks. Same shape as `catalogue.ts`. */
import type { CatalogueRow } from './catalogue';

export const qualityRows = {
  'quality-file-needed': {
    kind: 'options',
    sentence: 'This check needs the file {name}, and {option} names none; nothing is downloaded from here.',
    hint: 'Give the file by {option}: ClinicaDL keeps it in .cache/clinicadl/{cache} of your home folder, and has it from {address}.',
  },
  'quality-file-other': {
    kind: 'data',
    sentence: '"{path}" is another file than ClinicaDL’s {name}: its SHA-256 is {found}, not {expected}.',
    hint: 'Use ClinicaDL’s own file where results are to be compared with those of others; what this one says is its own.',
  },
  'quality-weights': {
    kind: 'data',
    sentence: 'The weights "{path}" do not fit the network {network}: {difference}.',
    hint: 'Choose the network of this file by --network, or give the file of {network} by --weights.',
  },
  'quality-ending': {
    kind: 'options',
    sentence: '"{path}" is no name of a table.',
    hint: 'Give the table a name that ends with .tsv.',
  },
  'quality-exists': {
    kind: 'options',
    sentence: 'There is a "{path}" already.',
    hint: 'Give another name for the results.',
  },
  'quality-template': {
    kind: 'data',
    sentence: 'There is no template "{file}" in "{folder}"; the groups there: {groups}.',
    hint: 'Give the label of a group of this CAPS, or copy the group folder that Clinica’s t1-volume wrote into it.',
  },
  'quality-grey-matter-none': {
    kind: 'data',
    sentence: 'None of the {count} sessions of "{folder}" has a map of grey matter "{pattern}".',
    hint: 'Run Clinica’s t1-volume on these images first, or choose the CAPS that it wrote.',
  },
  'quality-grey-matter': {
    kind: 'data',
    sentence: '{count} of {total} sessions have no map of grey matter and are left out, as in ClinicaDL: {sessions}.',
    hint: 'Run Clinica’s t1-volume on these sessions if they should be checked.',
  },
  'quality-mask-shape': {
    kind: 'data',
    sentence: '"{mask}" has the dimensions {maskShape}, but "{file}" has {shape}.',
    hint: 'Give a file on the grid of the images; of PET images, the cropped and the whole ones (--use_uncropped_image) have different grids.',
  },
  'quality-images': {
    kind: 'data',
    sentence: '{count} of {total} sessions have no usable image, so nothing was written. {first}',
    hint: 'Mend each as its line says, the first so: {remedy} Sessions can be left out with --participants_tsv.',
  },
  'quality-no-answer': {
    kind: 'data',
    sentence:
      'All voxels of "{file}" have the same value, or some are no finite numbers: the check has no result, and the image does not pass.',
    hint: 'Look at this image, and leave the session out if it is damaged.',
  },
  'quality-failed': {
    kind: 'data',
    sentence:
      '{file} is the table of a quality check: {count} of its {total} session(s) did not pass and are left out: {sessions}.',
    hint: 'Take the column "pass" out of the table if they should take part all the same.',
  },
  'quality-all-failed': {
    kind: 'data',
    sentence: 'None of the {total} session(s) of the quality check {file} passed, so none is left.',
    hint: 'Choose another table; or take the column "pass" out of this one if its sessions should take part all the same.',
  },
  'eye-table': {
    kind: 'data',
    sentence:
      '"{path}" is no table of a check by eye: {problem}; the columns participant_id, session_id, pass, rater and comment were expected.',
    hint: 'Give another name: a new table is made then.',
  },
  'eye-table-kept': {
    kind: 'options',
    sentence: '"{path}" holds the answers of a check by eye, which the results would replace.',
    hint: 'Give another path for the results.',
  },
  'eye-rater': {
    kind: 'options',
    sentence: 'The answers in "{path}" are those of {found}, and --rater is {rater}.',
    hint: 'Give another name for the table: each rater has one, and sees no other.',
  },
  'eye-sessions-gone': {
    kind: 'data',
    sentence:
      '{count} session(s) of "{path}" have no image in this CAPS, or are not asked for, and cannot be looked at: {sessions}.',
    hint: 'Choose the CAPS, the kind of image and the sessions with which the check was begun.',
  },
  'compare-none': {
    kind: 'data',
    sentence: 'No session has an answer in both "{first}" ({firstCount} answers) and "{second}" ({secondCount}).',
    hint: 'Choose two tables about the same sessions, with answers in the column "pass".',
  },
  'compare-alone': {
    kind: 'data',
    sentence: '{count} session(s) have an answer in one of the two tables only, and are not compared: {sessions}.',
    hint: 'Keep in mind that agreement is told of the other sessions alone.',
  },
  'compare-answer': {
    kind: 'data',
    sentence: 'The column "pass" of "{path}" holds "{found}"; True, False or nothing was expected.',
    hint: 'Correct this cell of the table.',
  },
} as const satisfies Record<string, CatalogueRow>;
