/** @file `import-results`: makes a MAPS of a result folder of ClinicaDL 0.2. Ours; ClinicaDL has no such command. */
import { define, text, type Values } from './field';

export const importResults = define({
  positionals: {
    results_directory: {
      kind: 'path',
      help: 'Folder that a training of ClinicaDL 0.2 wrote, with commandline.json; it is not changed.',
    },
    output_maps_directory: { kind: 'path', help: 'New folder for the MAPS.' },
  },
  sections: {
    Options: {
      input_size: text<string | null>({
        default: null,
        flags: ['-i', '--input_size'],
        help: 'Size of the input of its network, C@DxHxW; needed where the folder does not tell it: for regions with masks of their own.',
      }),
    },
  },
});

export type ImportResultsOptions = Values<typeof importResults>;
