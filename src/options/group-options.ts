/** @file Options of the commands that take a group of a MAPS: `predict` and `interpret`. */
import { flag, int, path, texts } from './field';

/** Who is in a new group; a table of its own is told by each command. */
export const groupFields = {
  caps_directory: path<string | null>({
    default: null,
    flags: ['--caps_directory'],
    help: 'CAPS folder of a new group.',
  }),
  multi_cohort: flag({
    default: false,
    flags: ['--multi_cohort'],
    help: 'Take the group from several cohorts: caps_directory is then a table (.tsv) with the columns cohort and path, participants_tsv one with cohort, path and diagnoses.',
    advanced: true,
  }),
  diagnoses: texts({
    default: [],
    flags: ['-d', '--diagnoses'],
    help: 'Values of the column diagnosis whose rows are used; none given: those of the training.',
  }),
  overwrite: flag({
    default: false,
    flags: ['-o', '--overwrite'],
    help: 'Replace the group and its results if they exist.',
  }),
};

/** About Python's own machine. */
export const machineFields = {
  gpu: flag({
    default: true,
    flags: ['--gpu'],
    offFlags: ['--no-gpu'],
    help: 'Accepted only: the page itself chooses the fastest backend it has.',
    advanced: true,
  }),
  n_proc: int({
    default: 2,
    min: 0,
    flags: ['-np', '--n_proc'],
    help: 'Accepted only: the page itself chooses how many workers read images.',
    advanced: true,
  }),
};
