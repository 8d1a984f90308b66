/** @file `train <mode> <network type>` of ClinicaDL 0.2: an extraction and a training of today. */
import { greyMatterSuffix } from '../../vocabulary/preprocessings';
import type { Translation } from './older';
import {
  becomes,
  isLost,
  isNoted,
  type Meaning,
  type Meanings,
  readOldWords,
  shownArguments,
  spelled,
  verbosity,
} from './older-words';

const same = (flags: string, takes: Meaning['takes'] = 'one') => spelled(flags, becomes(flags.split(' ').at(-1) ?? flags, takes));
const prepared = (flags: string, flag: string, takes: Meaning['takes'] = 'one') =>
  spelled(flags, becomes(flag, takes, { into: 'prepare' }));

/** Old names of the network that a transfer, or a prediction, begins with. */
export const oldSelections: ReadonlyMap<string, string> = new Map([
  ['best_balanced_accuracy', 'BA'],
  ['balanced_accuracy', 'BA'],
  ['best_loss', 'loss'],
]);

/** Of all trainings. */
const common = [
  ...spelled('-cpu --use_cpu', becomes('--no-gpu', 'nothing')),
  ...spelled('-np --nproc', becomes('--n_proc')),
  ...same('--batch_size'),
  ...same('-esteps --evaluation_steps'),
  ...same('--multi_cohort', 'nothing'),
  ...same('-d --diagnoses', 'several'),
  ...same('--baseline', 'nothing'),
  ...same('-un --unnormalize', 'nothing'),
  ...same('-da --data_augmentation', 'several'),
  ...same('-s --sampler'),
  ...same('--n_splits'),
  ...same('--split', 'several'),
  ...same('--epochs'),
  ...same('-lr --learning_rate'),
  ...same('-wd --weight_decay'),
  ...same('--dropout'),
  ...same('--patience'),
  ...same('--tolerance'),
  ...same('-asteps --accumulation_steps'),
  ...spelled('--transfer_learning_path', becomes('--transfer_path')),
  ...spelled('--transfer_learning_selection', becomes('--transfer_selection_metric', 'one', { values: oldSelections })),
  ...spelled(
    '--predict_atlas_intensities --atlas_weight --merged_tsv_path',
    isLost('intensities of an atlas are no longer predicted beside the label.', 'several'),
  ),
  ...verbosity,
];

const threshold: Meaning = {
  takes: 'one',
  mean: ([value]) => ({
    main: [`--selection_threshold ${value}`],
    ...(Number(value) > 0
      ? { note: 'The threshold is compared with the accuracy of a position now, and was with its number of correct predictions.' }
      : {}),
  }),
};

const ofMode: Readonly<Record<string, readonly (readonly [string, Meaning])[]>> = {
  image: [],
  patch: [
    ...prepared('-ps --patch_size', '--patch_size'),
    ...prepared('-ss --stride_size', '--stride_size'),
    ...prepared('--use_extracted_patches', '--save_features', 'nothing'),
  ],
  roi: [
    ...prepared('-rl --roi_list', '--roi_list', 'several'),
    ...prepared('--uncropped_roi', '--roi_uncrop_output', 'nothing'),
    ...prepared('--use_extracted_roi', '--save_features', 'nothing'),
  ],
  slice: [
    ...prepared('-sd --slice_direction', '--slice_direction'),
    ...prepared('--discarded_slices', '--discarded_slices', 'several'),
    ...prepared('--use_extracted_slices', '--save_features', 'nothing'),
  ],
};

function meaningsOf(mode: string, type: string): Meanings {
  return new Map([
    ...common,
    ...ofMode[mode],
    ...(mode === 'image' || type === 'autoencoder' ? [] : spelled('--selection_threshold', threshold)),
    ...(type === 'autoencoder' && mode !== 'slice'
      ? spelled('--visualization', isNoted('--visualization: the MAPS always holds the first image beside its reconstruction.'))
      : spelled('--visualization', isLost('it was an option of autoencoders of images, patches and regions.', 'nothing'))),
  ]);
}

/** Modality and what names its images today; undefined when prepare-data has no words for it. */
function modalityWords(preprocessing: string, mode: string): readonly string[] | undefined {
  if (preprocessing === 'shepplogan') return undefined;
  if (preprocessing !== 't1-volume') return [];
  const suffix = `--custom_suffix ${greyMatterSuffix}`;
  return mode === 'roi' ? [suffix, '--roi_custom_template Ixi549Space', '--roi_custom_mask_pattern Ixi549Space'] : [suffix];
}

const names = ['CAPS_DIRECTORY', 'PREPROCESSING', 'TSV_PATH', 'OUTPUT_DIRECTORY', 'NETWORK'];
/** Left to right in the order of their numbers, 0 and 1. */
const defaultRegions = ['--roi_list rightHippocampusBox', '--roi_list leftHippocampusBox'];

