/** @file Random designs of RandomArchitecture, drawn as ClinicaDL's random search draws them. */
import type { PythonRandom } from '../../base/python-random';
import type { RandomBlock, RandomDesign } from '../../vocabulary/random-design';

type Reduction = RandomBlock['d_reduction'];
type Normalization = RandomDesign['network_normalization'];

/** A value that is no list is taken as it is, and nothing is drawn for it. */
export interface DesignSpace {
  /** [least, most] */
  readonly n_convblocks: number | readonly [number, number];
  /** One of these. */
  readonly first_conv_width: number | readonly number[];
  readonly d_reduction: Reduction | readonly Reduction[];
  /** One of these, for each block. */
  readonly n_conv: number | readonly number[];
  /** Channels are doubled from block to block while they are fewer. */
  readonly channels_limit: number;
  /** [least, most] */
  readonly n_fcblocks: number | readonly [number, number];
  readonly network_normalization: Normalization | readonly Normalization[];
}

export const drawnFrom = <T extends string | number | null>(random: PythonRandom, value: T | readonly T[]): T =>
  Array.isArray(value) ? random.choice(value as readonly T[]) : (value as T);

export const drawnBetween = (random: PythonRandom, value: number | readonly [number, number]): number =>
  typeof value === 'number' ? value : random.randint(...value);

/** The blocks by name, in their order. */
export function drawConvolutions(space: DesignSpace, random: PythonRandom): RandomDesign['convolutions_dict'] {
  const count = drawnBetween(random, space.n_convblocks);
  let out_channels = drawnFrom(random, space.first_conv_width);
  const d_reduction = drawnFrom(random, space.d_reduction);
  let in_channels: number | null = null;
  const blocks: Record<string, RandomBlock> = {};
  for (let i = 0; i < count; i++) {
    blocks[`conv${i}`] = { in_channels, out_channels, n_conv: drawnFrom(random, space.n_conv), d_reduction };
    in_channels = out_channels;
    out_channels = in_channels < space.channels_limit ? 2 * in_channels : in_channels;
  }
  return blocks;
}
