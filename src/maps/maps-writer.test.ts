/** @file The log and the events of a split: whatever a killed tab leaves, a run that goes on lacks no event. */
import { expect, it } from 'vitest';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { readEvents } from '../formats/tfevents';
import { NetworkWriter } from './maps-writer';
import type { LogRow } from './training-log';

const batches = 3;
const now = new Date(2026, 1, 2);
const open = (maps: Folder, epoch: number): Promise<NetworkWriter> =>
  NetworkWriter.open({
    maps,
    split: 0,
    network: null,
    metricNames: ['BA', 'loss'],
    moreNames: [],
    batches,
    continueAt: epoch === 0 ? null : { epoch, iteration: 0 },
    now,
  });
const row = (epoch: number): LogRow => ({
  epoch,
  iteration: 2,
  seconds: 1,
  train: [
    { name: 'BA', text: '0.5' },
    { name: 'loss', text: String(1 + epoch) },
  ],
  valid: [
    { name: 'BA', text: '0.25' },
    { name: 'loss', text: String(2 + epoch) },
  ],
});

/** The folder whose writes fail after some. */
function failing(folder: Folder, good: number): Folder {
  let writes = 0;
  return {
    ...folder,
    write: (path, bytes) => (writes++ < good ? folder.write(path, bytes) : Promise.reject(new Error('the tab is killed'))),
  };
}

async function stepsOf(maps: Folder, side: string): Promise<number[]> {
  const folder = `split-0/training_logs/tensorboard/${side}`;
  const files = await maps.list(folder);
  const events = await Promise.all(files.map(async ({ name }) => readEvents(await maps.read(`${folder}/${name}`))));
  return events.flat().flatMap(({ tag, step }) => (tag === 'loss' ? [step] : []));
}

it('an epoch whose row stands in the log has its events, wherever the tab was killed', async () => {
  let killed = 0;
  for (let good = 1; ; good++) {
    const maps = memoryFolder('maps');
    const dying = failing(maps, good);
    const writer = await open(dying, 0);
    try {
      await writer.append(row(0), 0);
      break;
    } catch {
      killed++;
    }
    const log = new TextDecoder().decode(await maps.read('split-0/training_logs/training.tsv'));
    const logged = log.trimEnd().split('\n').length - 1;
    for (const side of ['train', 'validation']) {
      const known =
        (await maps.kindOf(`split-0/training_logs/tensorboard/${side}`)) === undefined ? [] : await stepsOf(maps, side);
      expect(known.length, `${side}, killed after ${good} writes`).toBeGreaterThanOrEqual(logged);
    }
  }
  expect(killed).toBe(3); // the log, and one file of events for each side, after the empty log
});

it('a run that goes on in the same second keeps the events before it', async () => {
  const maps = memoryFolder('maps');
  await (await open(maps, 0)).append(row(0), 0);
  await (await open(maps, 1)).append(row(1), 1);
  for (const side of ['train', 'validation']) expect(await stepsOf(maps, side)).toEqual([2, 2 + batches]);
});
