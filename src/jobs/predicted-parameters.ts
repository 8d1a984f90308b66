/** @file The parameters of a MAPS as they are for who is predicted: of a network that was adapted, the images are those of the target. */
import type { Folder } from '../folders/folder';
import { type JsonObject, readJson } from '../formats/json';
import { targetExtractionFile } from '../maps/layout';
import { modernMapsJson } from '../options/derive/maps-json-versions';

/** `written`: maps.json. Without the file of the target's extraction, as in a model that was handed over, it is the one that maps.json has. */
export async function predictedParameters(
  maps: Folder,
  written: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const parameters = modernMapsJson(written);
  if (parameters.ssda_network !== true || (await maps.kindOf(targetExtractionFile)) !== 'file') return parameters;
  const extraction = readJson(await maps.read(targetExtractionFile), { where: targetExtractionFile });
  return { ...parameters, preprocessing_dict: extraction as JsonObject };
}
