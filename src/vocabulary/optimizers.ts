/**
 * @file The optimisers of ClinicaDL, by PyTorch's names: one row each, with the defaults of PyTorch 2.x except learning rate and weight
 * decay. g ← gradient + decay · θ and w ← keep · θ are the same for all; θ is then w minus what the row's formula gives.
 */
import { type Arithmetic, type Formula, type FormulaInputs, mix, type StepScalars, square } from './formula';

type Numbers = Readonly<Record<string, number>>;

interface OptimizerRow {
  /** Kept of a parameter, in the order of PyTorch's state dict: tensors of its shape, which begin with zeros. */
  readonly tensors: readonly string[];
  /** Numbers that are kept beside `step`. */
  readonly numbers: readonly string[];
  /** These before the first step; absent where there are none. */
  readonly first?: (learningRate: number) => Numbers;
  /**
   * The numbers of step `t` (1 is the first), computed in double: decay is the weight decay, keep 1, rate 0, along 0 and root 1 where it
   * gives no other. `numbers`: what is kept after it.
   */
  readonly step: (t: number, learningRate: number, weightDecay: number, kept: Numbers) => StepResult;
  readonly formula: Formula;
}

interface StepResult extends Partial<StepScalars> {
  readonly numbers?: Numbers;
}

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

const moments = ['exp_avg', 'exp_avg_sq'] as const;

/** m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g² */
const nextMoments = <T>(a: Arithmetic<T>, { g, kept: [m, v] }: FormulaInputs<T>): readonly [m: T, v: T] => [
  mix(a, m, g, BETA1),
  mix(a, v, square(a, g), BETA2),
];

/** change = rate · m / (√v / root + ε) */
const adamFormula: Formula = (a, inputs) => {
  const [m, v] = nextMoments(a, inputs);
  return [a.div(a.mul(m, inputs.rate), a.add(a.div(a.sqrt(v), inputs.root), EPSILON)), m, v];
};

const adamStep = (t: number, learningRate: number): StepResult => ({
  rate: learningRate / (1 - BETA1 ** t),
  root: Math.sqrt(1 - BETA2 ** t),
});

const plainStep = (_: number, learningRate: number): StepResult => ({ rate: learningRate });

/** What replaces β₁ in NAdam at step t. */
const momentum = (t: number): number => BETA1 * (1 - 0.5 * 0.96 ** (t * 4e-3));

const [LAMBDA, ALPHA, AVERAGES_FROM] = [1e-4, 0.75, 1e6];

