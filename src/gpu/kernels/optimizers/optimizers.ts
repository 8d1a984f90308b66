/**
 * @file One step of an optimiser: on parameters whose gradients were added up, and on matrices of linear layers, whose gradients are made
 * on the way. Each optimiser is one function; the numbers that its formula needs come from outside.
 */
import type { Constants, KernelArray, KernelExample, KernelSpec } from '../../kernel';
import { noise, strided } from '../example-arrays';
import adadeltaText from './adadelta.wgsl?raw';
import adagradText from './adagrad.wgsl?raw';
import adamText from './adam.wgsl?raw';
import adamaxText from './adamax.wgsl?raw';
import asgdText from './asgd.wgsl?raw';
import linearText from './linear-step.wgsl?raw';
import numbersText from './numbers.wgsl?raw';
import radamText from './radam.wgsl?raw';
import rmspropText from './rmsprop.wgsl?raw';
import sgdText from './sgd.wgsl?raw';
import slots1Text from './slots1.wgsl?raw';
import slots2Text from './slots2.wgsl?raw';
import stepText from './step.wgsl?raw';

/** Numbers of a step; `rows` are those of the linear layers' inputs. For the others: engine/optimizers.ts. */
export interface OptimizerNumbers {
  readonly decay: number;
  readonly keep: number;
  readonly rate: number;
  readonly along: number;
  readonly root: number;
  readonly rows: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The uniform record. */
export function optimizerWords(numbers: OptimizerNumbers): Float32Array<ArrayBuffer> {
  const { decay, keep, rate, along, root, rows, beta1, beta2, epsilon } = numbers;
  return Float32Array.of(decay, keep, rate, along, root, rows, beta1, beta2, 1 - beta1, 1 - beta2, epsilon, 0);
}

/** A parameter after a step, and what is kept of it. */
type Rule = (c: OptimizerNumbers, w: number, g: number, first: number, second: number) => readonly number[];

interface Formula {
  readonly text: string;
  /** Tensors that it keeps. */
  readonly slots: 0 | 1 | 2;
  /** True if none of them is ever negative. */
  readonly squares?: true;
  readonly rule: Rule;
}

const moments = ({ beta1, beta2 }: OptimizerNumbers, g: number, m: number, v: number): readonly [number, number] => [
  beta1 * m + (1 - beta1) * g,
  beta2 * v + (1 - beta2) * g * g,
];

const adam: Formula = {
  text: adamText,
  slots: 2,
  rule: (c, w, g, m0, v0) => {
    const [m, v] = moments(c, g, m0, v0);
    return [w - (c.rate * m + c.along * g) / (Math.sqrt(v) / c.root + c.epsilon), m, v];
  },
};

const formulas = {
  Adam: adam,
  AdamW: adam,
  NAdam: adam,
  RAdam: {
    text: radamText,
    slots: 2,
    rule: (c, w, g, m0, v0) => {
      const [m, v] = moments(c, g, m0, v0);
      return [w - (c.rate * m) / (c.root === 0 ? 1 : Math.sqrt(v) + c.epsilon), m, v];
    },
  },
  Adamax: {
    text: adamaxText,
    slots: 2,
    rule: (c, w, g, m0, u0) => {
      const [m] = moments(c, g, m0, 0);
      const u = Math.max(c.beta2 * u0, Math.abs(g) + c.epsilon);
      return [w - (c.rate * m) / u, m, u];
    },
  },
  RMSprop: {
    text: rmspropText,
    slots: 1,
    rule: (c, w, g, v0) => {
      const v = c.beta1 * v0 + (1 - c.beta1) * g * g;
      return [w - (c.rate * g) / (Math.sqrt(v) + c.epsilon), v];
    },
  },
  Adagrad: {
    text: adagradText,
    slots: 1,
    rule: (c, w, g, s0) => [w - (c.rate * g) / (Math.sqrt(s0 + g * g) + c.epsilon), s0 + g * g],
  },
  Adadelta: {
    text: adadeltaText,
    slots: 2,
    squares: true,
    rule: (c, w, g, v0, a) => {
      const v = c.beta1 * v0 + (1 - c.beta1) * g * g;
      const delta = (Math.sqrt(a + c.epsilon) / Math.sqrt(v + c.epsilon)) * g;
      return [w - c.rate * delta, v, c.beta1 * a + (1 - c.beta1) * delta * delta];
    },
  },
  ASGD: {
    text: asgdText,
    slots: 1,
    rule: (c, w, g, ax) => {
      const next = w - c.rate * g;
      return [next, ax + c.along * (next - ax)];
    },
  },
  SGD: { text: sgdText, slots: 0, rule: (c, w, g) => [w - c.rate * g] },
} as const satisfies Readonly<Record<string, Formula>>;

export type OptimizerKernel = keyof typeof formulas;

/** What an example's step is given: all numbers count for something. */
const someNumbers = (rows: number, root = 0.3): Float32Array<ArrayBuffer> =>
  optimizerWords({ decay: 0.02, keep: 0.99, rate: 0.05, along: 0.03, root, rows, beta1: 0.9, beta2: 0.98, epsilon: 1e-4 });

function numbersOf(words: KernelArray): OptimizerNumbers {
  const [decay, keep, rate, along, root, rows, beta1, beta2, , , epsilon] = words;
  return { decay, keep, rate, along, root, rows, beta1, beta2, epsilon };
}

/** Parameters and kept tensors after a step with these gradients. */
function stepped(
  { rule, slots }: Formula,
  words: KernelArray,
  [w, ...kept]: readonly KernelArray[],
  gradient: (i: number) => number,
): KernelArray[] {
  const c = numbersOf(words);
  const news = Array.from(w, (old, i) =>
    rule(c, c.keep * old, gradient(i) + c.decay * old, kept[0]?.[i] ?? 0, kept[1]?.[i] ?? 0),
  );
  return Array.from({ length: 1 + slots }, (_, k) => Float32Array.from(news, (all) => all[k]));
}

const slotBindings = (slots: number): KernelSpec['bindings'] =>
  Array.from({ length: slots }, (_, k) => ({ name: `slot${k}`, access: 'write' as const }));
const slotTexts = ['', slots1Text, slots2Text] as const;
const textOf = (main: string, { text, slots }: Formula): string => [main, numbersText, slotTexts[slots], text].join('\n');

/** Kept tensors of an example: those that are squares are not negative, and the last one of two always is. */
const kept = ({ slots, squares }: Formula, values: (seed: number) => Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>[] =>
  Array.from({ length: slots }, (_, k) =>
    values(3 + k).map((value) => (k === 1 || slots === 1 || squares ? Math.abs(value) : value)),
  );

function stepSpec(name: string, formula: Formula): KernelSpec {
  const { slots } = formula;
  return {
    name: `optimizer-step ${name}`,
    wgsl: textOf(stepText, formula),
    bindings: [
      { name: 'numbers', access: 'uniform' },
      { name: 'w', access: 'write' },
      { name: 'g', access: 'write' },
      ...slotBindings(slots),
    ],
    constants: ['SIZE'],
    workgroupSize: 64,
    examples: [4, 524].map(
      (SIZE): KernelExample => ({
        title: `${SIZE} weights`,
        constants: { SIZE },
        extent: { threads: SIZE / 4, z: 1 },
        arrays: () => [
          // The first steps of RAdam have no root.
          someNumbers(0, name === 'RAdam' && SIZE === 4 ? 0 : 0.3),
          noise(SIZE, 1),
          noise(SIZE, 2),
          ...kept(formula, (seed) => noise(SIZE, seed)),
        ],
      }),
    ),
    reference: ([words, w, g, ...rest]) => {
      const [newW, ...newSlots] = stepped(formula, words, [w, ...rest], (i) => g[i]);
      return [newW, new Float32Array(g.length), ...newSlots];
    },
    tolerance: 2e-6,
  };
}

const rowOf = (I: number): number => Math.ceil(I / 4) * 4;

function linearSpec(name: string, formula: Formula): KernelSpec {
  const { slots } = formula;
  return {
    name: `linear-step ${name}`,
    wgsl: textOf(linearText, formula),
    bindings: [
      { name: 'numbers', access: 'uniform' },
      { name: 'w', access: 'write' },
      { name: 'x', access: 'read' },
      { name: 'dz', access: 'read' },
      ...slotBindings(slots),
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
        arrays: () => [someNumbers(rows), weights(7), strided(rows, I, XS, 5), noise(rows * GS, 6), ...kept(formula, weights)],
      };
    }),
    reference: ([words, w, x, dz, ...rest], { I, XS, GS, FIRST }: Constants) => {
      const gradient = (at: number): number => {
        const [o, i] = [Math.floor(at / rowOf(I)), at % rowOf(I)];
        let sum = 0;
        if (i < I) for (let r = 0; r < words[5]; r++) sum += dz[r * GS + FIRST + o] * x[r * XS + i];
        return sum;
      };
      return stepped(formula, words, [w, ...rest], gradient);
    },
    tolerance: 2e-6,
  };
}

const each = (make: (name: string, formula: Formula) => KernelSpec): Readonly<Record<OptimizerKernel, KernelSpec>> =>
  Object.fromEntries(Object.entries(formulas).map(([name, formula]) => [name, make(name, formula)])) as Record<
    OptimizerKernel,
    KernelSpec
  >;

/** By optimiser: a step on an arena, whose gradients are cleared. */
export const optimizerStep = each(stepSpec);
/** By optimiser: a step on the matrix of a linear layer (or on some of its outputs). */
export const linearStep = each(linearSpec);
