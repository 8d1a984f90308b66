/** @file `tsvtools get-metadata`: columns of the merged table, added to a table of sessions. */
import { define, texts } from './field';

export const tsvtoolsGetMetadataSchema = define({
  positionals: {
    data_tsv: { kind: 'path', help: 'Table of sessions, which gets the columns: the file is written anew.' },
    merged_tsv: { kind: 'path', help: "Table that the columns are taken from, such as that of Clinica's iotools merge-tsv." },
  },
  sections: {
    Options: {
      variables_of_interest: texts({
        default: [],
        help: 'Column that is added; once for each. All columns if not given.',
        flags: ['-voi', '--variables_of_interest'],
      }),
    },
  },
});
