/**
 * @file What a step of an optimiser needs beside tensors: numbers that are the same for all elements of a parameter, computed in double.
 * A backend has the rest, one formula for each optimiser (PyTorch 2.x, defaults except learning rate and weight decay):
 *
 * g ← gradient + decay · θ, then θ ← keep · θ, then
 *
 * | | |
 * |---|---|
 * | Adam, AdamW | m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; θ −= rate · m / (√v / root + ε) |
 * | NAdam | m, v as Adam; θ −= (rate · m + along · g) / (√v / root + ε) |
 * | RAdam | m, v as Adam; θ −= rate · m / (√v + ε), while root is 0: θ −= rate · m |
 * | Adamax | m as Adam; u ← max(β₂u, abs(g) + ε); θ −= rate · m / u |
 * | RMSprop | v ← αv + (1 − α)g²; θ −= rate · g / (√v + ε) |
 * | Adagrad | s ← s + g²; θ −= rate · g / (√s + ε) |
 * | Adadelta | v ← ρv + (1 − ρ)g²; δ = √(a + ε) / √(v + ε) · g; a ← ρa + (1 − ρ)δ²; θ −= rate · δ |
 * | ASGD | θ −= rate · g; ax ← ax + along · (θ − ax) |
 * | SGD | θ −= rate · g |
 */
import type { OptimizerName } from '../vocabulary/optimizers';
import type { OptimizerOptions } from './executor';

/** Numbers of the formulas that never change. */
export const optimizerConstants = {
  Adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  AdamW: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  NAdam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  RAdam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  Adamax: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  RMSprop: { alpha: 0.99, epsilon: 1e-8 },
  Adagrad: { epsilon: 1e-10 },
  Adadelta: { rho: 0.9, epsilon: 1e-6 },
  ASGD: {},
  SGD: {},
} as const satisfies Readonly<Record<OptimizerName, Readonly<Record<string, number>>>>;

/** Of the formulas above. */
export interface StepScalars {
  readonly decay: number;
  readonly keep: number;
  readonly rate: number;
  readonly along: number;
  readonly root: number;
}

export interface StepNumbers {
  readonly scalars: StepScalars;
  /** What is kept beside `step` after it (`vocabulary/optimizers.ts`). */
  readonly numbers: Readonly<Record<string, number>>;
}

type Numbers = Readonly<Record<string, number>>;
type Rule = (t: number, learningRate: number, numbers: Numbers) => { scalars: Partial<StepScalars>; numbers?: Numbers };

const { beta1, beta2 } = optimizerConstants.Adam;

const plain: Rule = (_, rate) => ({ scalars: { rate } });
const adam: Rule = (t, lr) => ({ scalars: { rate: lr / (1 - beta1 ** t), root: Math.sqrt(1 - beta2 ** t) } });

/** What replaces β₁ at step t. */
const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * 4e-3));

const nadam: Rule = (t, lr, { mu_product: before }) => {
  const [mu, next] = [momentum(t), momentum(t + 1)];
  // PyTorch keeps the product as a float32.
  const product = Math.fround(before * mu);
  const rate = (lr * next) / (1 - product * next);
  const scalars = { rate, along: (lr * (1 - mu)) / (1 - product), root: Math.sqrt(1 - beta2 ** t) };
  return { scalars, numbers: { mu_product: product } };
};

const radam: Rule = (t, lr) => {
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t);
  const rate = lr / (1 - beta1 ** t);
  if (length <= 5) return { scalars: { rate, root: 0 } };
  const rectified = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
  return { scalars: { rate: rate * rectified * Math.sqrt(1 - beta2 ** t) } };
};

/** Step from which ASGD averages. */
const AVERAGES_FROM = 1e6;
const LAMBDA = 1e-4;

const asgd: Rule = (t, lr, { eta, mu }) => ({
  scalars: { rate: eta, keep: 1 - LAMBDA * eta, along: mu },
  numbers: { eta: Math.fround(lr / (1 + LAMBDA * lr * t) ** 0.75), mu: Math.fround(1 / Math.max(1, t - AVERAGES_FROM)) },
});

const rules: Readonly<Record<OptimizerName, Rule>> = {
  Adadelta: plain,
  Adagrad: plain,
  Adam: adam,
  AdamW: adam,
  Adamax: (t, lr) => ({ scalars: { rate: lr / (1 - beta1 ** t) } }),
  ASGD: asgd,
  NAdam: nadam,
  RAdam: radam,
  RMSprop: plain,
  SGD: plain,
};

/** Numbers of a parameter before its first step; its tensors begin with zeros. */
export function firstNumbers({ optimizer, learning_rate }: OptimizerOptions): Numbers {
  if (optimizer === 'NAdam') return { mu_product: 1 };
  return optimizer === 'ASGD' ? { eta: Math.fround(learning_rate), mu: 1 } : {};
}

/** Numbers of step `t` (1 is the first), given those that the step before left. */
export function stepNumbers(options: OptimizerOptions, t: number, before: Numbers): StepNumbers {
  const { optimizer, learning_rate, weight_decay } = options;
  const { scalars, numbers = {} } = rules[optimizer](t, learning_rate, before);
  const decoupled = optimizer === 'AdamW';
  return {
    scalars: {
      decay: decoupled ? 0 : weight_decay,
      keep: decoupled ? 1 - learning_rate * weight_decay : 1,
      rate: 0,
      along: 0,
      root: 1,
      ...scalars,
    },
    numbers,
  };
}
