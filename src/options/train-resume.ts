/** @file `train resume`: goes on with a training that was interrupted. */
import { define, ints, type Values } from './field';
import { pretrained } from './train-network';

export const trainResume = define({
  positionals: { input_maps_directory: { kind: 'path', help: 'MAPS whose training was interrupted.' } },
  sections: {
    Options: {
      split: ints({
        default: [],
        min: 0,
        flags: ['-s', '--split'],
        help: 'Folds that are trained if they were not begun; none given: those of the interrupted run, else all.',
      }),
      pretrained: pretrained(() => true),
    },
  },
});

export type TrainResumeOptions = Values<typeof trainResume>;