export const optimizers = {
  /** v ← ρv + (1 − ρ)g²; δ = √(d + ε) / √(v + ε) · g; d ← ρd + (1 − ρ)δ²; change = rate · δ */
  Adadelta: {
    tensors: ['square_avg', 'acc_delta'],
    numbers: [],
    step: plainStep,
    formula: (a, { g, kept: [before, d], rate }) => {
      const v = mix(a, before, square(a, g), 0.9);
      const delta = a.mul(a.div(a.sqrt(a.add(d, 1e-6)), a.sqrt(a.add(v, 1e-6))), g);
      return [a.mul(delta, rate), v, mix(a, d, square(a, delta), 0.9)];
    },
  },
  /** s ← s + g²; change = rate · g / (√s + ε) */
  Adagrad: {
    tensors: ['sum'],
    numbers: [],
    step: plainStep,
    formula: (a, { g, kept: [sum], rate }) => {
      const s = a.add(sum, square(a, g));
      return [a.div(a.mul(g, rate), a.add(a.sqrt(s), 1e-10)), s];
    },
  },
  Adam: { tensors: moments, numbers: [], step: adamStep, formula: adamFormula },
  AdamW: {
    tensors: moments,
    numbers: [],
    step: (t, learningRate, weightDecay) => ({
      ...adamStep(t, learningRate),
      decay: 0,
      keep: 1 - learningRate * weightDecay,
    }),
    formula: adamFormula,
  },
  /** m as Adam; u ← max(β₂u, abs(g) + ε); change = rate · m / u */
  Adamax: {
    tensors: ['exp_avg', 'exp_inf'],
    numbers: [],
    step: (t, learningRate) => ({ rate: learningRate / (1 - BETA1 ** t) }),
    formula: (a, { g, kept: [mean, largest], rate }) => {
      const m = mix(a, mean, g, BETA1);
      const u = a.max(a.mul(largest, BETA2), a.add(a.abs(g), EPSILON));
      return [a.div(a.mul(m, rate), u), m, u];
    },
  },
  /** change = rate · g; ax ← root · ax + along · (w − change) */
  ASGD: {
    tensors: ['ax'],
    numbers: ['eta', 'mu'],
    first: (learningRate) => ({ eta: Math.fround(learningRate), mu: 1 }),
    step: (t, learningRate, _, { eta, mu }) => ({
      rate: eta,
      keep: 1 - LAMBDA * eta,
      along: mu,
      root: 1 - mu,
      // PyTorch keeps both as float32.
      numbers: {
        eta: Math.fround(learningRate / (1 + LAMBDA * learningRate * t) ** ALPHA),
        mu: Math.fround(1 / Math.max(1, t - AVERAGES_FROM)),
      },
    }),
    formula: (a, { g, w, kept: [ax], rate, along, root }) => {
      const change = a.mul(g, rate);
      return [change, a.add(a.mul(ax, root), a.mul(a.sub(w, change), along))];
    },
  },
  /** m, v as Adam; change = (rate · m + along · g) / (√v / root + ε) */
  NAdam: {
    tensors: moments,
    numbers: ['mu_product'],
    first: () => ({ mu_product: 1 }),
    step: (t, learningRate, _, { mu_product: before }) => {
      const [mu, next] = [momentum(t), momentum(t + 1)];
      // PyTorch keeps the product as a float32.
      const product = Math.fround(before * mu);
      return {
        rate: (learningRate * next) / (1 - product * next),
        along: (learningRate * (1 - mu)) / (1 - product),
        root: Math.sqrt(1 - BETA2 ** t),
        numbers: { mu_product: product },
      };
    },
    formula: (a, inputs) => {
      const [m, v] = nextMoments(a, inputs);
      const direction = a.add(a.mul(m, inputs.rate), a.mul(inputs.g, inputs.along));
      return [a.div(direction, a.add(a.div(a.sqrt(v), inputs.root), EPSILON)), m, v];
    },
  },
  /** m, v as Adam; change = rate · m / (root · √v + along), where root is 1 and along ε, but 0 and 1 in the first steps */
  RAdam: {
    tensors: moments,
    numbers: [],
    step: (t, learningRate) => {
      const longest = 2 / (1 - BETA2) - 1;
      const length = longest - (2 * t * BETA2 ** t) / (1 - BETA2 ** t);
      const rate = learningRate / (1 - BETA1 ** t);
      if (length <= 5) return { rate, along: 1, root: 0 };
      const rectified = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
      return { rate: rate * rectified * Math.sqrt(1 - BETA2 ** t), along: EPSILON };
    },
    formula: (a, inputs) => {
      const [m, v] = nextMoments(a, inputs);
      return [a.div(a.mul(m, inputs.rate), a.add(a.mul(a.sqrt(v), inputs.root), inputs.along)), m, v];
    },
  },
  /** v ← αv + (1 − α)g²; change = rate · g / (√v + ε) */
  RMSprop: {
    tensors: ['square_avg'],
    numbers: [],
    step: plainStep,
    formula: (a, { g, kept: [before], rate }) => {
      const v = mix(a, before, square(a, g), 0.99);
      return [a.div(a.mul(g, rate), a.add(a.sqrt(v), EPSILON)), v];
    },
  },
  /** change = rate · g */
  SGD: { tensors: [], numbers: [], step: plainStep, formula: (a, { g, rate }) => [a.mul(g, rate)] },
} as const satisfies Readonly<Record<string, OptimizerRow>>;

export type OptimizerName = keyof typeof optimizers;

/** The row as what it has in common with all others. */
export const optimizerRow = (name: OptimizerName): OptimizerRow => optimizers[name];
