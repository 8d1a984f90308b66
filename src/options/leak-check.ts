/** @file `leak-check`: every way in which data leak, with the evidence. Not a command of ClinicaDL. */
import { define, flag, path, text, type Values } from './field';

export const leakCheck = define({
  positionals: {
    study: { kind: 'path', help: 'MAPS, folder with the tables of a split or of its folds, or one table.' },
  },
  sections: {
    Options: {
      caps_directory: path<string | null>({
        default: null,
        flags: ['--caps_directory'],
        help: 'CAPS with the images, to find the same voxels under two names; of a MAPS, those that it remembers are taken.',
      }),
      compare_images: flag({
        default: true,
        flags: ['--compare_images'],
        offFlags: ['--no-compare_images'],
        help: 'Read every image, to find the same voxels under two names.',
      }),
      participants_tsv: path<string | null>({
        default: null,
        flags: ['--participants_tsv'],
        help: 'Table with the sites or scanners of the participants, and with the label.',
      }),
      label: text<string | null>({
        default: null,
        flags: ['--label'],
        help: 'Column with the label; not given: that of the MAPS, or diagnosis.',
      }),
      site_column: text<string | null>({
        default: null,
        flags: ['--site_column'],
        help: 'Column with the site or scanner; not given: columns whose name says so, such as site, scanner or manufacturer.',
        advanced: true,
      }),
      report_file: path<string | null>({
        default: null,
        flags: ['--report_file'],
        help: 'New file for the report: a table where its name ends with .tsv, else a text where it ends with .txt.',
      }),
      include_identifiers: flag({
        default: false,
        flags: ['--include_identifiers'],
        help: 'Name participants and sessions in the report; without it, they are counted.',
      }),
      overwrite: flag({ default: false, flags: ['-o', '--overwrite'], help: 'Replace the report if it exists.' }),
    },
  },
});

export type LeakCheckOptions = Values<typeof leakCheck>;
