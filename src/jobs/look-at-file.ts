/** @file A file that an option names, looked at while the form is filled in: what it is, or at once why it cannot be that. Reads only. */
import type { Folder } from '../folders/folder';
import { gunzip, isGzip } from '../formats/gzip';
import { readJson } from '../formats/json';
import { readNifti } from '../formats/nifti';
import { makeRoiMask } from '../images/roi-mask';
import { layersIn } from '../networks/own-network';
import { type WeightsNote, weightsNote } from './pretrained-file';
import { isKnownOption, type KnownNote, knownNote } from './quality-check/known-file';

export interface FileRequest {
  /** Key of the option. */
  readonly option: string;
  /** In the open folder; of `bytes`, the name that messages say. */
  readonly path: string;
  /** Of the files that the option takes: `.json` lists layers, `.nii.gz` is a mask, any other holds weights. */
  readonly ending: string;
  /** Content of a file that does not lie in the folder yet. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

export type FileNote =
  | ({ readonly kind: 'known' } & KnownNote)
  | ({ readonly kind: 'weights' } & WeightsNote)
  /** A network of one's own; whether its layers fit is known with the study alone. */
  | { readonly kind: 'network'; readonly layers: number }
  /** A region; whether it lies on the grid of the images is known with the CAPS alone. */
  | { readonly kind: 'mask'; readonly shape: readonly number[]; readonly binary: boolean };

const MAX_MASK_BYTES = 2 ** 28;

/** Throws what reading such a file throws. */
export async function lookAtFile({ option, path, ending, bytes }: FileRequest, workspace: Folder): Promise<FileNote> {
  const content = bytes ?? (await workspace.read(path));
  if (isKnownOption(option)) return { kind: 'known', ...(await knownNote(option, content, path)) };
  if (ending === '.json') return { kind: 'network', layers: layersIn(readJson(content, { where: path }), path).length };
  if (ending === '.nii.gz') {
    const image = readNifti(isGzip(content) ? await gunzip(content, { maxBytes: MAX_MASK_BYTES, where: path }) : content, {
      where: path,
    });
    const { shape, binary } = makeRoiMask('', image.shape, image.data, path);
    return { kind: 'mask', shape, binary };
  }
  return { kind: 'weights', ...(await weightsNote(content, path)) };
}
