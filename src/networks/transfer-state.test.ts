/** @file What a network takes over: §6.14 of ClinicaDL's rules, by the names and shapes of small networks. */
import { describe, expect, it } from 'vitest';
import { TorchRandom } from '../base/torch-random';
import type { Network } from './graph';
import { initialState } from './initial-state';
import { constructNetwork } from './registry';
import type { StateDict } from './state-dict';
import { transferredState } from './transfer';

const size = { inputSize: [1, 20, 20], dropout: 0 };
const volumes = { ...size, inputSize: [1, 9, 9, 9] };
const cnn = constructNetwork('Conv4_FC3', { ...size, outputSize: 2 });
const autoencoder = constructNetwork('AE_Conv4_FC3', size);
const vae = constructNetwork('CVAE_3D_final_conv', { ...volumes, latent_space_size: 4, kl_weight: 1 });
const drawn = (network: Network, seed: number): StateDict => initialState(network, new TorchRandom(seed));
const from = (network: Network, architecture = network.architecture) => ({
  architecture,
  state: drawn(network, 1),
  path: 'old/model.pth.tar',
});
/** The names whose values are those of the source. */
const taken = (network: Network, source: ReturnType<typeof from>): string[] => {
  const own = drawn(network, 2);
  return [...transferredState(network, own, source)].flatMap(([name, value]) => (value === own.get(name) ? [] : [name]));
};
const features = (state: StateDict, module: string): string[] =>
  [...state.keys()].flatMap((name) => (name.startsWith(`${module}.`) ? [name.slice(module.length)] : []));

describe('a transfer', () => {
  it('between networks of one kind takes everything', () => {
    for (const network of [cnn, autoencoder, vae]) expect(taken(network, from(network))).toEqual([...drawn(network, 0).keys()]);
  });

  it('from an autoencoder to a CNN takes the encoder, statistics and counters too, and leaves the rest as drawn', () => {
    const source = from(autoencoder);
    const names = taken(cnn, source);
    expect(names).toHaveLength(35);
    expect(names).toContain('convolutions.17.num_batches_tracked');
    expect(names.every((name) => name.startsWith('convolutions.'))).toBe(true);
    expect(transferredState(cnn, drawn(cnn, 2), source).get('convolutions.4.weight')).toBe(source.state.get('encoder.4.weight'));
    expect([...transferredState(cnn, drawn(cnn, 2), source).keys()]).toEqual([...drawn(cnn, 2).keys()]);
  });

  it('from a CNN to an autoencoder takes the convolutions', () => {
    const names = taken(autoencoder, from(cnn));
    expect(names.map((name) => name.slice('encoder'.length))).toEqual(features(drawn(cnn, 0), 'convolutions'));
  });

  it.each([
    ['a VAE to a CNN', cnn, from(vae), 'transfer-class'],
    ['a network of one’s own to an autoencoder', autoencoder, from(cnn, 'mine.json'), 'transfer-class'],
    ['a CNN to a VAE', vae, from(cnn), 'transfer-mismatch'],
    ['three classes to two', cnn, from(constructNetwork('Conv4_FC3', { ...size, outputSize: 3 })), 'transfer-mismatch'],
    ['one CNN to another', constructNetwork('Conv5_FC3', { ...size, outputSize: 2 }), from(cnn), 'transfer-mismatch'],
    [
      'an autoencoder of volumes to a CNN of slices',
      cnn,
      from(constructNetwork('AE_Conv4_FC3', { ...size, inputSize: [1, 17, 1, 1] })),
      'transfer-mismatch',
    ],
  ])('from %s is refused by name', (_, network, source, code) => {
    expect(() => transferredState(network, drawn(network, 2), source)).toThrow(expect.objectContaining({ code }));
  });
});
