/** @file Which loss a network is really trained with: variational autoencoders need one of their own kind, others cannot have it. */
import { appError } from '../base/errors';
import type { Network } from '../networks/graph';
import { isVariational, type LossName, lossesOf } from '../vocabulary/losses';
import { isNetworkName, networkRow } from '../vocabulary/networks';

export interface FittingLoss {
  readonly loss: LossName;
  /** What the person should know about it; null: it is the one asked for, with both of its weights. */
  readonly told: string | null;
}

/** What stands there when no loss was asked for. */
const usual: LossName = 'MSELoss';

interface Asked {
  readonly loss: LossName;
  readonly recons_weight: number;
}

/** Throws `loss-unfit`. */
export function fittingLoss({ architecture, graph }: Network, { loss, recons_weight }: Asked): FittingLoss {
  const isLatent = 'mu' in graph.outputs && 'logVar' in graph.outputs;
  const refuse = (reason: string, variational: boolean): Error => {
    const available = lossesOf('reconstruction').filter((name) => isVariational(name) === variational);
    return appError(
      'loss-unfit',
      { loss, architecture, reason, available: available.join(', ') },
      { where: 'Reconstruction.loss' },
    );
  };
  if (!isLatent) {
    if (isVariational(loss)) throw refuse('it has no latent distribution to compare', false);
    return { loss, told: null };
  }
  if (isNetworkName(architecture) && networkRow(architecture).variational === 'own loss') {
    const own = 'squared errors summed over each image, and five times the Kullback-Leibler divergence';
    return { loss: 'VAEGaussianLoss', told: `${architecture} is trained with its own loss, as in ClinicaDL: ${own}.` };
  }
  if (isVariational(loss)) {
    const isIdle = architecture.startsWith('CVAE_3D') && loss !== 'VAEContinuousBernoulliLoss' && recons_weight !== 1;
    const told = `${architecture} does not use recons_weight with ${loss}, as in ClinicaDL: the reconstruction has the weight 1.`;
    return { loss, told: isIdle ? told : null };
  }
  if (loss !== usual) throw refuse('it needs one that compares latent distributions, too', true);
  return {
    loss: 'VAEGaussianLoss',
    told: `${architecture} is trained with VAEGaussianLoss, as no variational loss was asked for.`,
  };
}
