/** @file What a random search draws: RandomArchitecture, and options of its training. The keys are those of `maps.json`. */

export interface RandomBlock {
  /** null: those of the input. */
  readonly in_channels: number | null;
  readonly out_channels: number;
  readonly n_conv: number;
  readonly d_reduction: 'MaxPooling' | 'stride';
}

export interface RandomDesign {
  /** By name, `conv0`, `conv1`, …, in order. */
  readonly convolutions_dict: Readonly<Record<string, RandomBlock>>;
  readonly n_fcblocks: number;
  readonly network_normalization: 'BatchNorm' | 'InstanceNorm' | null;
}

/** What `maps.json` keeps of a search beside the options of the training. */
export interface SearchRecord extends RandomDesign {
  readonly channels_limit: number;
  readonly wd_bool: boolean;
}

/** How a list becomes a value; what is no list is taken as it is, and nothing is drawn for it. */
export type DrawRule =
  /** A list is the value. */
  | 'fixed'
  /** One of its elements. */
  | 'choice'
  /** A whole number from the first to the second. */
  | 'randint'
  /** A number between the first and the second. */
  | 'uniform'
  /** 10 to the power of minus such a number; a number that is no list stands for 10 to its power, too. */
  | 'exponent';

/** Every key that is drawn, in the order of the draws, which is that of `maps.json`; the convolutions come after them. */
export const drawRules = {
  accumulation_steps: 'randint',
  baseline: 'choice',
  batch_size: 'fixed',
  caps_directory: 'fixed',
  channels_limit: 'fixed',
  compensation: 'fixed',
  data_augmentation: 'fixed',
  deterministic: 'fixed',
  diagnoses: 'fixed',
  dropout: 'uniform',
  epochs: 'fixed',
  evaluation_steps: 'fixed',
  gpu: 'fixed',
  label: 'fixed',
  learning_rate: 'exponent',
  normalize: 'choice',
  mode: 'fixed',
  multi_cohort: 'fixed',
  multi_network: 'choice',
  n_fcblocks: 'randint',
  n_splits: 'fixed',
  n_proc: 'fixed',
  network_task: 'fixed',
  network_normalization: 'choice',
  optimizer: 'choice',
  patience: 'fixed',
  preprocessing_dict: 'fixed',
  sampler: 'choice',
  seed: 'fixed',
  selection_metrics: 'fixed',
  tolerance: 'fixed',
  transfer_path: 'choice',
  transfer_selection_metric: 'choice',
  tsv_path: 'fixed',
  wd_bool: 'choice',
  weight_decay: 'exponent',
} as const satisfies Readonly<Record<string, DrawRule>>;
