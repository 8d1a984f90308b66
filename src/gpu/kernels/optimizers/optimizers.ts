/**
 * @file One step of an optimiser: on parameters whose gradients were added up, and on matrices of linear layers, whose gradients are made
 * on the way. What an optimiser does is its formula in the vocabulary.
 */
import type { Arithmetic, StepScalars } from '../../../vocabulary/formula';
import { type OptimizerName, optimizerRow, optimizers } from '../../../vocabulary/optimizers';
import type { Constants, KernelArray, KernelExample, KernelSpec } from '../../kernel';
import { noise, strided } from '../example-arrays';
import { formulaText } from './formula-text';
import linearText from './linear-step.wgsl?raw';
import numbersText from './numbers.wgsl?raw';
import stepText from './step.wgsl?raw';

/** The uniform record. `rows`: of the linear layers' inputs. */
export const optimizerWords = ({ decay, keep, rate, along, root }: StepScalars, rows: number): Float32Array<ArrayBuffer> =>
  Float32Array.of(decay, keep, rate, along, root, rows);

const numbers: Arithmetic<number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  max: Math.max,
  abs: Math.abs,
  sqrt: Math.sqrt,
};

/** What an example's step is given: all numbers count for something. */
const someNumbers = (rows: number, decay = 0.02): Float32Array<ArrayBuffer> =>
  optimizerWords({ decay, keep: 0.99, rate: 0.05, along: 0.03, root: 0.3 }, rows);

/** Parameters and kept tensors after a step with these gradients. */
function stepped(
  optimizer: OptimizerName,
  [decay, keep, rate, along, root]: KernelArray,
  [w, ...kept]: readonly KernelArray[],
  gradient: (i: number) => number,
): KernelArray[] {
  const { formula } = optimizerRow(optimizer);
  const news = Array.from(w, (old, i) => {
    const inputs = { g: gradient(i) + decay * old, w: keep * old, kept: kept.map((values) => values[i]), rate, along, root };
    const [change, ...after] = formula<number>(numbers, inputs);
    return [inputs.w - change, ...after];
  });
  return [w, ...kept].map((_, k) => Float32Array.from(news, (all) => all[k]));
}

const slotBindings = (optimizer: OptimizerName): KernelSpec['bindings'] =>
  optimizerRow(optimizer).tensors.map((_, k) => ({ name: `slot${k}`, access: 'write' as const }));
const textOf = (main: string, optimizer: OptimizerName): string => [main, numbersText, formulaText(optimizer)].join('\n');

/** Kept tensors of an example: roots are taken of some, so that none is negative. */
const keptOf = (
  optimizer: OptimizerName,
  values: (seed: number) => Float32Array<ArrayBuffer>,
  size = 1,
): Float32Array<ArrayBuffer>[] =>
  optimizerRow(optimizer).tensors.map((_, k) => values(3 + k).map((value) => size * Math.abs(value)));

function stepSpec(optimizer: OptimizerName): KernelSpec {
  return {
    name: `optimizer-step ${optimizer}`,
    wgsl: textOf(stepText, optimizer),
    bindings: [
      { name: 'numbers', access: 'uniform' },
      { name: 'w', access: 'write' },
      { name: 'g', access: 'write' },
      ...slotBindings(optimizer),
    ],
    constants: ['SIZE'],
    workgroupSize: 64,
    examples: [
      { title: '4 weights', SIZE: 4, size: 1, decay: 0.02 },
      { title: '524 weights', SIZE: 524, size: 1, decay: 0.02 },
      // What keeps a formula from a division by zero counts for something.
      { title: 'gradients next to nothing', SIZE: 8, size: 1e-8, decay: 0 },
    ].map(
      ({ title, SIZE, size, decay }): KernelExample => ({
        title,
        constants: { SIZE },
        extent: { threads: SIZE / 4, z: 1 },
        arrays: () => [
          someNumbers(0, decay),
          noise(SIZE, 1),
          noise(SIZE, 2).map((value) => size * value),
          ...keptOf(optimizer, (seed) => noise(SIZE, seed), size ** 2),
        ],
      }),
    ),
    reference: ([words, w, g, ...kept]) => {
      const [newW, ...newSlots] = stepped(optimizer, words, [w, ...kept], (i) => g[i]);
      return [newW, new Float32Array(g.length), ...newSlots];
    },
    tolerance: 2e-6,
  };
}

const rowOf = (I: number): number => Math.ceil(I / 4) * 4;

function linearSpec(optimizer: OptimizerName): KernelSpec {
  return {
    name: `linear-step ${optimizer}`,
    wgsl: textOf(linearText, optimizer),
    bindings: [
      { name: 'numbers', access: 'uniform' },
      { name: 'w', access: 'write' },
      { name: 'x', access: 'read' },
      { name: 'dz', access: 'read' },
      ...slotBindings(optimizer),
    ],
    constants: ['I', 'XS', 'GS', 'FIRST', 'COUNT'],
    workgroupSize: 64,
    examples: [
      { title: 'a later chunk, five rows', rows: 5, I: 36, XS: 40, GS: 13, FIRST: 3, COUNT: 7 },
      { title: 'rows of 13', rows: 3, I: 13, XS: 16, GS: 4, FIRST: 0, COUNT: 3 },
      { title: 'one row of 15', rows: 1, I: 15, XS: 24, GS: 3, FIRST: 1, COUNT: 2 },
    ].map(({ title, rows, ...constants }): KernelExample => {
      const { I, XS, GS, COUNT } = constants;
      const weights = (seed: number): Float32Array<ArrayBuffer> =>
        strided(COUNT, I, rowOf(I), seed).map((value) => (Number.isNaN(value) ? 0 : value));
      return {
        title,
        constants,
        extent: { threads: (rowOf(I) * COUNT) / 4, z: 1 },
        arrays: () => [
          someNumbers(rows),
          weights(7),
          strided(rows, I, XS, 5),
          noise(rows * GS, 6),
          ...keptOf(optimizer, weights),
        ],
      };
    }),
    reference: ([words, w, x, dz, ...rest], { I, XS, GS, FIRST }: Constants) => {
      const gradient = (at: number): number => {
        const [o, i] = [Math.floor(at / rowOf(I)), at % rowOf(I)];
        let sum = 0;
        if (i < I) for (let r = 0; r < words[5]; r++) sum += dz[r * GS + FIRST + o] * x[r * XS + i];
        return sum;
      };
      return stepped(optimizer, words, [w, ...rest], gradient);
    },
    tolerance: 2e-6,
  };
}

const each = (make: (optimizer: OptimizerName) => KernelSpec): Readonly<Record<OptimizerName, KernelSpec>> => {
  const names = Object.keys(optimizers) as OptimizerName[];
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<OptimizerName, KernelSpec>;
};

/** By optimiser: a step on an arena, whose gradients are cleared. */
export const optimizerStep = each(stepSpec);
/** By optimiser: a step on the matrix of a linear layer (or on some of its outputs). */
export const linearStep = each(linearSpec);
