/** @file `tsvtools split`: participants into a training set and a test (or validation) set. */
import { define, flag, int, number, text } from './field';

export const tsvtoolsSplitSchema = define({
  positionals: {
    data_tsv: { kind: 'path', help: 'Table of the sessions to split, one row per participant and session.' },
  },
  sections: {
    Options: {
      subset_name: text({
        default: 'validation',
        help: 'Name of the smaller set; its files are called after it.',
        flags: ['--subset_name'],
      }),
      n_test: number({
        default: 100,
        min: 0,
        help: 'Participants in the smaller set: a number if 1 or more, a share of all if less, none if 0.',
        flags: ['--n_test'],
        unit: 'participants',
      }),
      p_sex_threshold: number({
        default: 0.8,
        min: 0,
        max: 1,
        help: 'Smallest p-value of the test that compares the shares of women and men in both sets.',
        flags: ['-ps', '--p_sex_threshold'],
      }),
      p_age_threshold: number({
        default: 0.8,
        min: 0,
        max: 1,
        help: 'Smallest p-value of the test that compares the ages in both sets.',
        flags: ['-pa', '--p_age_threshold'],
      }),
      ignore_demographics: flag({
        default: false,
        help: 'Draw the smaller set at random, without regard to age, sex or diagnosis.',
        flags: ['--ignore_demographics'],
      }),
      categorical_split_variable: text<string | null>({
        default: null,
        help: 'Column whose classes keep their shares in both sets; the diagnosis if not given.',
        flags: ['--categorical_split_variable'],
      }),
      multi_diagnoses: flag({
        default: false,
        help: 'Keep a quarter of the participants aside so that every column is spread alike; n_test is not used.',
        flags: ['--multi-diagnoses'],
        advanced: true,
      }),
      valid_longitudinal: flag({
        default: false,
        help: 'Also write all sessions of the smaller set, not only the first of each participant.',
        flags: ['--valid_longitudinal'],
        offFlags: ['--valid_baseline'],
      }),
      seed: int<number | null>({
        default: null,
        min: 0,
        max: 2 ** 32 - 1,
        help: 'Number that the draw starts from; the same number gives the same split. Drawn and recorded if not given.',
        flags: ['--seed'],
      }),
      max_tries: int({
        default: 10000,
        min: 1,
        help: 'Draws after which the search for balanced sets is given up.',
        flags: ['--max_tries'],
        unit: 'draws',
        advanced: true,
      }),
    },
  },
});
