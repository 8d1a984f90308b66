/** @file What a reconstruction gives beside numbers: images and codes of each element, as tensors and NIfTI files of the MAPS. */

import { letMessagesIn } from '../base/event-loop';
import { makeIssue } from '../base/issues';
import type { Batch } from '../batches/batch';
import type { ElementPlaces } from '../batches/element-place';
import { sessionText } from '../caps/entities';
import { meanDraws } from '../engine/draws';
import type { Outputs } from '../engine/executor';
import { mainOutput } from '../engine/trained-parameters';
import type { Folder } from '../folders/folder';
import { gzip } from '../formats/gzip';
import { writeNifti } from '../formats/nifti';
import { archiveNameOf, tensor, writeTorch } from '../formats/torch';
import type { EvaluatedGroup, Model } from '../learning/evaluate';
import { channelsFirst, sampleShape } from '../learning/tasks/channels-first';
import { valuesOf } from '../learning/tasks/samples';
import { latentName, type PredictionLevel, reconstructionName } from '../maps/layout';
import type { Network } from '../networks/graph';
import type { JobContext } from './job-context';
import { identity, volumeOf } from './nifti-volume';

export interface SavedOutputs {
  /** Inputs and reconstructions. */
  readonly tensors: boolean;
  readonly latent: boolean;
  /** Where elements lie; null: no NIfTI files. */
  readonly nifti: ElementPlaces | null;
  /** Axis that slices cut; null for volumes. */
  readonly sliceAxis: number | null;
}

export interface OutputPlace {
  readonly maps: Folder;
  /** `split-<i>/best-<metric>/<group>`, inside the MAPS. */
  readonly folder: string;
  readonly mode: PredictionLevel;
}

/** The output that stands for an image in the latent space; undefined for a network without one. */
export function latentOutput({ graph: { outputs } }: Network): string | undefined {
  return ['mu', 'code'].find((name) => name in outputs);
}

/** One pass through the network, which writes as it goes; each file is written whole. Rejects with AbortError. */
export async function saveOutputs(
  { executor, batchSize, draws }: Model,
  { loader, order }: Pick<EvaluatedGroup, 'loader' | 'order'>,
  place: OutputPlace,
  saved: SavedOutputs,
  context: Pick<JobContext, 'signal' | 'issue'>,
  onBatch: () => void = () => {},
): Promise<void> {
  const { network } = executor;
  const unplaced = new Set<string>();
  for await (const batch of loader.batches(order, batchSize, context.signal)) {
    const outputs = await executor.predict({ shape: batch.shape, data: batch.data }, meanDraws(draws));
    for (const n of batch.samples.keys()) {
      await letMessagesIn();
      context.signal.throwIfAborted();
      await saveSample(network, batch, outputs, n, place, saved, unplaced);
    }
    onBatch();
  }
  if (unplaced.size > 0)
    context.issue(makeIssue('affine-unknown', { count: unplaced.size, sessions: [...unplaced].join(', ') }, place.folder));
}

async function saveSample(
  network: Network,
  batch: Batch,
  outputs: Outputs,
  n: number,
  { maps, folder, mode }: OutputPlace,
  { tensors, latent, nifti, sliceAxis }: SavedOutputs,
  unplaced: Set<string>,
): Promise<void> {
  const count = batch.samples.length;
  const sample = batch.samples[n];
  const shape = sampleShape(batch);
  const images = {
    input: valuesOf(channelsFirst(batch), count, n),
    output: valuesOf(outputs[mainOutput(network)], count, n),
  };
  const writeTensor = async (path: string, size: readonly number[], data: Float32Array): Promise<void> =>
    maps.write(path, writeTorch(tensor('float32', size, data.slice()), { archiveName: archiveNameOf(path) }));
  if (tensors)
    for (const side of ['input', 'output'] as const)
      await writeTensor(`${folder}/tensors/${reconstructionName(sample, mode, side)}.pt`, shape, images[side]);
  if (nifti !== null) {
    const found = await nifti(sample, sample.elementId);
    if (found === null) unplaced.add(sessionText(sample));
    for (const side of ['input', 'output'] as const) {
      const file = writeNifti(volumeOf(images[side], shape, sliceAxis, found ?? identity));
      const name = reconstructionName(sample, mode, side, 'nifti');
      await maps.write(`${folder}/nifti_images/${name}.nii.gz`, await gzip(file));
    }
  }
  const code = latentOutput(network);
  if (latent && code !== undefined) {
    const { shape: size } = network.graph.nodes[network.graph.outputs[code]];
    await writeTensor(`${folder}/latent_tensors/${latentName(sample, mode)}.pt`, size, valuesOf(outputs[code], count, n));
  }
}
