/** @file `export-model`: a folder to predict with, for somebody who may not know who was in the training. Not a command of ClinicaDL. */
import { type MetricName, metrics } from '../vocabulary/metrics';
import { choices, define, flag, ints, type Values } from './field';

export const exportModel = define({
  positionals: {
    input_maps_directory: { kind: 'path', help: 'MAPS that a training wrote; it gets a line in its journal.' },
    output_directory: { kind: 'path', help: 'New folder, which is handed over as a whole.' },
  },
  sections: {
    Options: {
      split: ints({
        default: [],
        min: 0,
        flags: ['-s', '--split'],
        help: 'Folds whose networks are handed over, counted from 0; none given: all.',
      }),
      selection_metrics: choices(Object.keys(metrics) as MetricName[], {
        default: [],
        flags: ['-sm', '--selection_metrics'],
        help: 'Hand over the networks that were best by these metrics; none given: all.',
      }),
      include_identifiers: flag({
        default: false,
        flags: ['--include_identifiers'],
        help: 'Also hand over who was in the training, by participant and session, so that the leak check can be made.',
      }),
    },
  },
});

export type ExportModelOptions = Values<typeof exportModel>;
