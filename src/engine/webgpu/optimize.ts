/** @file One step of the optimiser on everything that is trained; clears the gradients. */
import { linearStep, optimizerStep, optimizerWords } from '../../gpu/kernels/optimizers/optimizers';
import { type OptimizerName, optimizers } from '../../vocabulary/optimizers';
import type { OptimizerOptions } from '../executor';
import { type StepNumbers, stepNumbers } from '../optimizers';
import { type Command, named, type Source } from './command';
import { chunkName, type Layout } from './layout';
import type { Sequence } from './sequence';
import { whole } from './site';

const numbers: Source = { uniform: 'optimizer' };

/** Commands for whatever batch: rows of vectors are those that accumulated. */
export function optimizerCommands({ trainedRanges }: Layout, { linears }: Sequence, optimizer: OptimizerName): Command[] {
  const slots = optimizers[optimizer].tensors.map((_, k) => k);
  const ranges = trainedRanges.map(({ arena, offset, floats }): Command => {
    const set = (name: string): Source => ({ buffer: `${name}.${arena}`, offset, floats });
    return {
      use: { spec: optimizerStep[optimizer], constants: { SIZE: floats } },
      sources: [numbers, set('weights'), set('gradients'), ...slots.map((k) => set(`slots.${k}`))],
      extent: () => ({ threads: floats / 4, z: 1 }),
    };
  });
  const matrices = linears.flatMap(({ matrix, x, dz }) =>
    matrix.chunks.map(({ first: FIRST, count: COUNT }, chunk): Command => {
      const part = (set: string): Source => named(chunkName(set, matrix, chunk));
      return {
        use: { spec: linearStep[optimizer], constants: { I: x.C, XS: x.stride, GS: dz.stride, FIRST, COUNT } },
        sources: [numbers, part('matrix'), whole(x.tensor), whole(dz.tensor), ...slots.map((k) => part(`slot${k}`))],
        extent: () => ({ threads: (matrix.row / 4) * COUNT, z: 1 }),
      };
    }),
  );
  return [...ranges, ...matrices];
}

/** The record of step `t`, with what is kept after it. `rows`: samples that accumulated. */
export function optimizerRecord(
  options: OptimizerOptions,
  t: number,
  before: StepNumbers['numbers'],
  rows: number,
): { readonly words: Float32Array<ArrayBuffer>; readonly numbers: StepNumbers['numbers'] } {
  const { scalars, numbers: after } = stepNumbers(options, t, before);
  return { words: optimizerWords(scalars, rows), numbers: after };
}
