/**
 * @file The training losses and their gradients, in double precision. Arrays hold n samples in one order, whichever: all but the losses of
 * classes are sums over single values.
 */
import type { ClassLossName, LossName } from '../../vocabulary/losses';

/** The loss of one value with its target, and its slope. */
interface Element {
  value(value: number, target: number): number;
  slope(value: number, target: number): number;
}

/** ½d² up to 1, then |d| − ½. */
const huber: Element = {
  value: (value, target) => {
    const size = Math.abs(value - target);
    return size <= 1 ? 0.5 * size * size : size - 0.5;
  },
  slope: (value, target) => Math.max(-1, Math.min(1, value - target)),
};

const square: Element = {
  value: (value, target) => (value - target) * (value - target),
  slope: (value, target) => 2 * (value - target),
};

/** −x log r − (1 − x) log(1 − r), logarithms not below −100. */
const crossEntropy: Element = {
  value: (r, x) => -(x * Math.max(Math.log(r), -100) + (1 - x) * Math.max(Math.log1p(-r), -100)),
  slope: (r, x) => (r - x) / Math.max(r * (1 - r), 1e-12),
};

const MARGIN = 1e-5;
/** |1 − 2r| below which a series takes the place of logarithms that cancel. */
const NEAR = 0.05;

/** log C of the continuous Bernoulli distribution, r clamped: log(2·artanh(u)/u) with u = 1 − 2r. */
function logNormaliser(value: number): readonly [number, number] {
  const r = Math.min(Math.max(value, MARGIN), 1 - MARGIN);
  const u = 1 - 2 * r;
  const inside = value >= MARGIN && value <= 1 - MARGIN;
  if (Math.abs(u) < NEAR) {
    // artanh(u)/u = 1 + u²/3 + u⁴/5 + …
    let [sum, slope] = [0, 0];
    for (let k = 6; k >= 0; k--) {
      sum = sum * u * u + 1 / (2 * k + 1);
      if (k > 0) slope = slope * u * u + (2 * k) / (2 * k + 1);
    }
    return [Math.log(2 * sum), inside ? (-2 * slope * u) / sum : 0];
  }
  const artanh = 0.5 * Math.log((1 - r) / r);
  return [Math.log((2 * artanh) / u), inside ? -2 * (1 / ((1 - u * u) * artanh) - 1 / u) : 0];
}

export type ElementLoss = Exclude<LossName, ClassLossName>;

/** Of each value; of the variational losses the reconstruction. */
const elements: Readonly<Record<ElementLoss, Element>> = {
  L1Loss: { value: (value, target) => Math.abs(value - target), slope: (value, target) => Math.sign(value - target) },
  MSELoss: square,
  KLDivLoss: {
    value: (value, target) => (target === 0 ? 0 : target * (Math.log(target) - value)),
    slope: (_, target) => -target,
  },
  BCEWithLogitsLoss: {
    value: (z, target) => Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z))),
    slope: (z, target) => 1 / (1 + Math.exp(-z)) - target,
  },
  HuberLoss: huber,
  SmoothL1Loss: huber,
  VAEGaussianLoss: square,
  VAEBernoulliLoss: crossEntropy,
  VAEContinuousBernoulliLoss: crossEntropy,
};

/** Σ over values; `gradient` = slope · factor. */
export function elementLoss(
  loss: ElementLoss,
  output: Float32Array,
  target: Float32Array,
  gradient: Float32Array,
  factor: number,
): number {
  const { value, slope } = elements[loss];
  let sum = 0;
  for (let i = 0; i < output.length; i++) {
    sum += value(output[i], target[i]);
    gradient[i] = factor * slope(output[i], target[i]);
  }
  return sum;
}

/** Σ log C of the continuous Bernoulli distribution; adds slope · factor to the gradient. */
export function normalisers(output: Float32Array, gradient: Float32Array, factor: number): number {
  let sum = 0;
  for (let i = 0; i < output.length; i++) {
    const [value, slope] = logNormaliser(output[i]);
    sum += value;
    gradient[i] += factor * slope;
  }
  return sum;
}

/** Σ over samples of ½(−1 − λ + μ² + e^λ); gradients times `factor`. */
export function divergence(
  mu: Float32Array,
  logVar: Float32Array,
  dMu: Float32Array,
  dLogVar: Float32Array,
  factor: number,
): number {
  let sum = 0;
  for (let i = 0; i < mu.length; i++) {
    const variance = Math.exp(logVar[i]);
    sum += 0.5 * (mu[i] * mu[i] + variance - logVar[i] - 1);
    dMu[i] = factor * mu[i];
    dLogVar[i] = factor * 0.5 * (variance - 1);
  }
  return sum;
}

/** Σ over samples; gradients times `factor`. A sample of class −1 adds nothing. */
export function classLoss(
  loss: ClassLossName,
  output: Float32Array,
  labels: Int32Array,
  gradient: Float32Array,
  factor: number,
): number {
  const classes = output.length / labels.length;
  let total = 0;
  for (const [i, label] of labels.entries()) {
    const row = output.subarray(i * classes, (i + 1) * classes);
    const back = gradient.subarray(i * classes, (i + 1) * classes);
    if (label < 0) {
      back.fill(0);
      continue;
    }
    total += rowLosses[loss](row, label, back, factor);
  }
  return total;
}

/** −log softmax(z)[label] */
function softmaxRow(z: Float32Array, label: number, back: Float32Array, factor: number): number {
  const top = Math.max(...z);
  const sum = z.reduce((all, value) => all + Math.exp(value - top), 0);
  for (let c = 0; c < z.length; c++) back[c] = factor * (Math.exp(z[c] - top) / sum - (c === label ? 1 : 0));
  return Math.log(sum) + top - z[label];
}

/** Mean over the classes of max(0, 1 − z[label] + z[c]), the label itself left out. */
function marginRow(z: Float32Array, label: number, back: Float32Array, factor: number): number {
  let [sum, over] = [0, 0];
  for (let c = 0; c < z.length; c++) {
    const margin = 1 - z[label] + z[c];
    const counts = c !== label && margin > 0;
    back[c] = counts ? factor / z.length : 0;
    if (!counts) continue;
    sum += margin;
    over++;
  }
  back[label] = (-factor * over) / z.length;
  return sum / z.length;
}

/** Of one sample; `back` = gradient · factor. */
type RowLoss = (z: Float32Array, label: number, back: Float32Array, factor: number) => number;

const rowLosses: Readonly<Record<ClassLossName, RowLoss>> = { CrossEntropyLoss: softmaxRow, MultiMarginLoss: marginRow };
