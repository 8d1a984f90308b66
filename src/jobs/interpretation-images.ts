/** @file The maps of an interpretation that are NIfTI images, and the people whom they can be laid over. Reads only. */
import type { SessionKey } from '../caps/entities';
import type { Folder } from '../folders/folder';
import { readJson } from '../formats/json';
import { readGroup } from '../maps/groups';
import { interpretationDescription, isTrainingGroup } from '../maps/layout';

export interface InterpretationImage {
  /** `mean, roi 0`; `sub-01 ses-M000, roi 0`. */
  readonly title: string;
  /** In the workspace. */
  readonly path: string;
  /** Null for a mean. */
  readonly person: SessionKey | null;
}

export interface InterpretationImages {
  /** What the map is, as `description.json` says it. */
  readonly what: string;
  readonly images: readonly InterpretationImage[];
  /** Of the group, for what is laid beneath a mean. */
  readonly people: readonly SessionKey[];
}

export interface InterpretationRequest {
  /** In the workspace. */
  readonly maps: string;
  /** Of the interpretation, inside the MAPS. */
  readonly folder: string;
  readonly group: string;
  readonly split: number;
}

const ending = '_map.nii.gz';
const meanName = /^mean_([a-z]+)-(\d+)$/;
const ownName = /^(.+)_(ses-[^_]+)_([a-z]+)-(\d+)$/;

function imageOf(file: string, folder: string): InterpretationImage[] {
  if (!file.endsWith(ending)) return [];
  const name = file.slice(0, -ending.length);
  const path = `${folder}/${file}`;
  const mean = meanName.exec(name);
  if (mean !== null) return [{ title: `mean, ${mean[1]} ${mean[2]}`, path, person: null }];
  const own = ownName.exec(name);
  if (own === null) return [];
  const [, participant_id, session_id, mode, number] = own;
  return [{ title: `${participant_id} ${session_id}, ${mode} ${number}`, path, person: { participant_id, session_id } }];
}

/** Means first. No images where the maps were saved as tensors alone. */
export async function interpretationImages(
  { maps: path, folder, group: name, split }: InterpretationRequest,
  workspace: Folder,
): Promise<InterpretationImages> {
  const place = `${path}/${folder}`;
  const files = (await workspace.list(place)).map(({ name: file }) => file);
  const images = files.flatMap((file) => imageOf(file, place));
  const about = `${place}/${interpretationDescription}`;
  const said = files.includes(interpretationDescription)
    ? (readJson(await workspace.read(about), { where: about }) as { readonly map?: unknown })
    : {};
  const { rows } = await readGroup(workspace.sub(path), name, isTrainingGroup(name) ? split : null, null);
  return {
    what: typeof said.map === 'string' ? said.map : '',
    images: [...images.filter(({ person }) => person === null), ...images.filter(({ person }) => person !== null)],
    people: rows.map(({ participant_id, session_id }) => ({ participant_id, session_id })),
  };
}
