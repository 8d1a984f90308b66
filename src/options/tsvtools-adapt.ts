/** @file `tsvtools adapt`: tables of ClinicaDL up to 1.1.1, one for each label, as those of today. */
import { define, texts } from './field';

export const tsvtoolsAdaptSchema = define({
  positionals: {
    old_tsv_dir: { kind: 'path', help: 'Folder of ClinicaDL 1.1.1 or older, with a table for each label; it is not changed.' },
    new_tsv_dir: { kind: 'path', help: 'New folder for the tables of today.' },
  },
  sections: {
    Options: {
      labels_list: texts({
        default: [],
        help: 'Label whose tables are taken, such as AD for AD.tsv and AD_baseline.tsv; once for each. All if not given.',
        flags: ['-lb', '--labels_list'],
      }),
    },
  },
});
