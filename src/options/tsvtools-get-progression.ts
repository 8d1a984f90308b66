/** @file `tsvtools get-progression`: a column that says how the diagnosis of each session goes on. */
import { define, int } from './field';

export const tsvtoolsGetProgressionSchema = define({
  positionals: {
    data_tsv: { kind: 'path', help: 'Table of sessions, which gets the column progression: the file is written anew.' },
  },
  sections: {
    Options: {
      time_horizon: int({
        default: 36,
        min: 1,
        help: 'Months after a session at which its diagnosis is compared.',
        flags: ['--time_horizon'],
        unit: 'months',
      }),
    },
  },
});
