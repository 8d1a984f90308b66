import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors';
import type { RandomBlock, RandomDesign } from '../../vocabulary/random-design';
import { randomArchitecture } from './random';

const block: RandomBlock = { in_channels: null, out_channels: 4, n_conv: 1, d_reduction: 'stride' };
const design: RandomDesign = {
  convolutions_dict: { conv0: block },
  n_fcblocks: 1,
  network_normalization: null,
};

function refusal(changed: object): string {
  try {
    const options = { inputSize: [1, 20, 20, 20], outputSize: 2, dropout: 0 };
    randomArchitecture('RandomArchitecture', { ...design, ...changed } as RandomDesign, options);
  } catch (error) {
    if (error instanceof AppError && error.code === 'network-design') return error.message;
    throw error;
  }
  return 'nothing thrown';
}

describe('RandomArchitecture', () => {
  it('designs that cannot be built are refused by the name of what is wrong', () => {
    expect(refusal({})).toBe('nothing thrown');
    expect(refusal({ convolutions_dict: {} })).toContain('convolutions_dict is empty');
    expect(refusal({ n_fcblocks: 0 })).toContain('n_fcblocks is 0');
    expect(refusal({ network_normalization: 'GroupNorm' })).toContain('network_normalization is "GroupNorm"');
    expect(refusal({ convolutions_dict: { conv0: { ...block, d_reduction: 'avg' } } })).toContain(
      'd_reduction of conv0 is "avg"',
    );
    expect(refusal({ convolutions_dict: { conv0: { ...block, n_conv: 0 } } })).toContain('n_conv of conv0 is 0');
    expect(refusal({ convolutions_dict: { conv0: { ...block, out_channels: 1.5 } } })).toContain('out_channels of conv0 is 1.5');
    const second = { ...block, in_channels: 3 };
    expect(refusal({ convolutions_dict: { conv0: block, conv1: second } })).toContain('in_channels of conv1 is 3, and 4');
  });
});
