/** @file Trainings that are stopped in a folder in memory, and what they leave, compared without what holds the clock. */
import { expect, vi } from 'vitest';
import type { Progress } from '../src/base/job';
import { memoryCheckpoints } from '../src/checkpoints/store';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readEvents } from '../src/formats/tfevents';
import { journalFile } from '../src/maps/layout';
import { type Road, road } from './road';
import { filesBelow, without } from './road-files';

/** Files of a MAPS with their content, without what holds the clock; the events of a folder without their times. */
export async function withoutClock(folder: Folder, maps: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  const events = new Map<string, Map<string, number>>();
  for (const path of await filesBelow(folder, maps)) {
    const bytes = await folder.read(path);
    const name = path.slice(maps.length);
    // It tells when, and that a run was gone on with.
    if (name === `/${journalFile}`) continue;
    if (path.endsWith('training.tsv')) content[name] = without(new TextDecoder().decode(bytes), ['time']);
    // Its third column is the time; it has no header.
    else if (path.endsWith('training_target.tsv'))
      content[name] = new TextDecoder().decode(bytes).replaceAll(/^(\S+\t\S+\t)[^\t]+/gm, '$1');
    else if (path.includes('tensorboard')) {
      // TensorBoard takes the files of a folder together; a run that goes on begins another.
      const place = name.slice(0, name.lastIndexOf('/'));
      const known = events.get(place) ?? new Map<string, number>();
      for (const { step, tag, value } of readEvents(bytes, path)) known.set(`${step} ${tag}`, value);
      events.set(place, known);
    } else content[name] = Buffer.from(bytes).toString('base64');
  }
  for (const [place, known] of events) content[place] = JSON.stringify([...known].sort(([a], [b]) => (a < b ? -1 : 1)));
  return content;
}

/** Runs a line and stops it at the first report that fits. */
export async function stopAt(study: Road, line: string, fits: (progress: Progress) => boolean): Promise<void> {
  const stop = new AbortController();
  const outcome = await study.run(line, {
    signal: stop.signal,
    report: (progress) => {
      if (fits(progress)) stop.abort();
    },
  });
  expect(outcome.status, outcome.error?.message).toBe('stopped');
}

export const at = (stage: string, done: number) => (progress: Progress) => progress.stage === stage && progress.done >= done;

/** A checkpoint is saved every thirty seconds: with a clock that jumps, after every batch. */
export function hurryClock(): void {
  const now = performance.now.bind(performance);
  let ahead = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    ahead += 40_000;
    return now() + ahead;
  });
}

/** The same files in the same places: what the original study is, on which nothing was stopped. */
export async function copyOf(study: Road): Promise<Road> {
  const workspace = memoryFolder('tiny');
  for (const path of await filesBelow(study.workspace)) await workspace.write(path, await study.workspace.read(path));
  return road(workspace, 'wasm', memoryCheckpoints());
}

/** Another tab: nothing is left but the folder and the checkpoints. */
export const reopened = (study: Road): Promise<Road> => road(study.workspace, 'wasm', study.checkpoints);
