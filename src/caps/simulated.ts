/** @file Whether a CAPS says of itself that no real person is in it. */
import type { Folder } from '../folders/folder';
import { readJson } from '../formats/json';

const descriptionFile = 'dataset_description.json';
const mostBytes = 1 << 20;

/** The sample study and generated cohorts say `"Simulated": true`. False for all that do not say so, or not readably. */
export async function isSimulated(caps: Folder): Promise<boolean> {
  try {
    const json = readJson(await caps.read(descriptionFile), { maxBytes: mostBytes });
    return typeof json === 'object' && json !== null && 'Simulated' in json && json.Simulated === true;
  } catch {
    return false; // an ordinary CAPS need not have the file
  }
}
