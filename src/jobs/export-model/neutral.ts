/** @file The parameters of a training without its places: what `maps.json` of a model that is handed over says. */
import { type ExtractionJson, printExtractionJson } from '../../caps/extraction-json';
import { type JsonObject, type PythonObject, readJson } from '../../formats/json';
import { fieldsInFile } from '../../options/derive/fields';
import { mapsJsonOf } from '../../options/derive/maps-json';
import { type TrainOptions, trainSchema } from '../../options/train';
import { rememberedExtraction } from '../remembered-extraction';

/** Name of the extraction, whatever it was called. */
export const extractionName = 'extraction.json';

/** Texts that say what the network is and predicts; any other could say where something lay, or whose it was. */
const kept: readonly string[] = ['architecture', 'label'];

/** Of the parameters in the file `path`, without the name and the place that it had. */
export function neutralExtraction(parameters: Readonly<Record<string, unknown>>, path: string): ExtractionJson {
  const { masks_location: _, ...extraction } = { masks_location: '', ...rememberedExtraction(parameters, path) };
  return { ...extraction, extract_json: extractionName } as ExtractionJson;
}

/** `began`: the training began with the networks of another MAPS, which the leak check has to know where there is one. */
export function neutralMapsJson(
  training: TrainOptions,
  parameters: Readonly<Record<string, unknown>>,
  began: boolean,
): PythonObject {
  const neutral = fieldsInFile(trainSchema(training.network_task))
    .filter(({ key, field }) => (field.kind === 'path' || field.kind === 'text') && !kept.includes(key))
    .map(({ key, field }) => [key, field.default] as const);
  const { num_networks, output_size, input_size, validation } = parameters;
  return mapsJsonOf(
    {
      ...training,
      ...Object.fromEntries(neutral),
      caps_directory: '',
      tsv_directory: '',
      transfer_path: began ? 'left-out' : false,
    },
    {
      network_task: training.network_task,
      architecture: training.architecture,
      label_code: training.network_task === 'classification' ? training.label_code : null,
      preprocessing_dict: readJson(printExtractionJson(neutralExtraction(parameters, 'maps.json'))) as JsonObject,
      mode: parameters.mode as string,
      validation: validation === 'KFoldSplit' ? validation : 'SingleSplit',
      num_networks: typeof num_networks === 'number' ? num_networks : 1,
      output_size: output_size as number | readonly number[],
      input_size: input_size as readonly number[],
    },
  );
}
