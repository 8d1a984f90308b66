/** @file The image that a prediction is of, and which parts of it the network saw. Reads only. */
import { AppError } from '../base/errors';
import { extractionOfJson, readMasks } from '../batches/extraction-plan';
import { readImageHeader } from '../batches/read-image';
import { chooseImage, sessionFiles } from '../caps/caps-index';
import { isSimulated } from '../caps/description';
import type { SessionKey } from '../caps/entities';
import { joinPath } from '../folders/names';
import type { Triple } from '../images/volume';
import { readGroup } from '../maps/groups';
import { isTrainingGroup } from '../maps/layout';
import { readParameters } from '../maps/maps';
import { boxesOf, type CutBox } from './image-view';
import type { JobContext } from './job-context';
import { predictedParameters } from './predicted-parameters';
import { rememberedExtraction } from './remembered-extraction';
import { mapsPlace, rememberedPath } from './study-paths';

export interface PredictedImage {
  /** In the workspace. */
  readonly path: string;
  /** Of the inputs of the network; none where it saw the whole image. */
  readonly boxes: readonly CutBox[];
  /** The CAPS says that no real person is in it. */
  readonly simulated: boolean;
}

export interface PredictedImageRequest extends SessionKey {
  /** In the workspace. */
  readonly maps: string;
  readonly group: string;
  readonly split: number;
}

/** Null where the image is not in the opened folder, or the group is of several cohorts. */
export async function predictedImage(
  { maps: path, group: name, split, participant_id, session_id }: PredictedImageRequest,
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<PredictedImage | null> {
  const maps = workspace.sub(path);
  const parameters = await predictedParameters(maps, await readParameters(maps, path));
  const extraction = rememberedExtraction(parameters, `${path}/maps.json`);
  const group = await readGroup(maps, name, isTrainingGroup(name) ? split : null, null);
  if (group.multi_cohort) return null;
  const silent = { workspace, log: () => {}, issue: () => {} };
  try {
    const caps = await rememberedPath(group.caps_directory, await mapsPlace(maps, path), silent);
    const folder = workspace.sub(caps);
    const session = { participant_id, session_id };
    const { row } = chooseImage(session, await sessionFiles(folder, session), extraction.file_type);
    if (row === undefined) return null;
    const [x, y, z] = (await readImageHeader(folder, row.path)).shape;
    const shape: Triple = [x, y, z];
    const cut = extractionOfJson(extraction, extraction.mode === 'roi' ? await readMasks(folder, extraction) : []);
    const boxes = cut.mode === 'image' ? [] : boxesOf(cut, shape, row.path);
    return { path: joinPath(caps, row.path), boxes, simulated: await isSimulated(folder) };
  } catch (error) {
    if (error instanceof AppError) return null; // the results are there all the same
    throw error;
  }
}
