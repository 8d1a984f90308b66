/** @file Training options about the data: which rows, how they are scaled and drawn, which splits. Shared by the three tasks. */
import type { TaskName } from '../vocabulary/losses';
import { choice, choices, flag, int, ints, text, texts } from './field';

type OtherValues = Readonly<Record<string, unknown>>;

const isAdapting = ({ ssda_network }: OtherValues): boolean => ssda_network === true;

const augmentations = [
  'None',
  'Noise',
  'Erasing',
  'CropPad',
  'Smoothing',
  'Motion',
  'Ghosting',
  'Spike',
  'BiasField',
  'RandomBlur',
  'RandomSwap',
] as const;
type Augmentation = (typeof augmentations)[number];

export const Mode = {
  use_extracted_features: flag({
    default: false,
    flags: ['--use_extracted_features'],
    help: 'Recorded only: the JSON file of prepare-data decides.',
    fileOnly: true,
    advanced: true,
  }),
};

/** Images are rebuilt without labels, by which the weighted sampler could weigh them. */
export const dataSection = (task: TaskName) => {
  /** Only classes are told in two domains. */
  const ofOtherTask = (value: string): boolean => task !== 'classification' && value !== '';
  return {
    multi_cohort: flag({
      default: false,
      flags: ['--multi_cohort'],
      offFlags: ['--single_cohort'],
      help: 'Train on several cohorts: CAPS_DIRECTORY is then a table (.tsv) with the columns cohort and path, TSV_DIRECTORY one with cohort, path and diagnoses.',
      advanced: true,
    }),
    diagnoses: texts({
      default: ['AD', 'CN'],
      flags: ['-d', '--diagnoses'],
      help: 'Values of the column diagnosis whose rows are used.',
    }),
    baseline: flag({
      default: false,
      flags: ['--baseline'],
      offFlags: ['--longitudinal'],
      help: 'Train on the first session of each participant only.',
    }),
    valid_longitudinal: flag({
      default: false,
      flags: ['--valid_longitudinal'],
      offFlags: ['--valid_baseline'],
      help: 'Validate on all sessions, not only on the first of each participant.',
    }),
    normalize: flag({
      default: true,
      flags: ['--normalize'],
      offFlags: ['--unnormalize'],
      help: 'Scale each image, patch, region or slice to values from 0 to 1.',
    }),
    data_augmentation: choices<Augmentation, readonly Augmentation[] | false>(augmentations, {
      default: false,
      flags: ['-da', '--data_augmentation'],
      help: 'Random changes of the training images, in the order given; Motion and RandomSwap of volumes only.',
      advanced: true,
    }),
    sampler: choice(['random', 'weighted'], {
      default: 'random',
      flags: ['--sampler'],
      help: 'weighted: rare labels are drawn as often as frequent ones.',
      notYet: (name) => task === 'reconstruction' && name !== 'random',
      available: 'random, as a reconstruction has no labels to weigh by',
    }),
    size_reduction: flag({
      default: false,
      flags: ['--size_reduction'],
      help: 'Keep every n-th voxel of whole images of 169 × 208 × 179.',
      fileOnly: true,
      advanced: true,
    }),
    size_reduction_factor: int({
      default: 2,
      min: 2,
      max: 5,
      flags: ['--size_reduction_factor'],
      help: 'The n of size_reduction: 2 gives 80 × 96 × 80 voxels, 3: 56 × 64 × 56, 4: 40 × 48 × 40, 5: 32 × 40 × 32.',
      fileOnly: true,
      when: ({ size_reduction }: OtherValues) => size_reduction === true,
      advanced: true,
    }),
    caps_target: text({
      default: '',
      flags: ['--caps_target'],
      help: 'CAPS folder of the second domain, the target.',
      notYet: ofOtherTask,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
    tsv_target_lab: text({
      default: '',
      flags: ['--tsv_target_lab'],
      help: 'Folder of splits with the labelled participants of the second domain; its tables have a column domain, t1 or flair.',
      notYet: ofOtherTask,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
    tsv_target_unlab: text({
      default: '',
      flags: ['--tsv_target_unlab'],
      help: 'Table (.tsv) of the participants of the second domain without labels, with a column domain, too.',
      notYet: ofOtherTask,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
    preprocessing_dict_target: text({
      default: '',
      flags: ['--preprocessing_dict_target'],
      help: 'Name of the JSON file of prepare-data in the CAPS of the second domain.',
      notYet: ofOtherTask,
      available: 'no second domain',
      when: isAdapting,
      advanced: true,
    }),
  };
};

export const Cross_validation = {
  n_splits: int({
    default: 0,
    min: 0,
    unit: 'splits',
    flags: ['--n_splits'],
    help: 'Number of folds that tsvtools kfold made; 0: a single training and validation set.',
  }),
  split: ints({
    default: [],
    min: 0,
    flags: ['-s', '--split'],
    help: 'Train only these folds, counted from 0; none given: all.',
  }),
};
