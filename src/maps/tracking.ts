/**
 * @file `--track_exp`: what a tracker would be told of a training, as files that a small program hands to it elsewhere. Nothing leaves the
 * computer from here.
 */
import type { Folder } from '../folders/folder';
import { type JsonObject, type JsonValue, printPythonJson } from '../formats/json';
import { type NetworkNumber, trainingLogFile } from './layout';
import { readTrainingLog, type TrainingLog } from './training-log';

const trackingFolder = 'tracking';
/** Comes with the app. */
export const sendAsset = 'tracking/send.py';
/** Browsers do not write names that end with .py into a picked folder; Python runs it under any name. */
export const sendProgram = `${trackingFolder}/send.txt`;

/** A run is a network of a split. */
const runName = (split: number, network: NetworkNumber): string =>
  `split-${split}${network === null ? '' : `_network-${network}`}`;

/** The last row of each epoch: its number and the values that are numbers, by column. */
function epochsOf({ header, rows }: TrainingLog): JsonObject[] {
  const at = header.indexOf('epoch');
  return rows
    .filter((row, i) => rows[i + 1]?.[at] !== row[at])
    .map((row) => {
      const values = header.map((name, i) => [name, row[i]] as const);
      const numbers = values.filter(
        ([name, text]) => /_(train|valid)$/.test(name) && text !== '' && Number.isFinite(Number(text)),
      );
      return { epoch: Number(row[at]), metrics: Object.fromEntries(numbers.map(([name, text]) => [name, Number(text)])) };
    });
}

/**
 * Writes a run anew from its log. `name`: of the MAPS, `parameters`: its maps.json, without what describes the extraction, as ClinicaDL
 * tells trackers.
 */
export async function writeTracking(
  maps: Folder,
  { split, network }: { readonly split: number; readonly network: NetworkNumber },
  name: string,
  parameters: JsonObject,
): Promise<void> {
  const path = trainingLogFile(split, network);
  if ((await maps.kindOf(path)) !== 'file') return;
  const { preprocessing_dict: _, ...rest } = parameters;
  const head: JsonObject = { experiment: `clinicadl-${name}`, group: name, run: runName(split, network), parameters: rest };
  const lines: JsonValue[] = [head, ...epochsOf(readTrainingLog(await maps.read(path), path))];
  await maps.write(
    `${trackingFolder}/${runName(split, network)}.jsonl`,
    new TextEncoder().encode(lines.map((line) => `${printPythonJson(line)}\n`).join('')),
  );
}
