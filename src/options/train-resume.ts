/** @file `train resume`: goes on with a training that was interrupted. */
import { define, flag, ints, type Values } from './field';
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
      anew: flag({
        default: false,
        flags: ['--anew'],
        help: 'Not in ClinicaDL 1.6.1: train the folds of --split, or all where none are given, from the beginning, and no others; what they hold is replaced.',
        advanced: true,
      }),
      pretrained: pretrained(() => true),
    },
  },
});

export type TrainResumeOptions = Values<typeof trainResume>;
