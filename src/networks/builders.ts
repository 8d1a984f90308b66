/** @file What a file of `architectures` exports as `builders`: how each of its classes is built from the options. */
import type { NetworkName, networks } from '../vocabulary/networks';
import type { RandomDesign } from '../vocabulary/random-design';
import type { Network } from './graph';

/** Options of all networks; each reads those that its row in the vocabulary names. */
export interface NetworkOptions extends Partial<RandomDesign> {
  /** [c, h, w] or [c, d, h, w]. */
  readonly inputSize: readonly number[];
  readonly outputSize?: number;
  /** Probability of dropout, 0…1. */
  readonly dropout?: number;
  readonly latent_space_size?: number;
  readonly feature_size?: number;
  readonly n_conv?: number;
  readonly io_layer_channels?: number;
  readonly kl_weight?: number;
}

/** What a class must be given. */
type OptionsOf<N extends NetworkName> = Pick<NetworkOptions, 'inputSize'> &
  Required<Pick<NetworkOptions, (typeof networks)[N]['uses'][number]>>;

/** By class name. Throws what the architecture throws for inputs that it cannot take. */
export type Builders = { readonly [N in NetworkName]?: (options: OptionsOf<N>, name: N) => Network };
