/** @file What weights the vote from the elements of an image to the image, in a prediction. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import type { ClassRow, PredictionRow } from '../learning/prediction';
import type { Task } from '../learning/tasks/task';
import { type ElementCount, readElementCounts } from '../maps/element-counts';
import { type PredictionLevel, predictionName, resultsFolder } from '../maps/layout';
import type { SplitPrefix } from '../maps/maps';
import { readPredictions } from '../maps/predictions';
import type { PredictOptions } from '../options/predict';
import type { StudyData } from './open-study';

export interface BestModel {
  readonly split: number;
  readonly selection_metric: string;
  readonly prefix: SplitPrefix;
}

/** As in ClinicaDL: without the leak check there is no vote. */
export function votes(options: PredictOptions, mode: PredictionLevel): boolean {
  return mode !== 'image' && !options.skip_leak_check;
}

/**
 * The table that weights a vote: the validation group of the same network, as in ClinicaDL, or what a model that was handed over has of
 * it. Throws `prediction-missing`.
 */
export async function weightRowsOf(maps: Folder, mode: PredictionLevel, task: Task, best: BestModel): Promise<PredictionRow[]> {
  const { split, selection_metric, prefix } = best;
  const path = `${resultsFolder(split, selection_metric, 'validation', prefix)}/${predictionName('validation', mode)}`;
  const counts = await readElementCounts(maps, split, selection_metric, mode);
  if (counts !== null) return counts.flatMap(rowsOfCount);
  if ((await maps.kindOf(path)) !== 'file')
    throw appError('prediction-missing', { path: `${maps.name}/${path}` }, { where: path });
  return readPredictions(await maps.read(path), mode, path, task);
}

/** What a vote asks of such a table: at which element how many predictions were right. The rows name nobody. */
function rowsOfCount({ element, right, all }: ElementCount): ClassRow[] {
  const nobody = { participant_id: '', session_id: '', elementId: element, probabilities: [] };
  return Array.from({ length: all }, (_, i) => ({ ...nobody, true_label: 0, predicted_label: i < right ? 0 : 1 }));
}

/** Throws `vote-elements-differ` when the elements of the group are not those of the table that weights them. */
export function checkVoters(weightRows: readonly PredictionRow[], { elementIds }: StudyData, image: string): void {
  if (elementIds.length === 1) return;
  const ids = (list: readonly number[]): string => [...new Set(list)].sort((a, b) => a - b).join(', ');
  const [found, expected] = [ids(elementIds), ids(weightRows.map((row) => row.elementId))];
  if (found !== expected) throw appError('vote-elements-differ', { image, found, expected }, { where: image });
}
