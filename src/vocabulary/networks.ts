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

export interface NetworkRow {
  /** One sentence for people. */
  readonly summary: string;
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
  /** Module of its features, which a transfer takes to, or from, a network with another module of that kind. */
  readonly features?: 'convolutions' | 'encoder';
  /** Public files of weights that ClinicaDL begins with; the digits in the name are the first of its SHA-256. */
  readonly pretrained?: readonly string[];
  /** False: it cannot be trained here. `search`: a random search begins its trainings, which go on and predict here. Absent: it can. */
  readonly available?: false | 'search';
  /** What Python's ClinicaDL 1.6.1 cannot do with its class, which other versions and this program can; absent: nothing. */
  readonly inPython?: 'cannot be built' | 'cannot be trained' | 'stays on the processor';
  /** It takes inputs of one size in 1.6.1, has as many outputs as that class has, and a dropout that no option changes. */
  readonly fixedInPython?: { readonly inputSize: readonly number[]; readonly outputs: number };
  /** In 1.6.1 its size follows from `size_reduction_factor`, whatever the images are. */
  readonly reducedInPython?: true;
}

const whole = '1@169x208x179';
const cnn = { tasks: ['classification', 'regression'], uses: ['outputSize', 'dropout'], features: 'convolutions' } as const;
const flat = { ...cnn, dimensions: [2, 3], exampleSize: '1@128x128' } as const;
const reconstruction = { tasks: ['reconstruction'] } as const;
const autoencoder = { ...reconstruction, dimensions: [2, 3], exampleSize: '1@128x128', uses: [], features: 'encoder' } as const;
const variational = { ...reconstruction, variational: 'chosen loss' } as const;
const fixedInPython = { inputSize: [1, 169, 208, 179], outputs: 2 } as const;
const cvae = { ...variational, dimensions: [3], exampleSize: '1@80x96x80', uses: ['latent_space_size', 'kl_weight'] } as const;

export const networks = {
  AE_Conv4_FC3: { ...autoencoder, summary: 'The convolutions of Conv4_FC3 as an encoder, and their mirror image as a decoder.' },
  AE_Conv5_FC3: { ...autoencoder, summary: 'The convolutions of Conv5_FC3 as an encoder, and their mirror image as a decoder.' },
  CAE_half: {
    summary: 'A convolutional autoencoder of half the size of an image, with a dense code.',
    ...reconstruction,
    dimensions: [3],
    exampleSize: '1@80x96x80',
    uses: ['latent_space_size'],
    inPython: 'cannot be built',
  },
  CVAE_3D: {
    summary: 'A variational autoencoder of whole images with three strided convolutions; its loss is its own.',
    ...cvae,
    exampleSize: whole,
    variational: 'own loss',
    uses: ['latent_space_size'],
    inPython: 'cannot be trained',
  },
  CVAE_3D_final_conv: {
    ...cvae,
    summary: 'A variational autoencoder of reduced images with InstanceNorm and a last convolution.',
    reducedInPython: true,
  },
  CVAE_3D_half: {
    ...cvae,
    summary: 'A variational autoencoder of reduced images with BatchNorm.',
    inPython: 'cannot be trained',
  },
  Conv4_FC3: {
    summary: 'Five convolutions with pools (its name counts one less), then three small fully connected layers.',
    ...flat,
  },
  Conv5_FC3: { summary: 'Five convolutions with pools, then three fully connected layers.', ...flat },
  Conv5_FC3_SSDA: {
    summary: 'Conv5_FC3 with three heads: the classes of two domains of images, and the domain itself.',
    ...flat,
    tasks: ['classification'],
    inPython: 'cannot be trained',
  },
  GeneratorUNet: {
    summary: 'A U-Net of five halvings whose decoder reads the encoder’s values beside its own.',
    ...reconstruction,
    dimensions: [3],
    exampleSize: '1@64x96x64',
    uses: [],
    inPython: 'stays on the processor',
  },
  RandomArchitecture: {
    summary: 'Blocks of convolutions and fully connected layers that a random search draws.',
    ...flat,
    uses: [...cnn.uses, 'convolutions_dict', 'n_fcblocks', 'network_normalization'],
    available: 'search',
  },
  ResNet3D: {
    summary: 'Five residual blocks in 3D, each followed by a pool.',
    ...cnn,
    dimensions: [3],
    exampleSize: whole,
    ownDropout: 0.8,
    fixedInPython,
  },
  SqueezeExcitationCNN: {
    summary: 'Five residual blocks in 3D whose channels are weighted by what they hold.',
    ...cnn,
    dimensions: [3],
    exampleSize: whole,
    ownDropout: 0.5,
    fixedInPython,
  },
  Stride_Conv5_FC3: { summary: 'Conv5_FC3 with strides in place of its pools.', ...flat },
  Vanilla3DdenseVAE: {
    summary: 'A variational autoencoder of reduced images with a dense latent space.',
    ...variational,
    dimensions: [3],
    exampleSize: '1@80x96x80',
    uses: ['latent_space_size', 'feature_size', 'n_conv', 'io_layer_channels'],
    reducedInPython: true,
  },
  Vanilla3DspacialVAE: {
    summary: 'A variational autoencoder in 3D whose latent space is a small volume.',
    ...variational,
    dimensions: [3],
    exampleSize: '1@80x96x80',
    uses: [],
    inPython: 'cannot be built',
  },
  VanillaDenseVAE: {
    summary: 'A variational autoencoder of slices with a dense latent space.',
    ...variational,
    dimensions: [2],
    exampleSize: '1@128x128',
    uses: ['latent_space_size', 'feature_size'],
    inPython: 'cannot be built',
  },
  VanillaSpatialVAE: {
    summary: 'A variational autoencoder of slices whose latent space is a small image.',
    ...variational,
    dimensions: [2],
    exampleSize: '1@128x128',
    uses: [],
    inPython: 'cannot be built',
  },
  resnet18: {
    summary: 'The residual network of 18 layers for slices; a public file gives it the weights of natural images to begin with.',
    ...cnn,
    dimensions: [2],
    exampleSize: '3@128x128',
    pretrained: ['resnet18-5c106cde.pth', 'resnet18-f37072fd.pth'],
  },
} as const satisfies Readonly<Record<string, NetworkRow>>;

export type NetworkName = keyof typeof networks;

/** In the order of ClinicaDL's list. */
export const networkNames = Object.keys(networks) as readonly NetworkName[];

/** The row as what it has in common with all others. */
export const networkRow = (name: NetworkName): NetworkRow => networks[name];

export const isNetworkName = (name: string): name is NetworkName => Object.hasOwn(networks, name);

/** Probability of dropout: what the user gives, or null for the network's own. */
export const dropoutOf = (name: string, given: number | null): number =>
  given ?? (isNetworkName(name) ? networkRow(name).ownDropout : undefined) ?? 0;

/** What `default` stands for. */
export const defaultNetworks: Readonly<Record<TaskName, NetworkName>> = {
  classification: 'Conv5_FC3',
  regression: 'Conv5_FC3',
  reconstruction: 'AE_Conv5_FC3',
};

/** True where a MAPS of this network and task can be used here. */
export const isTrained = (name: NetworkName, task: TaskName): boolean =>
  networkRow(name).available !== false && networkRow(name).tasks.includes(task);

/** Those that can be chosen here for a task. */
export const availableNetworks = (task: TaskName): readonly NetworkName[] =>
  networkNames.filter((name) => networkRow(name).available !== 'search' && isTrained(name, task));
