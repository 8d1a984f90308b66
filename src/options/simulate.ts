/** @file Options of `simulate`, which makes the built-in sample study. Not a command of ClinicaDL. */
import { choice, define, int, type Values } from './field';

export const n_subjects = int({
  default: 40,
  min: 8,
  max: 2000,
  flags: ['--n_subjects'],
  help: 'Number of simulated participants; half of them are AD, half CN.',
});

export const simulate = define({
  positionals: {
    output_directory: { kind: 'path', help: 'New folder for the study: caps/, labels.tsv, participants.tsv.' },
  },
  sections: {
    Options: {
      n_subjects,
      difficulty: choice(['easy', 'realistic', 'hard'], {
        default: 'easy',
        flags: ['--difficulty'],
        help: 'How much the hippocampi of AD shrink, and how much brains differ otherwise.',
      }),
      seed: int({ default: 0, min: 0, max: 4294967295, flags: ['--seed'], help: 'The same seed makes the same study.' }),
    },
  },
});

export type SimulateOptions = Values<typeof simulate>;
