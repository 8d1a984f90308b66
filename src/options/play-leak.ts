/** @file Options of `play-leak`, which plays one of the five ways in which data leak. Not a command of ClinicaDL. */
import { type LeakName, type LeakScenario, leakNames, leakScenarios } from '../vocabulary/leaks';
import { define, flag, int, type Values } from './field';

/** What a form tells about each. */
export const leakTexts: Readonly<Record<LeakName, Pick<LeakScenario, 'title' | 'mistake'>>> = leakScenarios;

export const playLeak = define({
  positionals: {
    scenario: { kind: 'choice', choices: leakNames, help: 'Which of the five ways in which data leak is played.' },
    output_directory: { kind: 'path', help: 'Folder for what is played; seeds that were played into it before are kept.' },
  },
  sections: {
    Options: {
      seed: int({ default: 0, min: 0, max: 4294960000, flags: ['--seed'], help: 'First seed: of cohort and networks.' }),
      n_seeds: int({
        default: 10,
        min: 1,
        max: 100,
        flags: ['--n_seeds'],
        help: 'How often it is played, with one seed after the other: a single accuracy tells little.',
      }),
      keep_images: flag({
        default: false,
        flags: ['--keep_images'],
        help: 'Keep the images of each cohort, about 20 MB a seed; they can be made again from the line in lines.txt.',
      }),
    },
  },
});

export type PlayLeakOptions = Values<typeof playLeak>;
