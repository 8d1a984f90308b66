/** @file One step of the optimiser on everything that is trained; clears the gradients. */
import { adam, linearAdam } from '../../gpu/kernels/adam';
import { type Command, named, type Source } from './command';
import { chunkName, type Layout } from './layout';
import type { Sequence } from './sequence';
import { whole } from './site';

const numbers: Source = { uniform: 'optimizer' };

/** Commands for whatever batch: rows of vectors are those that accumulated. */
export function optimizerCommands({ trainedRanges }: Layout, { linears }: Sequence): Command[] {
  const ranges = trainedRanges.map(({ arena, offset, floats }): Command => {
    const set = (name: string): Source => ({ buffer: `${name}.${arena}`, offset, floats });
    return {
      use: { spec: adam, constants: { SIZE: floats } },
      sources: [numbers, set('weights'), set('gradients'), set('slots.0'), set('slots.1')],
      extent: () => ({ threads: floats / 4, z: 1 }),
    };
  });
  const matrices = linears.flatMap(({ matrix, x, dz }) =>
    matrix.chunks.map(
      ({ first: FIRST, count: COUNT }, chunk): Command => ({
        use: { spec: linearAdam, constants: { I: x.C, XS: x.stride, GS: dz.stride, FIRST, COUNT } },
        sources: [
          numbers,
          whole(x.tensor),
          whole(dz.tensor),
          ...['matrix', 'slot0', 'slot1'].map((set) => named(chunkName(set, matrix, chunk))),
        ],
        extent: () => ({ threads: (matrix.row / 4) * COUNT, z: 1 }),
      }),
    ),
  );
  return [...ranges, ...matrices];
}
