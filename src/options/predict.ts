/** @file `predict`: applies the networks of a MAPS to a group of participants. */
import { appError } from '../base/errors';
import { type MetricName, metrics } from '../vocabulary/metrics';
import { choices, define, flag, int, ints, path, text, type Values } from './field';
import { groupFields, machineFields } from './group-options';

export const predict = define({
  positionals: {
    input_maps_directory: { kind: 'path', help: 'MAPS that a training wrote.' },
    data_group: { kind: 'text', help: 'Name of the group: a new one, or one that the MAPS already knows.' },
  },
  sections: {
    Options: {
      caps_directory: groupFields.caps_directory,
      participants_tsv: path<string | null>({
        default: null,
        flags: ['--participants_tsv'],
        help: 'Table of the participants and sessions of a new group; none with --no_labels: every image of the CAPS.',
      }),
      use_labels: flag({
        default: true,
        flags: ['--use_labels'],
        offFlags: ['--no_labels'],
        help: 'Compare with the labels of the table; without labels there are predictions but no metrics.',
      }),
      selection_metrics: choices(Object.keys(metrics) as MetricName[], {
        default: [],
        flags: ['-sm', '--selection_metrics'],
        help: 'Predict with the networks that were best by these metrics; none given: with all.',
      }),
      multi_cohort: groupFields.multi_cohort,
      diagnoses: groupFields.diagnoses,
      label: text<string | null>({
        default: null,
        flags: ['--label'],
        help: 'Column of the true labels; not given: that of the training.',
        advanced: true,
      }),
      save_tensor: flag({
        default: false,
        flags: ['--save_tensor'],
        help: 'Write the images and their reconstructions as tensors.',
        advanced: true,
      }),
      save_nifti: flag({
        default: false,
        flags: ['--save_nifti'],
        help: 'Write the images and their reconstructions as NIfTI files, where the image lies in space.',
        advanced: true,
      }),
      save_latent_tensor: flag({
        default: false,
        flags: ['--save_latent_tensor'],
        help: 'Write the latent representations of an autoencoder as tensors.',
        advanced: true,
      }),
      skip_leak_check: flag({
        default: false,
        flags: ['--skip_leak_check'],
        help: 'Predict even for participants of the training; no image-level results are made from elements.',
        advanced: true,
      }),
      split: ints({
        default: [],
        min: 0,
        flags: ['-s', '--split'],
        help: 'Use only the networks of these folds, counted from 0; none given: all.',
      }),
      gpu: machineFields.gpu,
      amp: flag({
        default: false,
        flags: ['--amp'],
        offFlags: ['--no-amp'],
        help: 'Store activations as 16-bit numbers, which takes less GPU memory; sums stay 32-bit.',
        advanced: true,
      }),
      n_proc: machineFields.n_proc,
      batch_size: int({
        default: 8,
        min: 1,
        unit: 'elements',
        flags: ['--batch_size'],
        help: 'Elements predicted at a time; the reported loss is a sum over batches and depends on it.',
      }),
      overwrite: groupFields.overwrite,
    },
  },
});

export type PredictOptions = Values<typeof predict>;

/**
 * Rules that join options: a new group is a CAPS with a table, or without labels all its images. Throws `option-needed` for the
 * one that is missing.
 */
export function checkPredict({ caps_directory, participants_tsv, use_labels, diagnoses }: PredictOptions): void {
  const refuse = (option: string, reason: string): never => {
    throw appError('option-needed', { option, reason }, { where: `Options.${option}` });
  };
  if (caps_directory === null && participants_tsv !== null) refuse('caps_directory', 'participants_tsv defines a new group');
  if (caps_directory === null || participants_tsv !== null) return;
  if (use_labels)
    refuse('participants_tsv', 'caps_directory defines a new group; only with --no_labels all its images are taken');
  if (diagnoses.length > 0) refuse('participants_tsv', 'diagnoses choose rows of a table');
}
