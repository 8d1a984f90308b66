import { describe, expect, it } from 'vitest';
import { constructNetwork } from '../networks/registry';
import { networkNames } from '../vocabulary/networks';
import { parameterCount } from './list-models';
import { networkView } from './network-view';

const options = {
  outputSize: 2,
  dropout: 0.5,
  latent_space_size: 16,
  feature_size: 32,
  n_conv: 4,
  io_layer_channels: 8,
  kl_weight: 1,
};
const size = (text: string): number[] => text.split(/[@x]/).map(Number);

describe('a network for people', () => {
  it('is drawn as eight steps for Conv5_FC3: five blocks, flatten and the fully connected layers', () => {
    const view = networkView(constructNetwork('Conv5_FC3', { ...options, inputSize: [1, 128, 128] }));
    expect(view.layers.map(({ label }) => label)).toEqual([
      ...new Array(5).fill('convolution 3, normalisation, relu, pool'),
      'flatten',
      'fully connected, relu',
      'fully connected, relu',
      'fully connected',
    ]);
    expect(view.layers[0]).toMatchObject({ shape: [8, 64, 64], parameters: 8 * 9 + 8 + 16, alsoReads: [] });
    expect(view.parameters).toBe(2_827_588); // of ClinicaDL's own
  });

  it.each([
    ['AE_Conv5_FC3', '1@64x64'],
    ['resnet18', '3@128x128'],
    ['ResNet3D', '1@63x66x64'],
    ['GeneratorUNet', '1@64x64x64'],
    ['Vanilla3DdenseVAE', '1@32x40x32'],
  ] as const)('of %s counts every parameter once, and names what a layer reads beside the one before', (name, input) => {
    expect(networkNames).toContain(name);
    const network = constructNetwork(name, { ...options, inputSize: size(input) });
    const view = networkView(network);
    expect(view.parameters).toBe(parameterCount(network));
    expect(view.layers.some(({ alsoReads }) => alsoReads.length > 0)).toBe(true);
    view.layers.forEach(({ alsoReads }, i) => {
      expect(alsoReads.every((read) => read < i)).toBe(true);
    });
  });
});
