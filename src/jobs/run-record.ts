/**
 * @file Which run is writing into a MAPS: a small file in the `tmp` folder of the split that is being trained names it, so that its
 * checkpoint in the browser is found again. The folder goes when the split is finished.
 */
import type { RunRecord } from '../checkpoints/store';
import type { Folder } from '../folders/folder';
import { sourceOf } from '../folders/source';
import { printPythonJson, readJson } from '../formats/json';
import { temporaryFolder } from '../maps/layout';
import type { JobContext } from './job-context';
import { realFolder } from './stand-in';

export interface Run {
  readonly id: string;
  readonly record: Omit<RunRecord, 'split' | 'updatedAt'>;
  /** All splits that the run trains. */
  readonly splits: readonly number[];
}

const runFile = (split: number): string => `${temporaryFolder(split)}/run.json`;

export function newRun(training: { readonly mapsPath: string; readonly splits: readonly number[] }, context: JobContext): Run {
  return {
    id: crypto.randomUUID(),
    record: {
      command: context.commandLine,
      workspace: sourceOf(realFolder(context.workspace)) ?? null,
      maps: training.mapsPath,
      startedAt: context.now().getTime(),
      title: `Training of ${training.mapsPath}`,
    },
    splits: training.splits,
  };
}

/** Marks a split as being trained by this run. */
export async function markRun(maps: Folder, run: Run, split: number): Promise<void> {
  const text = printPythonJson({ run: run.id, splits: [...run.splits], command: run.record.command }, { indent: 4 });
  await maps.write(runFile(split), new TextEncoder().encode(text));
}

export interface RunMark {
  readonly id: string;
  readonly splits: readonly number[];
  readonly command: string;
}

/** The mark of an unfinished split; undefined where ClinicaDL trained it, or nothing is left. */
export async function readMark(maps: Folder, split: number): Promise<RunMark | undefined> {
  const path = runFile(split);
  if ((await maps.kindOf(path)) !== 'file') return undefined;
  const json = readJson(await maps.read(path), { where: path }) as Readonly<Record<string, unknown>>;
  return { id: String(json.run), splits: (json.splits as readonly number[]) ?? [], command: String(json.command ?? '') };
}
