/** @file On which grids the registered images of a CAPS lie: cropped and uncropped, by the first image of each. Reads headers only. */
import { listFirstParticipants, listSessionFiles } from '../caps/caps-index';
import type { Folder } from '../folders/folder';
import type { Affine } from '../formats/nifti-affine';
import type { JobContext } from './job-context';

export interface ImageGrid {
  readonly cropped: boolean;
  readonly shape: readonly number[];
  readonly affine: Affine;
  /** The image that tells, inside the CAPS. */
  readonly path: string;
}

/** So many participants are looked at for one of each. */
const PARTICIPANTS = 24;

const imageName = /space-MNI152NLin2009cSym(_desc-Crop)?_res-1x1x1_(?:[^/]*_)?(?:T1w|T2w|flair|pet)\.nii(?:\.gz)?$/i;

/** Cropped first. Throws the codes of `listParticipants` and of reading a header. */
export async function imageGrids(
  caps: Folder,
  { readers, signal }: Pick<JobContext, 'readers' | 'signal'>,
): Promise<ImageGrid[]> {
  const { participants } = await listFirstParticipants(caps, PARTICIPANTS);
  const sessions = await listSessionFiles(caps, participants, signal);
  const files = sessions.flatMap((session) => session.files);
  const grids: ImageGrid[] = [];
  for (const cropped of [true, false]) {
    const path = files.find((file) => {
      const found = imageName.exec(file);
      return found !== null && (found[1] !== undefined) === cropped;
    });
    if (path === undefined) continue;
    const { shape, affine } = await readers.inspectImage({ caps, path }, signal);
    if (affine !== null) grids.push({ cropped, shape, affine, path });
  }
  return grids;
}
