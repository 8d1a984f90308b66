/** @file Which tensor files a session has for an extraction; folders are listed, nothing is read. */
import { type Issue, makeIssue } from '../base/issues';
import { highestRun } from '../caps/caps-index';
import { type SessionKey, sessionText } from '../caps/entities';
import type { ExtractionJson } from '../caps/extraction-json';
import { fileNamePattern } from '../caps/glob';
import { tensorsPath } from '../caps/layout';
import { nameMatcher } from '../caps/older-names';
import { tensorNameReader } from '../caps/tensor-names';
import type { Folder } from '../folders/folder';

/** Paths inside the CAPS, by the number in the file's name; a whole image has number 0. */
export type TensorFiles = ReadonlyMap<number, string>;

export type FoundTensors = { readonly files: TensorFiles } | { readonly problem: Issue };

/**
 * The files of one session in the order of their numbers: the saved elements, or the whole image. The problem is `tensor-missing`
 * when there is none, `tensor-twice` when those of several images fit.
 */
export async function findTensors(caps: Folder, session: SessionKey, json: ExtractionJson): Promise<FoundTensors> {
  const folder = tensorsPath(session, json.prepare_dl ? json.mode : 'image', json.preprocessing);
  const where = sessionText(session);
  const names = (await caps.kindOf(folder)) === 'folder' ? (await caps.list(folder)).map((entry) => entry.name) : [];
  const read = tensorNameReader(json);
  const pattern = fileNamePattern(json.file_type.pattern);
  const fits = nameMatcher(json.file_type);
  const byImage = new Map<string, Map<number, string>>();
  for (const name of names) {
    const found = read(name);
    if (found === undefined) continue;
    const { image, element } = found;
    if (json.mode !== 'roi' || !json.prepare_dl) if (!fits(`${image}.nii.gz`) && !fits(`${image}.nii`)) continue;
    byImage.set(image, (byImage.get(image) ?? new Map<number, string>()).set(element, `${folder}/${name}`));
  }
  const images = [...byImage.keys()];
  if (images.length === 0) {
    const extracted = json.prepare_dl ? `${json.mode} tensors` : 'tensor';
    return { problem: makeIssue('tensor-missing', { session: where, extracted, pattern, folder }, where, 'error') };
  }
  const image = images.length === 1 ? images[0] : highestRun(images);
  if (image === undefined)
    return { problem: makeIssue('tensor-twice', { session: where, folder, images: images.join(', ') }, where, 'error') };
  const sorted = [...byImage.get(image)!].sort(([a], [b]) => a - b);
  return { files: new Map(sorted) };
}
