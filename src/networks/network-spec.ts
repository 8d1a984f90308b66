/**
 * @file A network is data: a list of blocks that carry PyTorch's parameter names. Executors run it; it knows no backend.
 *
 * The unit is the block (convolution, BatchNorm, ReLU, pool), because a fast engine runs a block as one operation.
 */

/** convolution (kernel 3, padding 1, bias) → BatchNorm (eps 1e-5, momentum 0.1) → ReLU → optional front-padded max pool (2, 2). */
export interface ConvBlock {
  readonly kind: 'conv-block';
  /** State-dict prefixes, e.g. `convolutions.0` and `convolutions.1`. */
  readonly conv: string;
  readonly norm: string;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly stride: 1 | 2;
  readonly pool: boolean;
}

/** Row-major flattening of [c, …spatial]: the order of PyTorch, whatever the layout on the device. */
export interface FlattenBlock {
  readonly kind: 'flatten';
}

export interface DropoutBlock {
  readonly kind: 'dropout';
  readonly name: string;
  readonly probability: number;
}

/** y = x Wᵀ + b, then ReLU if asked. */
export interface LinearBlock {
  readonly kind: 'linear';
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly relu: boolean;
}

export type Block = ConvBlock | FlattenBlock | DropoutBlock | LinearBlock;

export interface NetworkSpec {
  /** ClinicaDL's class name, e.g. `Conv4_FC3`. */
  readonly architecture: string;
  /** [c, h, w] or [c, d, h, w], as in maps.json. */
  readonly inputSize: readonly number[];
  readonly outputSize: number;
  readonly blocks: readonly Block[];
}
