/** @file What a CAPS says of itself in `dataset_description.json`. */
import type { Folder } from '../folders/folder';
import { type JsonObject, readJson } from '../formats/json';

const descriptionFile = 'dataset_description.json';
const mostBytes = 1 << 20;

/** Empty where the file is not there, or cannot be read: an ordinary CAPS need not have it, and nothing is claimed of a damaged one. */
export async function readDescription(caps: Folder): Promise<JsonObject> {
  try {
    const json = readJson(await caps.read(descriptionFile), { maxBytes: mostBytes });
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
  } catch {
    return {};
  }
}

/** The sample study and generated cohorts say `"Simulated": true`: no real person is in them. */
export async function isSimulated(caps: Folder): Promise<boolean> {
  return (await readDescription(caps)).Simulated === true;
}
