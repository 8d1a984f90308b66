/** @file What weights the vote from the elements of an image to the image, in a prediction. */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import type { PredictionRow } from '../learning/prediction';
import type { Task } from '../learning/tasks/task';
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

/** The table that weights a vote: the validation group of the same network, as in ClinicaDL. Throws `prediction-missing`. */
export async function weightRowsOf(maps: Folder, mode: PredictionLevel, task: Task, best: BestModel): Promise<PredictionRow[]> {
  const { split, selection_metric, prefix } = best;
  const path = `${resultsFolder(split, selection_metric, 'validation', prefix)}/${predictionName('validation', mode)}`;
  if ((await maps.kindOf(path)) !== 'file')
    throw appError('prediction-missing', { path: `${maps.name}/${path}` }, { where: path });
  return readPredictions(await maps.read(path), mode, path, task);
}

/** Throws `vote-elements-differ` when the elements of the group are not those of the table that weights them. */
export function checkVoters(weightRows: readonly PredictionRow[], { elementIds }: StudyData, image: string): void {
  if (elementIds.length === 1) return;
  const ids = (list: readonly number[]): string => [...new Set(list)].sort((a, b) => a - b).join(', ');
  const [found, expected] = [ids(elementIds), ids(weightRows.map((row) => row.elementId))];
  if (found !== expected) throw appError('vote-elements-differ', { image, found, expected }, { where: image });
}
