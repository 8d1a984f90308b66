/**
 * @file Which run is writing into a MAPS: a small file in the `tmp` folder of the split that is being trained names it, so that its
 * checkpoint in the browser is found again. The folder goes when the split is finished.
 */
import { AppError } from '../base/errors';
import { issueOf } from '../base/issues';
import type { RunRecord } from '../checkpoints/store';
import type { KernelChoice } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { sourceOf } from '../folders/source';
import { walk } from '../folders/walk';
import { printPythonJson, readJson } from '../formats/json';
import { parametersFile, splitFolder, temporaryFolder } from '../maps/layout';
import { listSplits } from '../maps/maps';
import type { JobContext } from './job-context';
import type { SnapshotParts } from './snapshot';
import { realFolder } from './stand-in';

export interface Run {
  readonly id: string;
  readonly record: Omit<RunRecord, 'split' | 'updatedAt'>;
  /** All splits that the run trains. */
  readonly splits: readonly number[];
  /** Those that all its splits are computed with; undefined until the first is begun, and where there is nothing to choose. */
  kernels: KernelChoice | undefined;
  /** Keeps a state in the browser. When it has no space, the training goes on without, and this is told once. */
  save(parts: SnapshotParts | Record<string, never>, place: RunPlace): Promise<void>;
  /** Lets the browser know of a split before it has a state, so that a killed tab can begin it again. */
  announce(place: RunPlace): Promise<void>;
}

type RunPlace = Pick<RunRecord, 'split' | 'network' | 'epoch' | 'epochs'>;

const runFile = (split: number): string => `${temporaryFolder(split)}/run.json`;

export interface RunStart {
  readonly mapsPath: string;
  readonly splits: readonly number[];
  /** Of a run that goes on. */
  readonly id?: string;
  readonly kernels?: KernelChoice | undefined;
}

export function newRun({ mapsPath, splits, id = crypto.randomUUID(), kernels }: RunStart, context: JobContext): Run {
  const record = {
    command: context.commandLine,
    workspace: sourceOf(realFolder(context.workspace)) ?? null,
    maps: mapsPath,
    startedAt: context.now().getTime(),
    title: `Training of ${mapsPath}`,
  };
  let told = false;
  const save: Run['save'] = async (parts, place) => {
    try {
      await context.checkpoints.save(id, { ...record, ...place, updatedAt: context.now().getTime() }, { ...parts });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!told) context.issue(issueOf(error, 'warning'));
      told = true;
    }
  };
  return {
    id,
    record,
    splits,
    kernels,
    save,
    async announce(place) {
      const saved = (await context.checkpoints.list()).find(({ runId }) => runId === id);
      if (saved?.record.split !== place.split) await save({}, place);
    },
  };
}

/** Marks a split as being trained by this run. */
export async function markRun(maps: Folder, run: Run, split: number): Promise<void> {
  const { id, splits, kernels, record } = run;
  const mark = { run: id, splits: [...splits], command: record.command, ...(kernels === undefined ? {} : { kernels }) };
  const text = printPythonJson(mark, { indent: 4 });
  await maps.write(runFile(split), new TextEncoder().encode(text));
}

export interface RunMark {
  readonly id: string;
  readonly splits: readonly number[];
  readonly command: string;
  /** Undefined where none were chosen. */
  readonly kernels: KernelChoice | undefined;
}

/** The mark of an unfinished split; undefined where ClinicaDL trained it, or nothing is left. */
export async function readMark(maps: Folder, split: number): Promise<RunMark | undefined> {
  const path = runFile(split);
  if ((await maps.kindOf(path)) !== 'file') return undefined;
  const json = readJson(await maps.read(path), { where: path }) as Readonly<Record<string, unknown>>;
  return {
    id: String(json.run),
    splits: (json.splits as readonly number[]) ?? [],
    command: String(json.command ?? ''),
    kernels: json.kernels as KernelChoice | undefined,
  };
}

/** The marks of a MAPS, by split. */
export async function marksOf(maps: Folder): Promise<Map<number, RunMark>> {
  const marks = new Map<number, RunMark>();
  for (const split of await listSplits(maps)) {
    const mark = await readMark(maps, split);
    if (mark !== undefined) marks.set(split, mark);
  }
  return marks;
}

/** Empties a split that is trained from the beginning; its mark stays, so that at no time nothing tells of the run. */
export async function clearSplit(maps: Folder, split: number): Promise<void> {
  const folder = splitFolder(split);
  if ((await maps.kindOf(folder)) !== 'folder') return;
  const mark = runFile(split);
  for (const { name } of await maps.list(folder)) {
    const inside = `${folder}/${name}`;
    if (!mark.startsWith(`${inside}/`)) await maps.remove(inside);
    else
      for (const other of await maps.list(inside))
        if (`${inside}/${other.name}` !== mark) await maps.remove(`${inside}/${other.name}`);
  }
}

/** Removes what a killed tab left of a training that had no maps.json yet: marks, and nothing else. */
export async function removeBegun(workspace: Folder, path: string): Promise<void> {
  if ((await workspace.kindOf(path)) !== 'folder') return;
  const maps = workspace.sub(path);
  if ((await maps.kindOf(parametersFile)) !== undefined) return;
  const files = (await walk(maps)).filter(({ kind }) => kind === 'file').map((entry) => entry.path);
  const marks = (await listSplits(maps)).map(runFile);
  if (files.length === 0 || files.some((file) => !marks.includes(file))) return;
  for (const file of files) await maps.remove(file.split('/')[0]);
}
