/** @file `tsvtools restrict`: the rows of AIBL or OASIS that ClinicaDL up to 1.1.1 worked on. */
import { define } from './field';

export const tsvtoolsRestrictSchema = define({
  positionals: {
    dataset: {
      kind: 'choice',
      choices: ['AIBL', 'OASIS'],
      help: 'AIBL: without participants who were never examined; OASIS: from 62 years on.',
    },
    merged_tsv: { kind: 'path', help: "Table that Clinica's iotools merge-tsv wrote." },
    results_tsv: { kind: 'path', help: 'Table that is written, with the rows that stay.' },
  },
  sections: {},
});
