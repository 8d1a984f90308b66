/** @file `describe`: a methods paragraph with its references, and a reporting checklist. Not a command of ClinicaDL. */
import { define, flag, path, text, type Values } from './field';

export const describe = define({
  positionals: {
    study: { kind: 'path', help: 'MAPS of a training, or CAPS with an extraction.' },
  },
  sections: {
    Options: {
      extract_json: text<string | null>({
        default: null,
        flags: ['-ej', '--extract_json'],
        help: 'Extraction of the CAPS, by its name; may be left out where there is one.',
      }),
      output_file: path<string | null>({
        default: null,
        flags: ['--output_file'],
        help: 'New file for paragraph, BibTeX and checklist, whose name ends with .md.',
      }),
      overwrite: flag({ default: false, flags: ['-o', '--overwrite'], help: 'Replace the file if it exists.' }),
    },
  },
});

export type DescribeOptions = Values<typeof describe>;
