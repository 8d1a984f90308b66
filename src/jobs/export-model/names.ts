/** @file Looks for the people and places of a MAPS in what is handed over: names that stand where nobody expects them. */
import { appError } from '../../base/errors';
import type { Folder } from '../../folders/folder';
import { readJson } from '../../formats/json';
import { isPredictedGroup, listGroups, readGroup, readTrainingSessions, readTrainValidation } from '../../maps/groups';
import { participantKey } from '../../maps/leakage';

/** Participants of the training and of every group, and paths with more than one name. */
export async function namesIn(maps: Folder, parameters: Readonly<Record<string, unknown>>): Promise<string[]> {
  const rows = [...(await readTrainingSessions(maps)), ...(await readTrainValidation(maps, true))];
  const keys = ['caps_directory', 'tsv_path', 'transfer_path', 'caps_target', 'tsv_target_lab', 'tsv_target_unlab'];
  const paths: unknown[] = keys.map((key) => parameters[key]);
  for (const name of await listGroups(maps)) {
    if (!(await isPredictedGroup(maps, name))) continue;
    const group = await readGroup(maps, name, null, null);
    rows.push(...group.rows);
    paths.push(group.caps_directory);
  }
  const places = paths.filter((path): path is string => typeof path === 'string' && /.[/\\]./.test(path));
  return [...new Set([...rows.map(participantKey), ...places])].filter((name) => name !== '');
}

const decoder = new TextDecoder('utf-8');

/** Throws `export-names` when a text has one of them. JSON is also searched as what it says, whatever it is written with. */
export function refuseNames(file: string, bytes: Uint8Array, names: readonly string[], maps: string): void {
  const text = decoder.decode(bytes);
  const texts = file.endsWith('.json') ? [text, JSON.stringify(readJson(text, { maxBytes: text.length }))] : [text];
  const found = names.find((name) => texts.some((one) => one.includes(name)));
  if (found !== undefined) throw appError('export-names', { file, found, maps }, { where: maps });
}
