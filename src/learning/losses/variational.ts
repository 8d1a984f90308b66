/**
 * @file Losses of variational autoencoders: a weighted sum of how far the reconstruction is from the input and of the Kullback-Leibler
 * divergence of the latent distribution. Sums over all values, not means; the divergence is divided by the number of samples.
 *
 * Continuous Bernoulli: Loaiza-Ganem and Cunningham, arXiv:1907.06845. ClinicaDL 1.6.1 returns its two terms in the wrong order, so that
 * each weight meets the other term; here each has its own.
 */
import type { LossOptions } from '../../engine/executor';
import type { VariationalLossName } from '../../vocabulary/losses';

export interface VariationalOutputs {
  /** Same order as the input. */
  readonly reconstruction: Float32Array;
  /** [n, latent] */
  readonly mu: Float32Array;
  readonly logVar: Float32Array;
}

/** By the names of ClinicaDL's log. */
export interface VariationalLoss {
  readonly loss: number;
  readonly recon_loss: number;
  readonly kl_loss: number;
}

type Distance = (reconstruction: number, input: number) => number;

const squares: Distance = (r, x) => (r - x) * (r - x);

/** PyTorch keeps logarithms from falling below −100. */
const logOf = (p: number): number => Math.max(-100, Math.log(p));
const bernoulli: Distance = (r, x) => -(x * logOf(r) + (1 - x) * logOf(1 - r));

const distances: Readonly<Record<VariationalLossName, Distance>> = {
  VAEGaussianLoss: squares,
  VAEBernoulliLoss: bernoulli,
  VAEContinuousBernoulliLoss: bernoulli,
};

const smallest = 1e-5;
const largest = 1 - 1e-5;

/** The logarithm of the constant that makes a continuous Bernoulli density of `reconstruction` a density. */
function logConstant(reconstruction: number): number {
  const r = Math.min(Math.max(reconstruction, smallest), largest);
  const odd = 1 - 2 * r;
  if (Math.abs(r - 0.5) >= 1e-5) return Math.log((Math.log(1 - r) - Math.log(r)) / odd);
  return Math.LN2 + Math.log(1 + (odd * odd) / 3);
}

function sum(count: number, term: (i: number) => number): number {
  let all = 0;
  for (let i = 0; i < count; i++) all += term(i);
  return Math.fround(all);
}

/** The loss of a batch of `n` samples and its parts. `input`: [n, c, …space]. */
export function variationalLoss(
  { loss, recons_weight, kl_weight, perSample = false }: LossOptions & { readonly loss: VariationalLossName },
  { reconstruction, mu, logVar }: VariationalOutputs,
  input: Float32Array,
  n: number,
): VariationalLoss {
  const distance = distances[loss];
  const summed = sum(input.length, (i) => distance(reconstruction[i], input[i]));
  const recon = perSample ? Math.fround(summed / n) : summed;
  const kl = Math.fround((0.5 * sum(mu.length, (i) => -1 - logVar[i] + mu[i] * mu[i] + Math.exp(logVar[i]))) / n);
  const weighted = Math.fround(Math.fround(recons_weight * recon) + Math.fround(kl_weight * kl));
  const constant = loss === 'VAEContinuousBernoulliLoss' ? sum(input.length, (i) => logConstant(reconstruction[i])) : 0;
  return { loss: Math.fround(weighted + constant), recon_loss: recon, kl_loss: kl };
}
