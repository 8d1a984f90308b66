/** @file Losses of numbers, element by element: the terms that are summed, and which of them each loss has. */
import type { LossName } from '../../vocabulary/losses';

/** Of one value x and its target t. */
interface Term {
  /** Statements of WGSL that return the value and its derivative by x; d is x − t. */
  readonly text: string;
  /** Functions of WGSL that they call. */
  readonly functions?: string;
  /** The same, plainly. */
  readonly plain: (x: number, t: number) => readonly [value: number, slope: number];
  /** True where x is a probability. */
  readonly ofProbabilities?: true;
}

/** t log t, as torch has it. */
const timesLog = (t: number): number => (t === 0 ? 0 : t * Math.log(t));

const terms = {
  absolute: { text: 'return vec2f(abs(d), sign(d));', plain: (x, t) => [Math.abs(x - t), Math.sign(x - t)] },
  squares: { text: 'return vec2f(d * d, 2.0 * d);', plain: (x, t) => [(x - t) ** 2, 2 * (x - t)] },
  /** Of log probabilities. */
  'kl-divergence': {
    functions: `
      // t log t, 0 at 0 and NaN below. The square root is NaN where compilers must not know it.
      fn timesLog(t: f32) -> f32 { return select(t * log(t), sqrt(min(t, 0.0)), t <= 0.0); }`,
    text: 'return vec2f(timesLog(t) - t * x, -t);',
    plain: (x, t) => [timesLog(t) - t * x, -t],
  },
  /** Binary cross entropy of logits. */
  'logit-entropy': {
    functions: `
      // log(1 + u) for u >= 0, with all digits near 0.
      fn logOnePlus(u: f32) -> f32 {
        return select(log(1.0 + u), u * (1.0 - u * (0.5 - u * (0.33333333 - u * 0.25))), u < 0.01);
      }`,
    text: `
      let e = exp(-abs(x));
      return vec2f(max(x, 0.0) - x * t + logOnePlus(e), select(e, 1.0, x >= 0.0) / (1.0 + e) - t);`,
    plain: (x, t) => [Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x))), 1 / (1 + Math.exp(-x)) - t],
  },
  /** With delta 1. */
  huber: {
    text: `
      let near = min(abs(d), 1.0);
      return vec2f(0.5 * near * near + abs(d) - near, clamp(d, -1.0, 1.0));`,
    plain: (x, t) => {
      const d = x - t;
      return Math.abs(d) <= 1 ? [d ** 2 / 2, d] : [Math.abs(d) - 0.5, Math.sign(d)];
    },
  },
  /** Binary cross entropy of probabilities. */
  entropy: {
    text: `
      let value = -t * max(log(x), -100.0) - (1.0 - t) * max(log(1.0 - x), -100.0);
      return vec2f(value, d / max(x * (1.0 - x), 1e-12));`,
    plain: (x, t) => {
      const value = -t * Math.max(Math.log(x), -100) - (1 - t) * Math.max(Math.log1p(-x), -100);
      return [value, (x - t) / Math.max(x * (1 - x), 1e-12)];
    },
    ofProbabilities: true,
  },
  /** log C of the continuous Bernoulli distribution. */
  'log-normaliser': {
    functions: `
      // 2 artanh(u) / u / 2 - 1 and its derivative, near 0.
      fn artanhSeries(u: f32) -> vec2f {
        let s = u * u;
        let value = s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s * (1.0 / 13.0 + s / 15.0))))));
        let slope = u * (2.0 / 3.0 + s * (4.0 / 5.0 + s * (6.0 / 7.0 + s * (8.0 / 9.0 + s * (10.0 / 11.0 + s * (12.0 / 13.0 + s * 14.0 / 15.0))))));
        return vec2f(value, slope);
      }`,
    text: `
      let r = clamp(x, 1e-5, 0.99999);
      let u = 1.0 - 2.0 * r;
      let inside = select(0.0, 1.0, x >= 1e-5 && x <= 0.99999);
      if (abs(u) < 0.25) {
        let series = artanhSeries(u);
        return vec2f(log(2.0 + 2.0 * series.x), -2.0 * inside * series.y / (1.0 + series.x));
      }
      let odds = log((1.0 - r) / r);
      return vec2f(log(odds / u), inside * (2.0 / u - 1.0 / (r * (1.0 - r) * odds)));`,
    plain: (x) => {
      const r = Math.min(Math.max(x, 1e-5), 1 - 1e-5);
      const u = 1 - 2 * r;
      // log(2 artanh(u) / u); near 0 its series to the fourth power.
      if (Math.abs(u) < 1e-2) return [Math.log(2) + u ** 2 / 3 + (13 / 90) * u ** 4, -2 * ((2 / 3) * u + (26 / 45) * u ** 3)];
      const inside = x === r ? 1 : 0;
      const odds = Math.log((1 - r) / r);
      return [Math.log(odds / u), inside * (2 / u - 1 / (r * (1 - r) * odds))];
    },
    ofProbabilities: true,
  },
} as const satisfies Readonly<Record<string, Term>>;

export type TermName = keyof typeof terms;
export const termNames = Object.keys(terms) as readonly TermName[];
export const lossTerm = (name: TermName): Term => terms[name];

/** The constant LOSS. */
export const termCode = (name: TermName): number => termNames.indexOf(name);

/** `lossOf`: value and derivative of the term LOSS. */
export const lossFunctionText = [
  ...termNames.map((name) => lossTerm(name).functions ?? ''),
  'fn lossOf(x: f32, t: f32) -> vec2f {',
  '  let d = x - t;',
  '  switch LOSS {',
  ...termNames.map((name, code) => `    case ${code}: { ${terms[name].text} }`),
  '    default: { return vec2f(); }',
  '  }',
  '}',
].join('\n');

/** `weighted`: by the weight of the reconstruction. */
interface WeightedTerm {
  readonly term: TermName;
  readonly weighted?: boolean;
}

/** What is summed of every element; of the variational losses beside the divergence. */
export const lossTerms: Readonly<Record<Exclude<LossName, 'CrossEntropyLoss' | 'MultiMarginLoss'>, readonly WeightedTerm[]>> = {
  L1Loss: [{ term: 'absolute' }],
  MSELoss: [{ term: 'squares' }],
  KLDivLoss: [{ term: 'kl-divergence' }],
  BCEWithLogitsLoss: [{ term: 'logit-entropy' }],
  HuberLoss: [{ term: 'huber' }],
  SmoothL1Loss: [{ term: 'huber' }],
  VAEGaussianLoss: [{ term: 'squares', weighted: true }],
  VAEBernoulliLoss: [{ term: 'entropy', weighted: true }],
  VAEContinuousBernoulliLoss: [{ term: 'entropy', weighted: true }, { term: 'log-normaliser' }],
};
