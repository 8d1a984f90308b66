/**
 * @file CAE_half: three strided convolutions to a row of numbers and back. It cannot be constructed in ClinicaDL 1.6.1: its layers are
 * set before the base class is, and it does not come back to the size of its input. Here output paddings follow from the sizes.
 */
import { product } from '../../base/shape';
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import type { Network, Tree } from '../graph';
import { checkOneAxis, checkRank } from './input-checks';
import { decoderBlock, encoderBlock, halvings, runDecoderBlock, runEncoderBlock } from './strided-blocks';

const WIDTHS = [32, 64, 128] as const;
const design = { kernel: 3, rank: 3 } as const;

/** Outputs: `code` [latent] and `output`, never negative. Throws `network-input-rank`, `network-input-small`. */
function caeHalf(
  architecture: string,
  { inputSize, latent_space_size: latent }: { readonly inputSize: readonly number[]; readonly latent_space_size: number },
): Network {
  checkRank(architecture, inputSize, [3]);
  checkOneAxis(architecture, inputSize, 8);
  const c = new Construction();
  const [channels, ...space] = inputSize;
  const sizes = halvings(space, 3, 3);
  const voxels = product(sizes[3]);
  const down = WIDTHS.map((to, k) => encoderBlock(c, design, k === 0 ? channels : WIDTHS[k - 1], to));
  const flatten = c.flatten(WIDTHS[2] * voxels, true);
  const narrow = c.linear(WIDTHS[2] * voxels, latent);
  const wide = c.linear(latent, 2 * WIDTHS[2] * voxels);
  const unflatten = c.plain('reshape', { shape: [2 * WIDTHS[2], ...sizes[3]] }, 'Unflatten3D()');
  const up: Tree[] = [
    decoderBlock(c, design, 256, 128, sizes[2]),
    decoderBlock(c, design, 128, 64, sizes[1]),
    decoderBlock(c, design, 64, channels, sizes[0]),
  ];
  const g = new Forward();
  const last = down.reduce((value, block) => runEncoderBlock(g, block, value), g.input(inputSize));
  const code = g.run(narrow, g.run(flatten, last));
  const output = up.reduce((value, block) => runDecoderBlock(g, block, value), g.run(unflatten, g.run(wide, code)));
  const tree = module(architecture, {
    encoder: sequential(...down, flatten, narrow),
    decoder: sequential(wide, unflatten, ...up),
  });
  return network(architecture, c, tree, g, { code, output }, { main: 'output' });
}

export const builders = {
  CAE_half: (options, name) => caeHalf(name, options),
} satisfies Builders;
