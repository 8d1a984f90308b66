/** @file What a prediction is to save beside its tables, and whether its network can give it. */
import { appError } from '../base/errors';
import type { Network } from '../networks/graph';
import type { PredictOptions } from '../options/predict';
import type { TrainOptions } from '../options/train';
import type { Study } from './open-study';
import { latentOutput, type SavedOutputs } from './save-outputs';

/** What is written beside tables; null: nothing. Throws `save-unfit`. */
export async function savingOf(
  { input_maps_directory: maps, save_tensor, save_nifti, save_latent_tensor }: PredictOptions,
  { network_task }: TrainOptions,
  network: Network,
  study: Study,
): Promise<SavedOutputs | null> {
  const wanted = { save_tensor, save_nifti, save_latent_tensor };
  for (const [name, isWanted] of Object.entries(wanted)) {
    if (!isWanted) continue;
    const option = `--${name}`;
    const refuse = (reason: string): Error => appError('save-unfit', { option, maps, reason }, { where: `Options.${name}` });
    if (network_task !== 'reconstruction') throw refuse(`it was trained for ${network_task}, which makes no images`);
    if (name === 'save_latent_tensor' && latentOutput(network) === undefined)
      throw refuse(`${network.architecture} has no latent representation`);
  }
  if (!save_tensor && !save_nifti && !save_latent_tensor) return null;
  const { extraction } = study;
  const sliceAxis = extraction.mode === 'slice' ? extraction.slice_direction : null;
  const nifti = save_nifti ? await study.places() : null;
  return { tensors: save_tensor, latent: save_latent_tensor, nifti, sliceAxis };
}
