/** @file Which files of a CAPS a training reads: tensors and masks, as ClinicaDL 1.6.1 looks for them. */
import { appError } from '../../base/errors';
import { mapParallel } from '../../base/parallel';
import { someOf } from '../../base/some-of';
import { findTensors } from '../../batches/find-tensors';
import { type SessionKey, sessionText } from '../../caps/entities';
import { type ExtractionJson, listExtractionNames } from '../../caps/extraction-json';
import { extractionFileName } from '../../caps/layout';
import { findMask } from '../../caps/masks';
import { maskFamilyOf } from '../../caps/preprocessing';
import type { Folder } from '../../folders/folder';
import type { Training } from '../plan-training';
import { prepareLine } from '../prepare-line';

/** Folders of sessions looked into at the same time. */
const listedAtOnce = 16;

/** Paths of the masks inside the CAPS; none where whole images, slices or patches are read. Throws what `findMask` throws. */
export async function masksOf(caps: Folder, json: ExtractionJson): Promise<string[]> {
  if (json.mode !== 'roi') return [];
  const { template, pattern } = maskFamilyOf(json);
  const cropped = json.use_uncropped_image === null ? null : !json.use_uncropped_image;
  const paths: string[] = [];
  for (const roi of json.roi_list) paths.push(await findMask(caps, { template, pattern, roi, cropped }));
  return [...new Set(paths)];
}

/** The sessions of the splits that are trained, and the first of split 0, on which 1.6.1 measures the images. */
export function sessionsRead({ tables, splits }: Pick<Training, 'tables' | 'splits'>): SessionKey[] {
  const rows = splits.flatMap((split) => [...tables[split].train, ...tables[split].validation]);
  return [...new Map([tables[0].train[0], ...rows].map((row) => [sessionText(row), row])).values()];
}

/** What makes the tensors of whole images that an extraction of elements is cut from. */
async function wholeImagesLine(caps: Folder, path: string, json: ExtractionJson): Promise<string> {
  const there = await listExtractionNames(caps);
  let name = 'image';
  for (let number = 2; there.includes(extractionFileName(name)); number++) name = `image_${number}`;
  return prepareLine({ ...json, mode: 'image' }, { caps_directory: path, subjects_sessions_tsv: null, extract_json: name });
}

/**
 * Paths of the tensors inside the CAPS: those of the elements in use, and the whole image, by whose name and size 1.6.1 finds saved
 * elements. Throws `job-tensors` when whole images are missing.
 */
export async function tensorsRead(
  { caps, path }: { readonly caps: Folder; readonly path: string },
  sessions: readonly SessionKey[],
  json: ExtractionJson,
  elementIds: readonly number[],
  signal: AbortSignal,
): Promise<string[]> {
  const saved = json.prepare_dl && json.mode !== 'image';
  const lacking: string[] = [];
  const found = await mapParallel(sessions, listedAtOnce, async (session): Promise<string[]> => {
    signal.throwIfAborted();
    const whole = await findTensors(caps, session, { ...json, prepare_dl: false });
    if (!('files' in whole)) {
      lacking.push(sessionText(session));
      return [];
    }
    const elements = saved ? await findTensors(caps, session, json) : whole;
    if (!('files' in elements)) return []; // looked at before
    const wanted = saved ? elementIds.flatMap((id) => elements.files.get(id) ?? []) : [];
    return [...whole.files.values(), ...wanted];
  });
  if (lacking.length > 0) {
    const values = { mode: json.mode, count: lacking.length, total: sessions.length, sessions: someOf(lacking.sort()) };
    throw appError('job-tensors', { ...values, line: await wholeImagesLine(caps, path, json) }, { where: path });
  }
  return found.flat();
}
