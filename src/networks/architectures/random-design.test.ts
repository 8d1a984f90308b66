import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PythonRandom } from '../../base/python-random';
import type { RandomDesign } from '../../vocabulary/random-design';
import { type DesignSpace, drawConvolutions, drawnBetween, drawnFrom } from './random-design';

interface Sampling {
  readonly options: DesignSpace;
  readonly samples: readonly (RandomDesign & { readonly python_seed: number })[];
}

const { sampling } = JSON.parse(readFileSync('test/golden/networks/RandomArchitecture.json', 'utf8')) as { sampling: Sampling };

describe('random designs', () => {
  it.each(sampling.samples)('of seed $python_seed are those of ClinicaDL', ({ python_seed, ...expected }) => {
    const random = new PythonRandom(python_seed);
    expect({
      convolutions_dict: drawConvolutions(sampling.options, random),
      n_fcblocks: drawnBetween(random, sampling.options.n_fcblocks),
      network_normalization: drawnFrom(random, sampling.options.network_normalization),
    }).toEqual(expected);
  });

  it('what is no list is taken as it is; channels go up to the limit or just above', () => {
    const fixed: DesignSpace = {
      ...sampling.options,
      n_convblocks: 5,
      first_conv_width: 6,
      d_reduction: 'stride',
      n_conv: 2,
      channels_limit: 20,
    };
    const random = new PythonRandom(0);
    const blocks = Object.values(drawConvolutions(fixed, random));
    expect(blocks.map(({ in_channels, out_channels }) => [in_channels, out_channels])).toEqual([
      [null, 6],
      [6, 12],
      [12, 24],
      [24, 24],
      [24, 24],
    ]);
    expect(random.random()).toBe(new PythonRandom(0).random());
  });
});
