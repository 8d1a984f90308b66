/** @file The kernels of one split: of the state that it goes on from, else of its run, which chooses when its first split begins. */
import type { ExecutorFactory, KernelChoice } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { addKernels } from '../maps/description';
import { informationFile } from '../maps/layout';
import { chooseKernels, type TrainingNeed, tellUnusable } from './choose-kernels';
import type { JobContext } from './job-context';
import { markRun, type Run } from './run-record';
import type { SavedSnapshot } from './snapshot';

export interface SplitPlace {
  readonly maps: Folder;
  readonly run: Run;
  readonly split: number;
  /** Null: it begins. */
  readonly start: SavedSnapshot | null;
}

/** Notes in the MAPS what is chosen here. Undefined where there is nothing to choose. Rejects as executors do. */
export async function splitKernels(
  { maps, run, split, start }: SplitPlace,
  need: TrainingNeed,
  create: ExecutorFactory,
  context: JobContext,
): Promise<KernelChoice | undefined> {
  if (start === null) {
    run.kernels ??= await chooseKernels(need, create, context);
    if (run.kernels !== undefined) {
      await markRun(maps, run, split);
      await noteKernels(maps, run.kernels);
    }
  }
  const kernels = start?.kernels ?? run.kernels;
  await tellUnusable(need, kernels, context);
  return kernels;
}

/** Adds the kernels to information.log. */
async function noteKernels(maps: Folder, kernels: KernelChoice): Promise<void> {
  if ((await maps.kindOf(informationFile)) !== 'file') return;
  const text = new TextDecoder().decode(await maps.read(informationFile));
  const noted = addKernels(text, kernels);
  if (noted !== text) await maps.write(informationFile, new TextEncoder().encode(noted));
}
