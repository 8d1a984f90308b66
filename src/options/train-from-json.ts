/** @file `train from_json`: repeats a training with the parameters that a MAPS remembers. */
import { define, ints, type Values } from './field';
import { pretrained } from './train-network';

export const trainFromJson = define({
  positionals: {
    config_json: { kind: 'path', help: 'The maps.json of a training, whose parameters are used again.' },
    output_maps_directory: { kind: 'path', help: 'New folder for the MAPS.' },
  },
  sections: {
    Options: {
      split: ints({
        default: [],
        min: 0,
        flags: ['-s', '--split'],
        help: 'Train only these folds, counted from 0; none given: all.',
      }),
      pretrained: pretrained(() => true),
    },
  },
});

export type TrainFromJsonOptions = Values<typeof trainFromJson>;
