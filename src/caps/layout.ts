/** @file Every path inside a CAPS folder; the names of the tensor files are made in `tensor-names.ts`. */

import type { SessionKey } from './entities';
import { tensorFolderOf } from './preprocessing';

export type ExtractionMode = 'image' | 'slice' | 'patch' | 'roi';

/** Folder of all participants. */
export const subjectsPath = 'subjects';
/** Folder of the JSON files that `prepare-data` writes. */
export const extractionsPath = 'tensor_extraction';

/** Folder of a session. */
export function sessionPath({ participant_id, session_id }: SessionKey): string {
  return `${subjectsPath}/${participant_id}/${session_id}`;
}

/** Folder that holds everything `prepare-data` writes for a session. */
export const preparedFolder = 'deeplearning_prepare_data';

/** Folder of the tensors of one session, mode and preprocessing. */
export function tensorsPath(session: SessionKey, mode: ExtractionMode, preprocessing: string): string {
  return `${sessionPath(session)}/${preparedFolder}/${mode}_based/${tensorFolderOf(preprocessing)}`;
}

/** The name with `.json`, which is added when it is missing. */
export function extractionFileName(name: string): string {
  return name.endsWith('.json') ? name : `${name}.json`;
}

/** Path of the JSON of that name, with or without `.json`. */
export function extractionPath(name: string): string {
  return `${extractionsPath}/${extractionFileName(name)}`;
}

/** Folder of all masks. */
export const masksRoot = 'masks';

/** Folder of the masks of one template. */
export function masksPath(template: string): string {
  return `${masksRoot}/tpl-${template}`;
}
