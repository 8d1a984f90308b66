/** @file The network that a training would build, told while its form is filled in: input, parameters, layers, memory. Reads only. */
import { AppError } from '../base/errors';
import type { Network } from '../networks/graph';
import { networkName } from '../networks/registry';
import type { TrainOptions } from '../options/train';
import { networkRow } from '../vocabulary/networks';
import { cohortCaps, cohortTables } from './cohorts';
import type { JobContext } from './job-context';
import { largestPart } from './largest-part';
import { parseInputSize } from './list-models';
import { type NetworkView, networkView } from './network-view';
import { openStudy, transformsOf } from './open-study';
import { optionsOfLine } from './options-of-line';
import { isOwnNetwork } from './own-network-file';
import { openNetwork } from './plan-training';
import { readLabels } from './read-labels';
import { readSplits } from './split-tables';
import { checkTrainingFits, trainingMemory } from './training-memory';
import { networkOf } from './training-task';

export interface NetworkDescription {
  readonly network: NetworkView;
  /** False: the study cannot be read yet, and the input is an example of what the network takes. */
  readonly ofStudy: boolean;
  /** Of the device while it trains; null where that is not known. */
  readonly memoryBytes: number | null;
  readonly batchSize: number;
  /** Samples at a time that the memory is for: fewer where a batch does not fit. */
  readonly computedBatch: number;
}

interface Sizes {
  readonly inputSize: readonly number[];
  readonly outputSize: number | null;
}

/** Of the first image; undefined while tables, CAPS or extraction cannot be read, which the training itself tells. */
async function sizesOf(options: TrainOptions, context: JobContext): Promise<Sizes | undefined> {
  try {
    const { multi_cohort: multiCohort, diagnoses } = options;
    const quiet = { workspace: context.workspace, log: () => {} };
    const caps = await cohortCaps(options.caps_directory, multiCohort, quiet);
    const cohorts = await cohortTables({ path: options.tsv_directory, multiCohort, diagnoses, caps }, quiet);
    const tables = await readSplits(context.workspace, cohorts, { ...options, tell: () => {} });
    const { labels, outputSize } = readLabels(options, tables);
    const study = await openStudy({ caps, extraction: options.preprocessing_json, transforms: transformsOf(options) }, context);
    const { sampleShape } = await study.open(tables[0].train.slice(0, 1), labels);
    return { inputSize: sampleShape, outputSize };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** The class with an input that it can take; null for a network of one's own, of which no such input is known. */
function exampleOf(options: TrainOptions): Network | null {
  const { architecture, network_task } = options;
  if (isOwnNetwork(architecture)) return null;
  const inputSize = parseInputSize(networkRow(networkName(architecture, network_task)).exampleSize);
  if (network_task === 'reconstruction') return networkOf(options, inputSize, null);
  return networkOf(options, inputSize, network_task === 'classification' ? 2 : 1);
}

/** Memory with the largest part of a batch that fits. Throws what one sample throws, and the codes of `checkTrainingFits`. */
async function memoryOf(network: Network, options: TrainOptions, context: JobContext) {
  const { batch_size: batchSize } = options;
  try {
    const { made: memoryBytes, size } = await largestPart(batchSize, (batch_size) =>
      trainingMemory(network, { ...options, batch_size }, context),
    );
    return { memoryBytes, batchSize, computedBatch: size };
  } catch (error) {
    await checkTrainingFits(network, options, context);
    throw error;
  }
}

/** `line`: a command that begins a training. Null for a network of one's own without its study. Throws what its building throws. */
export async function describeNetwork(
  { line }: { readonly line: string },
  context: JobContext,
): Promise<NetworkDescription | null> {
  const options = await optionsOfLine(line, context.workspace);
  const sizes = await sizesOf(options, context);
  const network =
    sizes === undefined
      ? exampleOf(options)
      : (await openNetwork(options, sizes.inputSize, sizes.outputSize, context.workspace, { log: () => {} })).network;
  if (network === null) return null;
  const memory = await memoryOf(network, options, context);
  const view = networkView(network);
  const shown = isOwnNetwork(options.architecture)
    ? { ...view, architecture: options.architecture, summary: 'A network of one’s own, which Python’s ClinicaDL does not know.' }
    : view;
  return { network: shown, ofStudy: sizes !== undefined, ...memory };
}
