import { describe, expect, it } from 'vitest';
import { networkNames } from '../vocabulary/networks';
import type { NetworkOptions } from './builders';
import { constructNetwork } from './registry';

/** Everything that any class asks for. */
const options: Required<NetworkOptions> = {
  inputSize: [1],
  outputSize: 2,
  dropout: 0,
  latent_space_size: 2,
  feature_size: 2,
  n_conv: 4,
  io_layer_channels: 8,
  kl_weight: 1,
  convolutions_dict: {},
  n_fcblocks: 1,
  network_normalization: 'BatchNorm',
};

describe('constructNetwork', () => {
  it.each(networkNames)('%s has a file of `architectures` that knows its inputs', (name) => {
    expect(() => constructNetwork(name, options)).toThrow(expect.objectContaining({ code: 'network-input-rank' }));
  });
});
