/** @file The weights that a network's loss really has. */
import { isVariational } from '../vocabulary/losses';
import type { LossOptions } from './executor';

/**
 * What ClinicaDL's class makes of the options. CVAE_3D brings its own loss along: squared errors summed over a sample, and five times
 * the divergence. CVAE_3D_half and CVAE_3D_final_conv weigh the reconstruction only in the loss of three parts.
 */
export function lossWeights(architecture: string, options: LossOptions): LossOptions {
  if (!isVariational(options.loss)) return options;
  if (architecture === 'CVAE_3D') return { loss: 'VAEGaussianLoss', recons_weight: 1, kl_weight: 5, perSample: true };
  const twoParts = options.loss !== 'VAEContinuousBernoulliLoss';
  return architecture.startsWith('CVAE_3D_') && twoParts ? { ...options, recons_weight: 1 } : options;
}
