/** @file `export-onnx`: a trained network as a file for other programs. Not a command of ClinicaDL. */
import { define, flag, int, text, type Values } from './field';

export const exportOnnx = define({
  positionals: {
    input_maps_directory: { kind: 'path', help: 'MAPS that a training wrote.' },
    output_file: { kind: 'path', help: 'New file, whose name ends with .onnx.' },
  },
  sections: {
    Options: {
      split: int({ default: 0, min: 0, flags: ['-s', '--split'], help: 'Fold whose network is written, counted from 0.' }),
      selection_metric: text<string | null>({
        default: null,
        flags: ['-sm', '--selection_metric'],
        help: 'Metric by which the network was chosen; may be left out where there is one.',
      }),
      network: int<number | null>({
        default: null,
        min: 0,
        flags: ['--network'],
        help: 'Number of the network, where there is one for each patch, slice or region.',
      }),
      overwrite: flag({ default: false, flags: ['-o', '--overwrite'], help: 'Replace the file if it exists.' }),
    },
  },
});

export type ExportOnnxOptions = Values<typeof exportOnnx>;
