/** @file Losses of outputs against classes, as PyTorch's: the mean over the rows, in float32. */
import type { ClassLossName } from '../../vocabulary/losses';

/** `logits`: [n, classes]. `labels`: class of each row. */
export type ClassLoss = (logits: Float32Array, labels: ArrayLike<number>) => number;

/** Sum of what each row gives, rounded to float32 at each addition, over their number. */
function meanOfRows(
  logits: Float32Array,
  labels: ArrayLike<number>,
  lossOf: (own: Float32Array, label: number) => number,
): number {
  const classes = logits.length / labels.length;
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    sum = Math.fround(sum + Math.fround(lossOf(own, labels[row])));
  }
  return Math.fround(sum / labels.length);
}

/** −log softmax(logits)[label]. */
export const crossEntropy: ClassLoss = (logits, labels) =>
  meanOfRows(logits, labels, (own, label) => {
    const largest = Math.max(...own);
    const total = own.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    return -(own[label] - largest - Math.log(total));
  });

/** (1 / classes) · Σ over the other classes of max(0, 1 − logits[label] + logits[other]). */
const multiMargin: ClassLoss = (logits, labels) =>
  meanOfRows(logits, labels, (own, label) => {
    let sum = 0;
    own.forEach((logit, other) => {
      if (other !== label) sum = Math.fround(sum + Math.max(0, Math.fround(1 - own[label] + logit)));
    });
    return sum / own.length;
  });

/** By name. */
export const classLosses: Readonly<Record<ClassLossName, ClassLoss>> = {
  CrossEntropyLoss: crossEntropy,
  MultiMarginLoss: multiMargin,
};