export function oldTrain([first, mode = '', type = '', ...rest]: readonly string[]): Translation | undefined {
  if (first !== 'train' || !/^(image|patch|roi|slice)$/.test(mode) || !/^(autoencoder|cnn|multicnn)$/.test(type))
    return undefined;
  const found = readOldWords(rest, meaningsOf(mode, type));
  const { positionals, prepare, main, flags } = found;
  // a list of values before an argument would take it in: those of 0.2 stand behind the arguments
  const [caps, preprocessing, tsv, output, network] = shownArguments(positionals, names);
  const own = modalityWords(preprocessing, mode);
  const regions = mode === 'roi' && !flags.has('--roi_list') && !flags.has('-rl');
  const slices = mode === 'slice' && !flags.has('--discarded_slices');
  const json = nameOf(mode, preprocessing, prepare);
  const usual = [...(regions ? defaultRegions : []), ...(slices ? ['--discarded_slices 20'] : []), ...(own ?? [])];
  const task = type === 'autoencoder' ? 'reconstruction' : 'classification';
  const modality = preprocessing === 't1-volume' ? 'custom' : preprocessing;
  const training = [
    `--architecture ${type === 'autoencoder' ? `AE_${network}` : network}`,
    ...(type === 'multicnn' ? ['--multi_network'] : []),
    ...(type === 'autoencoder' ? [] : ['--selection_metrics loss --selection_metrics BA']),
    ...(flags.has('--batch_size') ? [] : ['--batch_size 2']),
  ];
  const lost = [
    ...(mode === 'image' && type === 'multicnn' ? ['Whole images have one network: there was no train image multicnn.'] : []),
    ...(own === undefined ? ['Phantoms of shepplogan are no longer read from subjects/.'] : []),
    ...(regions ? regionLosses(preprocessing, flags) : []),
  ];
  return {
    version: 'ClinicaDL 0.2',
    command: `train ${mode} ${type}`,
    names,
    found,
    lost,
    lines: [
      ['clinicadl prepare-data', mode, caps, modality, `--extract_json ${json}`, ...prepare, ...usual].join(' '),
      [`clinicadl train ${task}`, caps, json, tsv, output, ...training, ...main].join(' '),
    ],
    notes: notesOf({ mode, type, network, flags, regions }),
  };
}

/** Of the extraction: settings are in it, so that others do not meet it. */
function nameOf(mode: string, preprocessing: string, prepare: readonly string[]): string {
  const start = `${mode}_${/^[\w-]+$/.test(preprocessing) ? preprocessing : 'inputs'}`;
  return [start, ...prepare.map((words) => words.replace(/^--/, '').replace(/[^\w.]+/g, '-'))].join('_');
}

function regionLosses(preprocessing: string, flags: ReadonlySet<string>): string[] {
  const only = 'the two boxes around the hippocampi, which it took without --roi_list';
  return [
    ...(/^(t1-linear|<.*>|PREPROCESSING)$/.test(preprocessing)
      ? []
      : [`There were no default regions of ${preprocessing}: ${only}, are those of t1-linear.`]),
    ...(flags.has('--uncropped_roi') ? [`--uncropped_roi was not possible with ${only}.`] : []),
    ...(flags.has('--use_extracted_roi') ? [`--use_extracted_roi was not possible with ${only}.`] : []),
  ];
}

interface Told {
  readonly mode: string;
  readonly type: string;
  readonly network: string;
  readonly flags: ReadonlySet<string>;
  readonly regions: boolean;
}

function notesOf({ mode, type, network, flags, regions }: Told): string[] {
  const isCnn = type !== 'autoencoder';
  return [
    ...(isCnn
      ? [
          'The loss is the mean of a batch now, and was its sum; labels are numbered in alphabetical order, with the first one as positive.',
        ]
      : []),
    ...(regions
      ? ['Its two boxes around the hippocampi are regions with masks now, rightHippocampusBox and leftHippocampusBox.']
      : []),
    ...(mode === 'roi' && !regions
      ? ['Masks are looked for in masks/tpl-<template> of the CAPS, no longer in masks/roi_based.']
      : []),
    ...(mode === 'slice' ? ['Slices keep their size and their values; they were made 224 × 224 voxels of 8 bits.'] : []),
    ...(network === 'resnet18'
      ? [
          'Its resnet18 began with weights of natural images and trained a part of its layers: --pretrained names a file of such weights, and all layers are trained.',
        ]
      : []),
    ...(network === 'Conv4_FC3' ? ['Conv4_FC3 has other layers now: five convolutions, and four then.'] : []),
    ...(isCnn && flags.has('--transfer_learning_path') && !flags.has('--transfer_learning_selection')
      ? [
          'From another CNN it began with the network of best balanced accuracy: --transfer_selection_metric BA asks for that; without it the best loss decides.',
        ]
      : []),
  ];
}
