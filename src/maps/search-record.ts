/** @file What a random search leaves in its MAPS beside the files of ClinicaDL: its file as it was, the seed, and what was drawn. */
import type { Folder } from '../folders/folder';
import { type JsonObject, printPythonJson, readJson } from '../formats/json';

export const searchFileCopy = 'random_search.toml';
export const searchRecordFile = 'random_search.json';

export interface SearchNote {
  readonly seed: number;
  /** By key, in the order of the draws. */
  readonly drawn: Readonly<Record<string, unknown>>;
}

/** The two files by name. */
export function searchFiles(toml: Uint8Array<ArrayBuffer>, note: SearchNote): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const json = printPythonJson({ seed: note.seed, drawn: note.drawn as JsonObject }, { indent: 4 });
  return new Map([
    [searchFileCopy, toml],
    [searchRecordFile, new TextEncoder().encode(json)],
  ]);
}

/** Null for a MAPS that no random search of this program made. */
export async function readSearchNote(maps: Folder): Promise<SearchNote | null> {
  if ((await maps.kindOf(searchRecordFile)) !== 'file') return null;
  const json = readJson(await maps.read(searchRecordFile), { where: `${maps.name}/${searchRecordFile}` });
  const { seed, drawn } = (json ?? {}) as Partial<SearchNote>;
  return typeof seed === 'number' && typeof drawn === 'object' && drawn !== null ? { seed, drawn } : null;
}
