import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors';
import { product } from '../../base/shape';
import { type NetworkName, networkNames, networkRow } from '../../vocabulary/networks';
import { constructNetwork } from '../registry';

const rest = {
  outputSize: 2,
  dropout: 0,
  latent_space_size: 3,
  feature_size: 4,
  n_conv: 3,
  io_layer_channels: 2,
  kl_weight: 1,
  convolutions_dict: {
    conv0: { in_channels: null, out_channels: 2, n_conv: 1, d_reduction: 'stride' },
    conv1: { in_channels: 2, out_channels: 3, n_conv: 1, d_reduction: 'MaxPooling' },
  },
  n_fcblocks: 1,
  network_normalization: 'BatchNorm',
} as const;

const construct = (name: NetworkName, inputSize: readonly number[]) => constructNetwork(name, { ...rest, inputSize });

function refusal(name: NetworkName, inputSize: readonly number[]): string {
  try {
    construct(name, inputSize);
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

/** [network, an input just too small, why, the least that works] */
const limits: readonly (readonly [NetworkName, readonly number[], string, readonly number[]])[] = [
  ['AE_Conv5_FC3', [1, 16, 16, 16], 'network-input-small', [1, 1, 17, 1]],
  ['AE_Conv4_FC3', [3, 16, 9], 'network-input-small', [3, 17, 9]],
  ['Conv4_FC3', [1, 16, 16, 16], 'network-input-small', [1, 17, 1, 1]],
  ['Conv5_FC3', [1, 16, 16], 'network-input-small', [1, 16, 17]],
  ['Conv5_FC3_SSDA', [1, 16, 16, 16], 'network-input-small', [1, 16, 16, 17]],
  ['Stride_Conv5_FC3', [1, 32, 32, 32], 'network-input-small', [1, 1, 33, 1]],
  ['resnet18', [3, 32, 32], 'network-input-small', [3, 33, 1]],
  ['ResNet3D', [1, 63, 62, 63], 'network-input-axis', [1, 63, 63, 63]],
  ['SqueezeExcitationCNN', [1, 62, 90, 90], 'network-input-axis', [1, 63, 63, 63]],
  ['GeneratorUNet', [1, 32, 32, 32], 'network-input-small', [1, 32, 64, 32]],
  ['GeneratorUNet', [1, 64, 80, 64], 'network-input-multiple', [1, 64, 96, 64]],
  ['CVAE_3D', [1, 8, 8, 8], 'network-input-small', [1, 9, 1, 1]],
  ['CVAE_3D_half', [1, 8, 8, 8], 'network-input-small', [1, 8, 9, 8]],
  ['CVAE_3D_final_conv', [1, 8, 8, 8], 'network-input-small', [1, 8, 8, 9]],
  ['CAE_half', [1, 8, 8, 8], 'network-input-small', [1, 9, 1, 1]],
  ['Vanilla3DdenseVAE', [1, 16, 7, 16], 'network-input-axis', [1, 16, 8, 8]],
  ['Vanilla3DdenseVAE', [1, 15, 8, 8], 'network-input-small', [1, 16, 8, 8]],
  ['VanillaDenseVAE', [1, 32, 15], 'network-input-axis', [1, 32, 16]],
  ['VanillaDenseVAE', [1, 31, 16], 'network-input-small', [1, 32, 16]],
  ['VanillaSpatialVAE', [3, 31, 31], 'network-input-small', [3, 16, 32]],
  ['Vanilla3DspacialVAE', [1, 31, 64, 64], 'network-input-axis', [1, 32, 32, 32]],
  // Its second block pools after the norm, so that the norm sees an image halved once.
  ['RandomArchitecture', [1, 2, 2, 2], 'network-input-small', [1, 1, 3, 1]],
];

describe('inputs that a network cannot take', () => {
  it.each(limits)('%s %j: %s; %j works', (name, small, code, least) => {
    expect(refusal(name, small)).toBe(code);
    const { nodes } = construct(name, least).graph;
    expect(nodes.flatMap(({ shape }) => shape).every((length) => Number.isInteger(length) && length > 0)).toBe(true);
    const normed = nodes.filter(({ op }) => op === 'batch-norm' || op === 'instance-norm');
    expect(normed.length).toBeGreaterThan(0);
    // The norm over one value of an image is what PyTorch refuses in training.
    expect(Math.min(...normed.map(({ shape: [, ...space] }) => product(space)))).toBeGreaterThan(1);
  });

  it.each(networkNames)(
    '%s: its example works; other numbers of axes, and channels where they are fixed, are refused',
    (name) => {
      const { dimensions, exampleSize, tasks } = networkRow(name);
      const inputSize = exampleSize.split(/[@x]/).map(Number);
      const { graph } = construct(name, inputSize);
      if (tasks.includes('reconstruction'))
        expect(graph.nodes[graph.outputs.output ?? graph.outputs.reconstruction].shape).toEqual(inputSize);
      for (const rank of [1, 2, 3, 4] as const) {
        if ((dimensions as readonly number[]).includes(rank)) continue;
        expect(refusal(name, [inputSize[0], ...new Array<number>(rank).fill(96)])).toBe('network-input-rank');
      }
      const other = refusal(name, [inputSize[0] === 3 ? 1 : 3, ...inputSize.slice(1)]);
      expect(other).toBe(name === 'resnet18' ? 'network-input-channels' : 'nothing thrown');
    },
  );

  it('autoencoders come back to odd sizes', () => {
    for (const name of networkNames.filter((one) => networkRow(one).tasks.includes('reconstruction') && one !== 'GeneratorUNet'))
      for (const space of [
        [33, 38, 41],
        [47, 32, 39],
      ]) {
        const inputSize = [1, ...(networkRow(name).dimensions.includes(3) ? space : space.slice(1))];
        const { nodes, outputs } = construct(name, inputSize).graph;
        expect([name, nodes[outputs.output ?? outputs.reconstruction].shape]).toEqual([name, inputSize]);
      }
  });
});
