/** @file Where the voxels of a model input lie in space, by the header of the image that it was cut from. */
import { chooseImage, sessionFiles } from '../caps/caps-index';
import type { SessionKey } from '../caps/entities';
import type { ExtractionJson } from '../caps/extraction-json';
import type { Folder } from '../folders/folder';
import type { Affine } from '../formats/nifti-affine';
import { type Extraction, elementId, elementOrigin } from '../images/extract';
import { reductionStart, type TransformOptions } from '../images/transforms';
import { tripleOf } from '../images/volume';
import { extractionOfJson, readMasks } from './extraction-plan';
import type { ImageGeometry, Readers } from './readers';

export interface PlaceRequest {
  readonly caps: Folder;
  /** CAPS with the masks of regions; absent: the same. */
  readonly masksIn?: Folder;
  readonly extraction: ExtractionJson;
  readonly transforms: TransformOptions;
  readonly readers: Readers;
  readonly signal: AbortSignal;
}

/** Voxel → millimetres of an element; null where the CAPS has no NIfTI file of the session, since tensors do not know. */
export type ElementPlaces = (session: SessionKey, element: number) => Promise<Affine | null>;

/** Headers are read once while elements of one session follow each other. Throws what `readMasks` and `inspectImage` throw. */
export async function elementPlaces(request: PlaceRequest): Promise<ElementPlaces> {
  const { caps, masksIn = caps, extraction: json, transforms } = request;
  const masks = json.mode === 'roi' ? await readMasks(masksIn, json) : [];
  const cut = extractionOfJson(json, masks);
  const factor = transforms.sizeReductionFactor;
  const start = factor === null ? [0, 0, 0] : reductionStart(factor);
  let last: { readonly key: string; readonly geometry: ImageGeometry | null } | undefined;
  return async (session, element) => {
    const key = `${session.participant_id}\t${session.session_id}`;
    if (last?.key !== key) last = { key, geometry: await headerOf(session, request) };
    const { geometry } = last;
    if (geometry === null || geometry.affine === null) return null;
    const origin = elementOrigin(cut, tripleOf(geometry.shape, key), indexOf(cut, element));
    const first = origin.map((voxel, axis) => voxel + start[axis]);
    return moved(geometry.affine, first, factor ?? 1);
  };
}

/** The number of an element in its image, from the number that predictions name it by. */
const indexOf = (cut: Extraction, element: number): number => element - elementId(cut, 0);

async function headerOf(session: SessionKey, { caps, extraction, readers, signal }: PlaceRequest): Promise<ImageGeometry | null> {
  const { row } = chooseImage(session, await sessionFiles(caps, session), extraction.file_type);
  return row === undefined ? null : readers.inspectImage({ caps, path: row.path }, signal);
}

/** The matrix of a grid whose first voxel is `first`, and whose voxels are `step` apart. */
function moved(affine: Affine, first: readonly number[], step: number): Affine {
  return affine.map((row, i) =>
    i === 3
      ? row
      : [row[0] * step, row[1] * step, row[2] * step, row[0] * first[0] + row[1] * first[1] + row[2] * first[2] + row[3]],
  );
}
