/** @file Losses of outputs against numbers of the same shape, as PyTorch's: the mean over all values, in float32. */
import type { LossName } from '../../vocabulary/losses';

/** `outputs` and `targets` in one order. */
export type NumberLoss = (outputs: Float32Array, targets: Float32Array) => number;

/** Added in doubles and rounded once: what PyTorch's cascaded float32 sum comes to within a last digit. */
function meanOf(outputs: Float32Array, targets: Float32Array, lossOf: (output: number, target: number) => number): number {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) sum += lossOf(outputs[i], targets[i]);
  return Math.fround(sum / outputs.length);
}

const l1: NumberLoss = (outputs, targets) => meanOf(outputs, targets, (a, b) => Math.abs(a - b));

const squaredError: NumberLoss = (outputs, targets) => meanOf(outputs, targets, (a, b) => (a - b) * (a - b));

/** Huber with delta 1, and SmoothL1 with beta 1, which is the same. */
const huber: NumberLoss = (outputs, targets) =>
  meanOf(outputs, targets, (a, b) => {
    const distance = Math.abs(a - b);
    return distance < 1 ? 0.5 * distance * distance : distance - 0.5;
  });

/** Outputs are logits: max(z, 0) − z·t + log(1 + e^−|z|). */
const binaryCrossEntropy: NumberLoss = (logits, targets) =>
  meanOf(logits, targets, (z, t) => Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z))));

/** Outputs are taken for logarithms: t·(log t − z), 0 where t is 0, NaN where it is negative. */
const divergence: NumberLoss = (outputs, targets) => meanOf(outputs, targets, (z, t) => (t === 0 ? 0 : t * (Math.log(t) - z)));

/** By name. */
export const numberLosses: Readonly<Partial<Record<LossName, NumberLoss>>> = {
  L1Loss: l1,
  MSELoss: squaredError,
  KLDivLoss: divergence,
  BCEWithLogitsLoss: binaryCrossEntropy,
  HuberLoss: huber,
  SmoothL1Loss: huber,
};
