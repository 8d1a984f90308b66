/** @file `tsvtools prepare-experiment`: a test set, then folds or a validation set of the rest. */
import { appError } from '../base/errors';
import { choice, define, int, number, type Values } from './field';

export const tsvtoolsPrepareExperimentSchema = define({
  positionals: {
    data_tsv: { kind: 'path', help: 'Table of the sessions to split, one row per participant and session.' },
  },
  sections: {
    Options: {
      n_test: number({
        default: 100,
        min: 0,
        help: 'Participants in the test set: a number if 1 or more, a share of all if less, none if 0.',
        flags: ['--n_test'],
        unit: 'participants',
      }),
      validation_type: choice(['kfold', 'split'], {
        default: 'kfold',
        help: 'What is made of the other participants: folds for cross-validation, or one validation set.',
        flags: ['-vt', '--validation_type'],
      }),
      n_validation: number({
        default: 5,
        min: 0,
        help: 'Number of folds, or participants in the validation set: a number if 1 or more, a share if less, none if 0.',
        flags: ['--n_validation'],
      }),
      seed: int<number | null>({
        default: null,
        min: 0,
        max: 2 ** 32 - 1,
        help: 'Number that the draws start from; folds are always drawn from 2, as in ClinicaDL. Drawn and recorded if not given.',
        flags: ['--seed'],
      }),
    },
  },
});

export type TsvtoolsPrepareExperimentOptions = Values<typeof tsvtoolsPrepareExperimentSchema>;

/** Throws `folds-few`, and `option-value` for a part of a fold. */
export function checkPrepareExperiment(
  options: Pick<TsvtoolsPrepareExperimentOptions, 'validation_type' | 'n_validation'>,
): void {
  const { validation_type, n_validation } = options;
  if (validation_type !== 'kfold') return;
  const where = 'Options.n_validation';
  if (!Number.isInteger(n_validation))
    throw appError(
      'option-value',
      { option: 'n_validation', found: n_validation, expected: 'a whole number of folds' },
      { where },
    );
  if (n_validation < 2) throw appError('folds-few', { n_splits: n_validation }, { where });
}
