/** @file The networks of ClinicaDL 1.6.1 by class name: one row each. What they are made of: `networks/architectures`. */
import type { TaskName } from './losses';

/** What a network reads of the options, beside the size of its input. */
export type NetworkOption =
  | 'outputSize'
  | 'dropout'
  | 'latent_space_size'
  | 'feature_size'
  | 'n_conv'
  | 'io_layer_channels'
  | 'kl_weight'
  | 'convolutions_dict'
  | 'n_fcblocks'
  | 'network_normalization';

interface NetworkRow {
  readonly tasks: readonly TaskName[];
  /** Spatial axes of the inputs that it can take. */
  readonly dimensions: readonly (2 | 3)[];
  /** `c@hxw` or `c@dxhxw`: an input that it can take, as `train list_models` names it. */
  readonly exampleSize: string;
  readonly uses: readonly NetworkOption[];
  /** Probability of its dropout where the user gives none; absent: 0. */
  readonly ownDropout?: number;
  /** A variational autoencoder: its training needs a variational loss. `own`: it has one, which no option changes. */
  readonly variational?: 'chosen loss' | 'own loss';
  /** False while it cannot be trained here. */
  readonly available: boolean;
}

const whole = '1@169x208x179';
const cnn = { tasks: ['classification', 'regression'], uses: ['outputSize', 'dropout'] } as const;
const flat = { ...cnn, dimensions: [2, 3], exampleSize: '1@128x128' } as const;
const reconstruction = { tasks: ['reconstruction'], available: false } as const;
const autoencoder = { ...reconstruction, dimensions: [2, 3], exampleSize: '1@128x128', uses: [] } as const;
const variational = { ...reconstruction, variational: 'chosen loss' } as const;
const cvae = { ...variational, dimensions: [3], exampleSize: '1@80x96x80', uses: ['latent_space_size', 'kl_weight'] } as const;

export const networks = {
  AE_Conv4_FC3: autoencoder,
  AE_Conv5_FC3: autoencoder,
  CAE_half: { ...reconstruction, dimensions: [3], exampleSize: '1@80x96x80', uses: ['latent_space_size'] },
  CVAE_3D: { ...cvae, exampleSize: whole, variational: 'own loss', uses: ['latent_space_size'] },
  CVAE_3D_final_conv: cvae,
  CVAE_3D_half: cvae,
  Conv4_FC3: { ...flat, available: true },
  Conv5_FC3: { ...flat, available: true },
  Conv5_FC3_SSDA: { ...flat, tasks: ['classification'], available: false },
  GeneratorUNet: { ...reconstruction, dimensions: [3], exampleSize: '1@64x96x64', uses: [] },
  RandomArchitecture: {
    ...flat,
    uses: [...cnn.uses, 'convolutions_dict', 'n_fcblocks', 'network_normalization'],
    available: false,
  },
  ResNet3D: { ...cnn, dimensions: [3], exampleSize: whole, ownDropout: 0.8, available: false },
  SqueezeExcitationCNN: { ...cnn, dimensions: [3], exampleSize: whole, ownDropout: 0.5, available: false },
  Stride_Conv5_FC3: { ...flat, available: true },
  Vanilla3DdenseVAE: {
    ...variational,
    dimensions: [3],
    exampleSize: '1@80x96x80',
    uses: ['latent_space_size', 'feature_size', 'n_conv', 'io_layer_channels'],
  },
  Vanilla3DspacialVAE: { ...variational, dimensions: [3], exampleSize: '1@80x96x80', uses: [] },
  VanillaDenseVAE: { ...variational, dimensions: [2], exampleSize: '1@128x128', uses: ['latent_space_size', 'feature_size'] },
  VanillaSpatialVAE: { ...variational, dimensions: [2], exampleSize: '1@128x128', uses: [] },
  resnet18: { ...cnn, dimensions: [2], exampleSize: '3@128x128', available: false },
} as const satisfies Readonly<Record<string, NetworkRow>>;

export type NetworkName = keyof typeof networks;

/** In the order of ClinicaDL's list. */
export const networkNames = Object.keys(networks) as readonly NetworkName[];

/** The row as what it has in common with all others. */
export const networkRow = (name: NetworkName): NetworkRow => networks[name];

export const isNetworkName = (name: string): name is NetworkName => Object.hasOwn(networks, name);

/** What `default` stands for. */
export const defaultNetworks: Readonly<Record<TaskName, NetworkName>> = {
  classification: 'Conv5_FC3',
  regression: 'Conv5_FC3',
  reconstruction: 'AE_Conv5_FC3',
};

/** Those that can be trained here for a task. */
export const availableNetworks = (task: TaskName): readonly NetworkName[] =>
  networkNames.filter((name) => networkRow(name).available && networkRow(name).tasks.includes(task));
