/** @file `tsvtools kfold`: participants into k folds, each the validation set once. */
import { define, flag, int, path, text } from './field';

export const tsvtoolsKfoldSchema = define({
  positionals: {
    data_tsv: { kind: 'path', help: 'Table of the sessions to split, one row per participant and session.' },
  },
  sections: {
    Options: {
      subset_name: text({
        default: 'validation',
        help: 'Name of the set of one fold; training needs the name validation.',
        flags: ['--subset_name'],
      }),
      n_splits: int({
        default: 5,
        min: 2,
        help: 'Number of folds.',
        flags: ['--n_splits'],
        unit: 'folds',
      }),
      stratification: text<string | null>({
        default: null,
        help: 'Column whose classes keep their shares in every fold; the diagnosis if not given.',
        flags: ['--stratification'],
      }),
      merged_tsv: path<string | null>({
        default: null,
        help: 'Table that columns missing in the data TSV are taken from, instead of labels.tsv.',
        flags: ['--merged-tsv'],
        advanced: true,
      }),
      valid_longitudinal: flag({
        default: false,
        help: 'Also write all sessions of each validation fold, not only the first of each participant.',
        flags: ['--valid_longitudinal'],
        offFlags: ['--valid_baseline'],
      }),
      seed: int({
        default: 2,
        min: 0,
        max: 2 ** 32 - 1,
        help: 'Number that the draw starts from; ClinicaDL always uses 2.',
        flags: ['--seed'],
        advanced: true,
      }),
    },
  },
});
