/** @file The files of a MAPS that are there before its first network. */
import { printExtractionJson } from '../caps/extraction-json';
import type { Folder } from '../folders/folder';
import { type JsonObject, printPythonJson, readJson } from '../formats/json';
import { printEnvironment, printInformation, printPretrained } from '../maps/description';
import { writeFirstDomain } from '../maps/first-domain';
import { type GroupRow, writeGroup, writeTrainValidation } from '../maps/groups';
import { environmentFile, informationFile, leftOutNote, parametersFile, targetExtractionFile } from '../maps/layout';
import { sendAsset, sendProgram } from '../maps/tracking';
import { leftOutText } from '../maps/training-list';
import { printLayers } from '../networks/print';
import { mapsJsonOf } from '../options/derive/maps-json';
import type { JobContext } from './job-context';
import { keptNetwork } from './own-network-file';
import type { Training } from './plan-training';
import type { Pretrained } from './pretrained-file';
import { type Transfer, withSeen } from './transfer';

const encoder = new TextEncoder();

/** The folder, but files that exist are left as they are. */
function addingTo(folder: Folder): Folder {
  return {
    ...folder,
    write: async (path, bytes) => {
      if ((await folder.kindOf(path)) === undefined) await folder.write(path, bytes);
    },
  };
}

export interface CreateOptions {
  /** As the groups are to remember it. */
  readonly capsDirectory?: string;
  readonly targetDirectory?: string;
  readonly pretrained?: Pretrained | null;
  readonly transfer?: Transfer | null;
  /** More files of the MAPS, by name. */
  readonly files?: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** maps.json, the groups of all splits, information.log, environment.txt; those that a MAPS lacks, when it was begun before. */
export async function createMaps(
  training: Training,
  context: JobContext,
  {
    capsDirectory = training.options.caps_directory,
    targetDirectory = training.options.caps_target,
    pretrained = null,
    transfer = null,
    files = new Map(),
  }: CreateOptions = {},
): Promise<void> {
  const { options, study, network, labelCode } = training;
  const maps = addingTo(training.maps);
  const parameters = mapsJsonOf(options, {
    network_task: options.network_task,
    // In the order of the file in tensor_extraction.
    preprocessing_dict: readJson(printExtractionJson(study.extraction)) as JsonObject,
    mode: study.mode,
    validation: options.n_splits > 1 ? 'KFoldSplit' : 'SingleSplit',
    architecture: network.architecture,
    label_code: labelCode,
    num_networks: training.elementsPerImage,
    output_size: options.network_task === 'reconstruction' ? network.inputSize : network.outputSize,
    input_size: network.inputSize,
  });
  if (training.networkFile !== null) await maps.write(keptNetwork, training.networkFile);
  for (const [name, bytes] of files) await maps.write(name, bytes);
  if (options.track_exp !== '') await maps.write(sendProgram, await context.asset(sendAsset));
  await maps.write(parametersFile, encoder.encode(printPythonJson(parameters, { indent: 4 })));
  if (training.target !== null)
    await maps.write(targetExtractionFile, encoder.encode(printExtractionJson(training.target.study.extraction)));
  await writeTrainValidation(maps, withSeen(training.seen, transfer));
  if (training.target !== null) await writeFirstDomain(maps, training.tables, training.target.unlabelled);
  if (transfer?.seenOthers === true) await maps.write(leftOutNote, leftOutText(true));
  // Results of a network that was adapted to a second domain are of that one.
  const capsOf = training.target === null ? capsDirectory : targetDirectory;
  const write = (name: string, split: number, rows: readonly GroupRow[]): Promise<void> =>
    writeGroup(maps, name, split, { rows, caps_directory: capsOf, multi_cohort: options.multi_cohort }, options.label);
  for (const { split, train, validation } of training.target?.splits ?? training.tables) {
    await write('train', split, train);
    await write('validation', split, validation);
  }
  await maps.write(informationFile, encoder.encode(printInformation(training.mapsPath, printLayers(network), context.now())));
  const { name, adapter } = await context.backend();
  const environment = printEnvironment(context.version, name, adapter) + (pretrained === null ? '' : printPretrained(pretrained));
  await maps.write(environmentFile, encoder.encode(environment));
}
