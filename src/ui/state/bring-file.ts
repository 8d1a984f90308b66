/** @file A file that the person gives for an option, into the open folder. */
import type { Folder } from '../../folders/folder';
import type { Session } from './session';

/** Folders of such files, by the key of the option. */
const folders: Readonly<Record<string, string>> = {
  pretrained: 'pretrained',
  architecture: 'networks',
  weights: 'quality_check',
  eyes_segmentation: 'quality_check',
  pet_contour: 'quality_check',
  mask_file: 'masks',
};

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** `weights.pth`, else `weights_2.pth`, …: the first path that is free or holds these bytes already. */
async function placeFor(folder: Folder, wanted: string, bytes: Uint8Array): Promise<{ path: string; isThere: boolean }> {
  const [, stem, ending] = /^(.*?)(\.[^.]*)?$/.exec(wanted)!;
  for (let number = 1; ; number++) {
    const path = number === 1 ? wanted : `${stem}_${number}${ending ?? ''}`;
    const kind = await folder.kindOf(path);
    if (kind === undefined) return { path, isThere: false };
    if (kind === 'file' && (await folder.file(path)).sizeBytes === bytes.length && isSame(await folder.read(path), bytes))
      return { path, isThere: true };
  }
}

/**
 * Writes the file, unless it is there; another one of its name stays as it is. Returns its path in the folder. Throws what `Session.edit`
 * and writing throw (`folder-busy`, `permission-withdrawn`, `disk-full`, `name-refused`).
 */
export async function bringFile(
  session: Pick<Session, 'edit' | 'refresh'>,
  option: string,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const path = await session.edit(async (folder) => {
    const place = await placeFor(folder, `${folders[option] ?? 'files'}/${name}`, bytes);
    if (!place.isThere) await folder.write(place.path, bytes);
    return place.path;
  });
  await session.refresh([path]);
  return path;
}
