/**
 * @file The training losses as compositions of TensorFlow.js operations, with PyTorch's gradients where a formula has a corner. All but
 * the variational ones are means over the batch and the elements of a sample.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LossName } from '../../vocabulary/losses';
import type { LossOptions } from '../executor';

/** Of n samples, [n, …]. */
interface Compared {
  readonly output: tf.Tensor;
  /** As the output; of classes, 1 at the class. */
  readonly target: tf.Tensor;
}

export interface LossInputs extends Compared {
  /** Only of variational networks. */
  readonly mu?: tf.Tensor;
  readonly logVar?: tf.Tensor;
}

const sum = (x: tf.Tensor): tf.Scalar => tf.sum(x);
const batchMean = (x: tf.Tensor): tf.Scalar => tf.div(sum(x), x.shape[0]);
/** tfjs' own gradient of `abs` at 0 is −1. */
const absolute = (x: tf.Tensor): tf.Tensor => tf.add(tf.relu(x), tf.relu(tf.neg(x)));

/** ½d² up to 1, then |d| − ½. */
function huber({ output, target }: Compared): tf.Scalar {
  const size = absolute(tf.sub(output, target));
  const near = tf.minimum(size, 1);
  return tf.mean(tf.add(tf.mul(tf.square(near), 0.5), tf.sub(size, near)));
}

/** t·log t, 0 at 0, NaN below. */
function timesLog(t: tf.Tensor): tf.Tensor {
  return tf.where(tf.equal(t, 0), tf.zerosLike(t), tf.mul(t, tf.log(t)));
}

type Plain = Exclude<LossName, `VAE${string}`>;

const plain: Readonly<Record<Plain, (inputs: Compared) => tf.Scalar>> = {
  CrossEntropyLoss: ({ output, target }) => batchMean(tf.neg(tf.mul(tf.logSoftmax(output, 1), target))),
  MultiMarginLoss: ({ output, target }) => {
    const own = tf.sum(tf.mul(output, target), 1, true);
    const margins = tf.relu(tf.add(tf.sub(output, own), 1));
    return tf.mean(tf.mul(margins, tf.sub(1, target)));
  },
  L1Loss: ({ output, target }) => tf.mean(absolute(tf.sub(output, target))),
  MSELoss: ({ output, target }) => tf.mean(tf.square(tf.sub(output, target))),
  KLDivLoss: ({ output, target }) => tf.mean(tf.sub(timesLog(target), tf.mul(target, output))),
  BCEWithLogitsLoss: ({ output, target }) => tf.mean(tf.sub(tf.softplus(output), tf.mul(output, target))),
  HuberLoss: huber,
  SmoothL1Loss: huber,
};

/** −x log r − (1 − x) log(1 − r), logarithms not below −100; its gradient is (r − x)/max(r(1 − r), 1e-12). */
function binaryCrossEntropy(r: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [probability] = args as tf.Tensor[];
    save([probability]);
    const [yes, no] = [tf.log(probability), tf.log1p(tf.neg(probability))].map((log) => tf.maximum(log, -100));
    const value = tf.neg(tf.add(tf.mul(x, yes), tf.mul(tf.sub(1, x), no)));
    const gradFunc = (dy: tf.Tensor, [p]: tf.Tensor[]): tf.Tensor =>
      tf.mul(dy, tf.div(tf.sub(p, x), tf.maximum(tf.mul(p, tf.sub(1, p)), 1e-12)));
    return { value, gradFunc };
  })(r);
}

/** |1 − 2r| below which the series is used. */
const NEAR = 0.25;

/**
 * log C of the continuous Bernoulli distribution, r clamped to [1e-5, 1 − 1e-5]: with q = 1 − r and u = q − r, log(log(q/r)/u), which is
 * log(2 · artanh(u)/u). Near ½ the logarithms cancel, so that the series of artanh is summed there.
 */
function logNormaliser(reconstruction: tf.Tensor): tf.Tensor {
  // Of one clamped number, 1 − 1e-5 would be the other's rounding.
  const [r, q] = [reconstruction, tf.sub(1, reconstruction)].map((x) => tf.clipByValue(x, 1e-5, 1 - 1e-5));
  const u = tf.sub(q, r);
  // Both ways are gone for all elements, each with numbers that do no harm where the other one counts. (`where` would ask for the
  // gradient of a comparison.)
  const near = tf.step(tf.sub(NEAR, tf.abs(u)));
  const elsewhere = tf.sub(1, near);
  const square = tf.square(tf.mul(near, u));
  const series = [13, 11, 9, 7, 5, 3].reduce<tf.Tensor>(
    (inner, odd) => tf.add(tf.mul(inner, square), 1 / odd),
    tf.fill(u.shape, 1 / 15),
  );
  const far = (x: tf.Tensor, instead: number): tf.Tensor => tf.add(tf.mul(near, instead), tf.mul(elsewhere, x));
  const direct = tf.div(tf.log(tf.div(far(q, 0.75), far(r, 0.25))), far(u, 0.5));
  const artanh = tf.mul(tf.add(tf.mul(series, square), 1), 2);
  return tf.log(tf.add(tf.mul(near, artanh), tf.mul(elsewhere, direct)));
}

type Variational = Exclude<LossName, Plain>;

/** Sums over the batch, not means: reconstruction, and what is added unweighted. */
const reconstruction: Readonly<Record<Variational, (inputs: Compared) => readonly [tf.Scalar, tf.Scalar | null]>> = {
  VAEGaussianLoss: ({ output, target }) => [sum(tf.square(tf.sub(output, target))), null],
  VAEBernoulliLoss: ({ output, target }) => [sum(binaryCrossEntropy(output, target)), null],
  VAEContinuousBernoulliLoss: ({ output, target }) => [sum(binaryCrossEntropy(output, target)), sum(logNormaliser(output))],
};

/** ½ Σ(−1 − λ + μ² + e^λ)/n */
function divergence(mu: tf.Tensor, logVar: tf.Tensor): tf.Scalar {
  return tf.mul(batchMean(tf.sub(tf.add(tf.square(mu), tf.exp(logVar)), tf.add(logVar, 1))), 0.5);
}

const isVariational = (loss: LossName): loss is Variational => loss in reconstruction;

/**
 * The loss of n samples. Of a part of a batch of `wholeBatch` it is as if all were like these: the loss of the batch is the mean of its
 * parts' weighted by their samples, though reconstructions are summed over a batch.
 */
export function lossOf(options: LossOptions, { output, target, mu, logVar }: LossInputs, wholeBatch: number): tf.Scalar {
  const { loss, recons_weight, kl_weight, perSample = false } = options;
  const [n] = output.shape;
  // Some gradients stop at rank 4 on webgpu.
  const inputs = { output: tf.reshape(output, [n, -1]), target: tf.reshape(target, [n, -1]) };
  if (!isVariational(loss)) return plain[loss](inputs);
  if (mu === undefined || logVar === undefined) throw new Error(`${loss} needs the outputs mu and logVar`);
  const share = (perSample ? 1 : wholeBatch) / n;
  const [error, rest] = reconstruction[loss](inputs);
  const weighted: tf.Scalar = tf.mul(error, recons_weight * share);
  const summed: tf.Scalar = rest === null ? weighted : tf.add(weighted, tf.mul(rest, share));
  return tf.add(summed, tf.mul(divergence(mu, logVar), kl_weight));
}
