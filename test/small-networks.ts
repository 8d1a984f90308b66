/** @file Every class of ClinicaDL on small inputs of odd sizes, 2D and 3D where it takes both; each norm still has values enough to be told from rounding. */
import { constructNetwork } from '../src/networks/registry';
import { type NetworkName, networkNames, networkRow } from '../src/vocabulary/networks';
import type { PassCase } from './executor-pass';

const sizes: Readonly<Record<NetworkName, readonly (readonly number[])[]>> = {
  AE_Conv4_FC3: [
    [1, 33, 17, 19],
    [3, 35, 37],
  ],
  AE_Conv5_FC3: [
    [1, 17, 33, 19],
    [1, 37, 33],
  ],
  CAE_half: [[1, 17, 15, 13]],
  CVAE_3D: [[1, 17, 15, 13]],
  CVAE_3D_final_conv: [[1, 9, 13, 11]],
  CVAE_3D_half: [[1, 13, 9, 11]],
  Conv4_FC3: [
    [1, 19, 33, 17],
    [3, 33, 37],
  ],
  Conv5_FC3: [
    [2, 17, 33, 19],
    [1, 35, 39],
  ],
  Conv5_FC3_SSDA: [[1, 17, 19, 33]],
  // Multiples of 32.
  GeneratorUNet: [[1, 32, 32, 64]],
  RandomArchitecture: [
    [1, 5, 7, 3],
    [2, 7, 5],
  ],
  ResNet3D: [[1, 63, 63, 63]],
  SqueezeExcitationCNN: [[1, 63, 63, 63]],
  Stride_Conv5_FC3: [
    [1, 65, 17, 19],
    [1, 67, 69],
  ],
  Vanilla3DdenseVAE: [[1, 17, 9, 11]],
  Vanilla3DspacialVAE: [[1, 33, 33, 33]],
  VanillaDenseVAE: [[1, 33, 35]],
  VanillaSpatialVAE: [[1, 33, 35]],
  resnet18: [[3, 65, 67]],
};

const rest = {
  outputSize: 3,
  dropout: 0.3,
  latent_space_size: 5,
  feature_size: 7,
  n_conv: 3,
  io_layer_channels: 3,
  kl_weight: 1,
  convolutions_dict: {
    conv0: { in_channels: null, out_channels: 3, n_conv: 2, d_reduction: 'stride' },
    conv1: { in_channels: 3, out_channels: 5, n_conv: 1, d_reduction: 'MaxPooling' },
  },
  n_fcblocks: 2,
  network_normalization: 'BatchNorm',
} as const;

function lossOf(name: NetworkName): PassCase['loss'] {
  const { variational, tasks } = networkRow(name);
  if (variational !== undefined) return 'VAEGaussianLoss';
  return tasks.includes('reconstruction') ? 'MSELoss' : 'CrossEntropyLoss';
}

/**
 * Norms over a few values after five halvings: their gradients are differences of numbers that are almost equal, and a unit at its kink
 * counts for much (PyTorch 2.8).
 */
const rel64: Partial<Record<NetworkName, number>> = { GeneratorUNet: 6e-3, SqueezeExcitationCNN: 0.29 };

type SmallNetwork = readonly [title: string, one: PassCase];

const casesOf = (names: readonly NetworkName[], n: number): readonly SmallNetwork[] =>
  names.flatMap((name) =>
    sizes[name].map(
      (inputSize): SmallNetwork => [
        `${name} ${inputSize.join('×')}`,
        { network: constructNetwork(name, { ...rest, inputSize }), n, loss: lossOf(name), rel64: rel64[name] },
      ],
    ),
  );

/** Minutes of work for plain JavaScript. */
const slow: readonly NetworkName[] = ['GeneratorUNet', 'ResNet3D', 'SqueezeExcitationCNN', 'Vanilla3DspacialVAE', 'resnet18'];

export const smallNetworks = casesOf(
  networkNames.filter((name) => !slow.includes(name)),
  3,
);
export const slowNetworks = casesOf(slow, 2);
