/** @file What a random search draws of RandomArchitecture; the keys are those of `maps.json`. */

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
