/** @file `train from_json`: a new training with the parameters of an earlier one, of any version, as its `maps.json` tells them. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { parentOf } from '../folders/names';
import { type JsonObject, readJson } from '../formats/json';
import { pretrainedIn } from '../maps/description';
import { informationFile } from '../maps/layout';
import { readEnvironment } from '../maps/maps';
import { refusePredictOnly } from '../maps/predict-only';
import { shown } from '../options/derive/check';
import { readConfigJson } from '../options/derive/config-json';
import { optionsOfMapsJson } from '../options/derive/maps-json';
import { modernMapsJson } from '../options/derive/maps-json-versions';
import { checkTrain, isTask, type TrainOptions } from '../options/train';
import type { TrainFromJsonOptions } from '../options/train-from-json';
import { dropoutThere, halfWherePossible } from './earlier-training';
import type { Job } from './job-context';
import { rememberedExtraction } from './remembered-extraction';
import { mapsPlace, rememberedPath, rememberedTarget } from './study-paths';
import { type TrainResult, trainNew } from './train';
import { transferSource } from './transfer';

const isFolderOfMaps = async (folder: Folder): Promise<boolean> => (await folder.kindOf(informationFile)) === 'file';

export const trainFromJsonJob: Job<TrainFromJsonOptions, TrainResult> = async (options, context) => {
  const { config_json: path, output_maps_directory } = options;
  const { workspace } = context;
  const bytes = await workspace.read(path);
  const found = readJson(bytes, { where: path });
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw appError('config-file-kind', { path, found: 'JSON without keys' }, { where: path });
  const json = found as JsonObject;
  const { network_task: task = 'classification' } = json;
  if (!isTask(task)) {
    const values = { option: 'network_task', found: shown(task), expected: 'one of classification, regression, reconstruction' };
    throw appError('option-value', values, { where: path });
  }
  // Strict first: a key that no training has would be ignored.
  readConfigJson(bytes, path, task);
  const folder = workspace.sub(parentOf(path));
  await refusePredictOnly(folder, parentOf(path));
  const remembered = optionsOfMapsJson(json, path, 'resume', path);
  const split = options.split.length > 0 ? options.split : remembered.split;
  if (options.split.length === 0 && split.length > 0)
    context.log(`Only split ${split.join(', ')} is trained, as ${path} says; --split names others.`);
  const place = await mapsPlace(folder, parentOf(path));
  const environment = (await isFolderOfMaps(folder)) ? await readEnvironment(folder) : '';
  const source = transferSource(remembered);
  const noted = options.pretrained === null ? pretrainedIn(environment) : null;
  const training: TrainOptions = {
    ...remembered,
    output_maps_directory,
    split,
    caps_directory: await rememberedPath(remembered.caps_directory, place, context),
    tsv_directory: await rememberedPath(remembered.tsv_directory, place, context),
    ...(await rememberedTarget(remembered, place, context)),
    transfer_path: source === null ? false : await rememberedPath(source, place, context),
    amp: await halfWherePossible(remembered, 'it is trained', context),
    dropout: dropoutThere(environment, remembered),
    pretrained: options.pretrained ?? noted?.path ?? null,
  };
  checkTrain(training.network_task, { ...training, emissions_calculator: false });
  const parameters = modernMapsJson(json);
  rememberedExtraction(parameters, path);
  const extraction = parameters.preprocessing_dict as JsonObject;
  return trainNew(training, context, { networksIn: folder, extraction, noted });
};
