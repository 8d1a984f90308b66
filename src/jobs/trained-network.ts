/** @file The network that a MAPS was trained with, of ClinicaDL's class or of the file that the MAPS keeps. */
import type { Folder } from '../folders/folder';
import { adapts } from '../learning/adaptation';
import type { Network } from '../networks/graph';
import { oneHead } from '../networks/one-head';
import type { TrainOptions } from '../options/train';
import { isOwnNetwork, keptNetwork, readOwnNetwork } from './own-network-file';
import { networkOf } from './training-task';

/** Of one that was adapted to a second domain, the head of that. `parameters`: those of maps.json, in today's words; of a reconstruction they have no number of outputs. */
export async function trainedNetwork(
  maps: Folder,
  training: TrainOptions,
  parameters: Readonly<Record<string, unknown>>,
  inputSize: readonly number[],
): Promise<Network> {
  const outputSize = typeof parameters.output_size === 'number' ? parameters.output_size : null;
  if (!isOwnNetwork(training.architecture)) {
    const network = networkOf(training, inputSize, outputSize);
    return adapts(network) ? oneHead(network, 'class_target') : network;
  }
  return (await readOwnNetwork(maps, keptNetwork, { inputSize, outputSize })).network;
}
