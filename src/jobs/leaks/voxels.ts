/** @file Fingerprints of images: the same voxels under two names are found, whatever their headers and packing say. */
import { AppError } from '../../base/errors';
import { mapParallel } from '../../base/parallel';
import { sha256 } from '../../base/sha256';
import { findTensors } from '../../batches/find-tensors';
import { readImage } from '../../batches/read-image';
import { readElement } from '../../batches/read-tensor';
import { chooseImage, sessionFiles } from '../../caps/caps-index';
import { isParticipantId, isSessionId, sessionText } from '../../caps/entities';
import type { ExtractionJson } from '../../caps/extraction-json';
import type { Folder } from '../../folders/folder';
import type { JobContext } from '../job-context';
import type { ImageFacts, Side, SideRow } from './facts';

const atOnce = 4;

/** Shape and values; null where all are one value, which any two broken images share. */
async function fingerprint(shape: readonly number[], data: Float32Array): Promise<string | null> {
  if (data.every((value) => value === data[0])) return null;
  const own = new Float32Array(data); // the whole buffer may be a file
  return `${shape.filter((size) => size !== 1).join('x')} ${await sha256(new Uint8Array(own.buffer))}`;
}

interface Printed {
  readonly voxels: string;
  readonly file: string;
}

/** Of the image itself, or of the tensors that were made of it. */
async function printOf(caps: Folder, row: SideRow, extraction: ExtractionJson): Promise<Printed | null> {
  if (!isParticipantId(row.participant_id) || !isSessionId(row.session_id)) return null;
  const image = chooseImage(row, await sessionFiles(caps, row), extraction.file_type).row;
  if (image !== undefined) {
    const { shape, data } = await readImage(caps, image.path);
    const voxels = await fingerprint(shape, data);
    return voxels === null ? null : { voxels, file: image.path };
  }
  const tensors = await findTensors(caps, row, extraction);
  if ('problem' in tensors) return null;
  const prints: string[] = [];
  for (const path of tensors.files.values()) {
    const { shape, data } = await readElement(caps, path);
    const voxels = await fingerprint(shape, data);
    if (voxels !== null) prints.push(voxels);
  }
  return prints.length === 0 ? null : { voxels: `tensors ${prints.join(' ')}`, file: [...tensors.files.values()][0] };
}

/** Reads every image of some sides once. */
export async function readVoxels(
  sides: readonly Side[],
  capsOf: (side: Side) => Folder | null,
  extraction: ExtractionJson,
  context: Pick<JobContext, 'report' | 'signal'>,
): Promise<ImageFacts> {
  const wanted = new Map<string, { readonly row: SideRow; readonly caps: Folder | null }>();
  for (const side of sides) for (const row of side.rows) wanted.set(sessionText(row), { row, caps: capsOf(side) });
  const prints = new Map<string, Printed>();
  const unread: string[] = [];
  let done = 0;
  await mapParallel([...wanted], atOnce, async ([session, { row, caps }]) => {
    context.signal.throwIfAborted();
    let found: Printed | null = null;
    try {
      found = caps === null ? null : await printOf(caps, row, extraction);
    } catch (error) {
      if (!(error instanceof AppError)) throw error; // a damaged image is one that could not be read
    }
    if (found === null) unread.push(session);
    else prints.set(session, found);
    context.report({ stage: 'compare images', done: ++done, total: wanted.size, unit: 'images' });
  });
  const seen = sides.flatMap((side) =>
    side.rows.flatMap((row) => {
      const print = prints.get(sessionText(row));
      return print === undefined ? [] : [{ side, row, ...print }];
    }),
  );
  return { seen, unread: unread.sort() };
}
