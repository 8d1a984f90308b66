/** @file `tsvtools analysis`: age, sex and scores of the participants of each diagnosis. */
import { define, texts } from './field';

export const tsvtoolsAnalysisSchema = define({
  positionals: {
    merged_tsv: { kind: 'path', help: "Table with age, sex, MMSE and CDR, such as that of Clinica's iotools merge-tsv." },
    data_tsv: { kind: 'path', help: 'Table of the sessions to describe, with their diagnosis, such as labels.tsv.' },
    results_tsv: { kind: 'path', help: 'Table that is written, a row for each diagnosis.' },
  },
  sections: {
    Options: {
      diagnoses: texts({
        default: ['AD', 'CN'],
        help: 'Diagnosis that is described; once for each.',
        flags: ['-d', '--diagnoses'],
      }),
    },
  },
});
