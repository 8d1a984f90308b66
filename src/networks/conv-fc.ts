/**
 * @file Conv5_FC3, Conv4_FC3 and Stride_Conv5_FC3 in 2D and 3D, as lists of blocks. All have five convolutions; they differ in the FC
 * part, and in whether pools or strides halve the sizes.
 */
import { appError } from '../base/errors';
import { product } from '../base/shape';
import type { Block, ConvBlock, NetworkSpec } from './network-spec';

/** Channels after each convolution. */
const CHANNELS = [8, 16, 32, 64, 128] as const;

/** What differs from network to network. */
export interface ConvFcDesign {
  /** Sizes of the two hidden layers. */
  readonly hidden: readonly [number, number];
  /** 2: the convolutions are strided, and no pool follows. */
  readonly stride: 1 | 2;
}

export interface NetworkOptions {
  /** [c, h, w] or [c, d, h, w]. */
  readonly inputSize: readonly number[];
  readonly outputSize: number;
  /** Probability of dropout, 0…1. */
  readonly dropout: number;
}

/**
 * Five blocks of convolution, BatchNorm, ReLU and, without strides, pool; then flatten, dropout and three linear layers. Names as in the state dict of
 * ClinicaDL's class. Throws `network-input-rank`, `network-input-small`.
 */
export function convFc(architecture: string, { hidden, stride }: ConvFcDesign, options: NetworkOptions): NetworkSpec {
  const { inputSize, outputSize, dropout } = options;
  const [inputChannels, ...space] = inputSize;
  if (space.length !== 2 && space.length !== 3)
    throw appError('network-input-rank', { architecture, rank: space.length, expected: '2 or 3' });
  const pool = stride === 1;
  // The last BatchNorm must see more than one value when the constructor probes the network with a single image.
  const atLastNorm = 2 ** (CHANNELS.length - (pool ? 1 : 0));
  if (space.every((length) => length <= atLastNorm))
    throw appError('network-input-small', { architecture, size: space.join(' × '), smallest: atLastNorm + 1 });
  const features = CHANNELS[CHANNELS.length - 1] * product(space.map((length) => Math.ceil(length / 2 ** CHANNELS.length)));
  // Modules per convolution in PyTorch's sequence: convolution, BatchNorm, ReLU, pool.
  const modules = pool ? 4 : 3;
  const convolutions = CHANNELS.map(
    (outChannels, k): ConvBlock => ({
      kind: 'conv-block',
      conv: `convolutions.${modules * k}`,
      norm: `convolutions.${modules * k + 1}`,
      inChannels: k === 0 ? inputChannels : CHANNELS[k - 1],
      outChannels,
      stride,
      pool,
    }),
  );
  const fc: Block[] = [
    { kind: 'flatten' },
    { kind: 'dropout', name: 'fc.1', probability: dropout },
    { kind: 'linear', name: 'fc.2', inFeatures: features, outFeatures: hidden[0], relu: true },
    { kind: 'linear', name: 'fc.4', inFeatures: hidden[0], outFeatures: hidden[1], relu: true },
    { kind: 'linear', name: 'fc.6', inFeatures: hidden[1], outFeatures: outputSize, relu: false },
  ];
  return { architecture, inputSize, outputSize, blocks: [...convolutions, ...fc] };
}
