/** @file The summary of the training images, taken in the evaluation of the training set that every training ends with. */
import { AppError } from '../base/errors';
import { mapParallel } from '../base/parallel';
import type { Batch } from '../batches/batch';
import type { ElementPlaces } from '../batches/element-place';
import { isSimulated } from '../caps/description';
import type { SessionKey } from '../caps/entities';
import type { Outputs } from '../engine/executor';
import { mainOutput } from '../engine/trained-parameters';
import type { Folder } from '../folders/folder';
import { FeatureCounter, IntensityCounter, type IntensitySummary, probabilities } from '../learning/summary/input-summary';
import type { TrainingSummary } from '../maps/training-summary';
import { type Features, featuresOf } from '../networks/features';
import type { Network } from '../networks/graph';

/** More features than any network of ClinicaDL has before its last layer; a network of one's own could have millions. */
const mostFeatures = 1 << 16;

/** Undefined where there are none that can be summarised. */
export function summarisedFeatures(network: Network): Features | undefined {
  const features = featuresOf(network, mainOutput(network));
  return features === undefined || features.shape[0] > mostFeatures ? undefined : features;
}

/** Lengths of the columns of an affine, in mm; null where the header of the image is not there or cannot be read. */
export async function voxelSizeOf(
  places: () => Promise<ElementPlaces>,
  session: SessionKey,
  element: number,
): Promise<number[] | null> {
  try {
    const affine = await (await places())(session, element);
    if (affine === null) return null;
    return [0, 1, 2].map((axis) => Math.hypot(...[0, 1, 2].map((row) => affine[row][axis])));
  } catch (error) {
    // The training has its tensors; the image that they were made of may be gone or damaged.
    if (error instanceof AppError) return null;
    throw error;
  }
}

export interface SummaryRequest {
  readonly network: Network;
  readonly normalized: boolean;
  /** Of the images. */
  readonly caps: readonly Folder[];
  places(): Promise<ElementPlaces>;
}

/** Watches the evaluations of one network on its training set, by each best model: the inputs are the same, the features are not. */
export class TrainingSummariser {
  readonly #request: SummaryRequest;
  readonly #intensity = new IntensityCounter();
  #inputs:
    | { readonly summary: IntensitySummary; readonly voxelSize: readonly number[] | null; readonly simulated: boolean }
    | undefined;
  #first: { readonly session: SessionKey; readonly element: number } | undefined;

  constructor(request: SummaryRequest) {
    this.#request = request;
  }

  /** For one best model. `end`: null where no input has numbers alone. */
  begin(): { watch(batch: Batch, outputs: Outputs): Promise<void>; end(): Promise<TrainingSummary | null> } {
    const { network, normalized } = this.#request;
    const features = summarisedFeatures(network);
    const counter = features === undefined ? undefined : new FeatureCounter(features);
    return {
      watch: async (batch, outputs) => {
        const [sample] = batch.samples;
        this.#first ??= { session: sample, element: sample.elementId };
        if (this.#inputs === undefined) await this.#intensity.add(batch);
        counter?.add(outputs, batch);
      },
      end: async () => {
        this.#inputs ??= await this.#ofInputs();
        const { summary, voxelSize, simulated } = this.#inputs;
        const { quantiles } = summary;
        if (quantiles.count === 0) return null;
        const known = (std: readonly number[], count: number): readonly number[] | null => (count > 1 ? std : null);
        const moments = counter?.get();
        return {
          images: summary.images,
          inputs: quantiles.count + summary.undefinedInputs,
          inputs_left_out: summary.undefinedInputs,
          shape: network.inputSize,
          voxel_size: voxelSize,
          normalized,
          simulated,
          intensity: {
            probabilities,
            mean: quantiles.mean,
            std: known(quantiles.std, quantiles.count),
            least: quantiles.least,
            greatest: quantiles.greatest,
          },
          features:
            // Those of a training that diverged are no numbers.
            features === undefined || moments === undefined || !moments.mean.every(Number.isFinite)
              ? null
              : { of: features.what, mean: moments.mean, std: known(moments.std, moments.count) },
        };
      },
    };
  }

  async #ofInputs() {
    const { session, element } = this.#first!;
    return {
      summary: this.#intensity.get(),
      voxelSize: await voxelSizeOf(this.#request.places, session, element),
      simulated: (await mapParallel(this.#request.caps, this.#request.caps.length, isSimulated)).every(Boolean),
    };
  }
}
