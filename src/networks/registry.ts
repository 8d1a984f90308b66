/** @file ClinicaDL's network classes by name: how each is built from the options. */
import { appError } from '../base/errors';
import type { TaskName } from '../vocabulary/losses';
import {
  availableNetworks,
  defaultNetworks,
  isNetworkName,
  isTrained,
  type NetworkName,
  type NetworkOption,
  networkRow,
  type networks,
} from '../vocabulary/networks';
import type { RandomDesign } from '../vocabulary/random-design';
import { autoencoder } from './architectures/autoencoder';
import { caeHalf } from './architectures/cae';
import { convFc, convFcSsda } from './architectures/conv-fc';
import { CVAE_3D_KL_WEIGHT, cvae, cvaeDesigns } from './architectures/cvae';
import { randomArchitecture } from './architectures/random';
import { residual3d } from './architectures/residual3d';
import { resnet18 } from './architectures/resnet18';
import { generatorUnet } from './architectures/unet';
import { vanilla3dDenseVae, vanilla3dSpatialVae, vanillaDenseVae, vanillaSpatialVae } from './architectures/vanilla-vae';
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
export type OptionsOf<N extends NetworkName> = Pick<NetworkOptions, 'inputSize'> &
  Required<Pick<NetworkOptions, (typeof networks)[N]['uses'][number]>>;

const builders: { readonly [N in NetworkName]: (options: OptionsOf<N>, name: N) => Network } = {
  AE_Conv4_FC3: ({ inputSize }, name) => autoencoder(name, [50, 40], inputSize),
  AE_Conv5_FC3: ({ inputSize }, name) => autoencoder(name, [1300, 50], inputSize),
  CAE_half: (options, name) => caeHalf(name, options),
  CVAE_3D: (options, name) => cvae(name, cvaeDesigns[name], { ...options, kl_weight: CVAE_3D_KL_WEIGHT }),
  CVAE_3D_final_conv: (options, name) => cvae(name, cvaeDesigns[name], options),
  CVAE_3D_half: (options, name) => cvae(name, cvaeDesigns[name], options),
  Conv4_FC3: (options, name) => convFc(name, { hidden: [50, 40], stride: 1 }, options),
  Conv5_FC3: (options, name) => convFc(name, { hidden: [1300, 50], stride: 1 }, options),
  // The strength of the reversal grows while it trains; a finished network does not use it.
  Conv5_FC3_SSDA: (options, name) => convFcSsda(name, 1, options),
  GeneratorUNet: ({ inputSize }, name) => generatorUnet(name, inputSize),
  RandomArchitecture: (options, name) => randomArchitecture(name, options, options),
  ResNet3D: (options, name) => residual3d(name, 'plain', options),
  SqueezeExcitationCNN: (options, name) => residual3d(name, 'squeeze-excitation', options),
  Stride_Conv5_FC3: (options, name) => convFc(name, { hidden: [1300, 50], stride: 2 }, options),
  Vanilla3DdenseVAE: (options, name) => vanilla3dDenseVae(name, options),
  Vanilla3DspacialVAE: ({ inputSize }, name) => vanilla3dSpatialVae(name, inputSize),
  VanillaDenseVAE: (options, name) => vanillaDenseVae(name, options),
  VanillaSpatialVAE: ({ inputSize }, name) => vanillaSpatialVae(name, inputSize),
  resnet18: (options, name) => resnet18(name, options),
};

/**
 * The network that ClinicaDL's class of this name makes, whether or not it can be trained here. Throws what the architecture throws for
 * inputs that it cannot take.
 */
export function constructNetwork(name: NetworkName, options: NetworkOptions): Network {
  const given: Partial<Record<NetworkOption, unknown>> = options;
  const missing = networkRow(name).uses.find((option) => given[option] === undefined);
  if (missing !== undefined) throw new Error(`${name} needs ${missing}`);
  return (builders[name] as (options: NetworkOptions, name: NetworkName) => Network)(options, name);
}

/**
 * The class that an `architecture` option, or that of a MAPS, means for a task; `default` is resolved. Throws `option-not-available` for a
 * class of ClinicaDL that cannot be trained here or does not do the task, `network-unknown` for any other name.
 */
export function networkName(architecture: string, task: TaskName): NetworkName {
  const name = architecture === 'default' ? defaultNetworks[task] : architecture;
  const found = availableNetworks(task);
  const available = found.length === 0 ? 'another task' : found.join(', ');
  const where = 'Model.architecture';
  if (!isNetworkName(name)) throw appError('network-unknown', { architecture: name, available }, { where });
  if (!isTrained(name, task))
    throw appError('option-not-available', { option: `${where} (${task})`, value: name, available }, { where });
  return name;
}

/** The network that an `architecture` option means. Throws as `networkName` and `constructNetwork`. */
export function buildNetwork(architecture: string, options: NetworkOptions, task: TaskName = 'classification'): Network {
  return constructNetwork(networkName(architecture, task), options);
}
