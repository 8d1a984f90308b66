/** @file The MAPS of an interrupted training, copied so that ClinicaDL 1.6.1 can go on with it in the folder of a job. */
import type { Folder } from '../../folders/folder';
import { walk } from '../../folders/walk';
import { type PythonObject, type PythonValue, printPythonJson, readPythonJson } from '../../formats/json';
import {
  checkpointFile,
  groupFolder,
  informationFile,
  optimizerFile,
  parametersFile,
  splitFolder,
  temporaryFolder,
} from '../../maps/layout';
import { listSplits } from '../../maps/maps';
import { isUnfinished } from '../../maps/maps-writer';
import { epochOf, readCheckpoint } from '../../maps/weights';
import { capsFolder, mapsFolder, splitsFolder } from './layout';

export interface StoppedSplit {
  readonly split: number;
  /** Of the checkpoint, 0-based: 1.6.1 trains it again. */
  readonly epoch: number;
}

export interface ResumedMaps {
  /** Files inside the MAPS that are copied. */
  readonly files: readonly string[];
  readonly stopped: readonly StoppedSplit[];
}

/** Both files of `tmp`, without which 1.6.1 cannot go on with a split. */
async function hasCheckpoint(maps: Folder, split: number): Promise<boolean> {
  for (const path of [checkpointFile(split), optimizerFile(split)]) if ((await maps.kindOf(path)) !== 'file') return false;
  return true;
}

/**
 * What of a MAPS goes along: all but the marks of this program, and splits that were stopped before their first epoch had ended, which
 * 1.6.1 begins anew when it finds nothing of them.
 */
export async function resumedMaps(maps: Folder, signal: AbortSignal): Promise<ResumedMaps> {
  const stopped: StoppedSplit[] = [];
  const left: string[] = [];
  for (const split of await listSplits(maps)) {
    if (!(await isUnfinished(maps, split))) continue;
    if (!(await hasCheckpoint(maps, split))) {
      left.push(`${splitFolder(split)}/`);
      continue;
    }
    const path = checkpointFile(split);
    stopped.push({ split, epoch: epochOf(readCheckpoint(await maps.read(path), path), path) });
    left.push(`${temporaryFolder(split)}/run.json`);
  }
  const files = (await walk(maps, '', signal)).filter(
    ({ kind, path }) => kind === 'file' && !left.some((one) => path.startsWith(one)),
  );
  return { files: files.map(({ path }) => path), stopped };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const isObject = (value: PythonValue): value is PythonObject =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The JSON with other values for keys that it has. */
function changed(bytes: Uint8Array<ArrayBuffer>, where: string, changes: PythonObject): Uint8Array<ArrayBuffer> {
  const json = readPythonJson(bytes, { where });
  if (!isObject(json)) return bytes;
  const entries = Object.entries(json).map(([key, value]) => [key, Object.hasOwn(changes, key) ? changes[key] : value]);
  return encoder.encode(printPythonJson(Object.fromEntries(entries), { indent: 4 }));
}

/** The content of a file of the MAPS in the job: its paths begin there, and nothing is sent or measured from there. */
export function contentInJob(path: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (path === parametersFile)
    return changed(bytes, path, {
      caps_directory: capsFolder,
      tsv_path: splitsFolder,
      track_exp: '',
      emissions_calculator: false,
    });
  const isTraining = ['train', 'validation'].some((group) => path.startsWith(`${groupFolder(group, null)}/`));
  if (isTraining && path.endsWith('/maps.json')) return changed(bytes, path, { caps_directory: capsFolder });
  if (path === informationFile)
    return encoder.encode(decoder.decode(bytes).replace(/^(- Path :\t).*$/m, (_, start: string) => start + mapsFolder));
  return bytes;
}
