/** @file A training that is killed or refused before its first checkpoint: it can begin again, or nothing of it is left. */
import { beforeAll, describe, expect, it } from 'vitest';
import { appError } from '../src/base/errors';
import { type CheckpointStore, memoryCheckpoints } from '../src/checkpoints/store';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { findRun } from '../src/jobs/find-run';
import { type Road, road } from './road';
import { contentOf, filesBelow } from './road-files';
import { tinyRoad, tinyTraining } from './road-study';

let prepared: Record<string, Uint8Array<ArrayBuffer>>;
beforeAll(async () => {
  const { workspace } = await tinyRoad();
  prepared = {};
  for (const path of await filesBelow(workspace)) prepared[path] = await workspace.read(path);
});

async function copy(): Promise<Folder> {
  const workspace = memoryFolder('tiny');
  for (const [path, bytes] of Object.entries(prepared)) await workspace.write(path, bytes);
  return workspace;
}

/** The folder as a killed tab uses it: after some changes nothing happens any more, and nobody hears of it. */
function dying(folder: Folder, dead: () => boolean): Folder {
  const never = (): Promise<never> => new Promise(() => {});
  return {
    ...folder,
    sub: (path) => dying(folder.sub(path), dead),
    write: (path, bytes) => (dead() ? never() : folder.write(path, bytes)),
    remove: (path) => (dead() ? never() : folder.remove(path)),
  };
}

/** Runs the line until the tab dies at its n-th change of the folder; undefined when it came to its end before. */
async function killedAt(n: number, line: string, workspace: Folder, checkpoints: CheckpointStore): Promise<boolean> {
  let changes = 0;
  let died = (): void => {};
  const death = new Promise<void>((resolve) => {
    died = resolve;
  });
  const tab = await road(
    dying(workspace, () => {
      const dead = ++changes > n;
      if (dead) died();
      return dead;
    }),
    'wasm',
    checkpoints,
  );
  return Promise.race([death.then(() => true), tab.run(line).then(() => false)]);
}

const line = tinyTraining('results/maps', '--epochs 1 --seed 5 --n_splits 2 -s 1').replace('tsv/single', 'tsv/2_fold');
/** Files with a clock in them. */
const timed = /training\.tsv|description\.log|information\.log|journal\.jsonl/;
const content = async (folder: Folder): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await contentOf(folder, 'results'))
      .filter(([path]) => !path.includes('events.out'))
      .map(([path, hex]) => [path, timed.test(path) ? '' : hex]),
  );

describe('a tab killed at any change before its first checkpoint', () => {
  it('is offered, and ends as a training that was never killed, of the split that was asked for', async () => {
    const whole = await copy();
    await (await road(whole, 'wasm')).must(line);
    const expected = await content(whole);
    const ways = new Set<string>();
    let n = 0;
    for (; ; n++) {
      const workspace = await copy();
      const checkpoints = memoryCheckpoints();
      if (!(await killedAt(n, line, workspace, checkpoints))) break;
      const runs = await checkpoints.list();
      expect(runs, `killed at change ${n}`).toHaveLength(1);
      const [{ runId, record, sizeBytes }] = runs;
      expect(record.split).toBe(1);
      // As Home does it.
      const maps = await findRun({ runId, maps: record.maps }, workspace, new AbortController().signal);
      const again = maps === null ? record.command : `clinicadl train resume ${maps}`;
      ways.add(maps === null ? 'command' : sizeBytes === 0 ? 'begin' : 'resume');
      const tab = await road(workspace, 'wasm', checkpoints);
      await tab.must(again);
      expect(await content(workspace), `killed at change ${n}, then ${again}`).toEqual(expected);
    }
    expect([...ways].sort()).toEqual(['begin', 'command', 'resume']);
    expect(n).toBeGreaterThan(20);
  });
});

/** Everything as before, and no offer. */
async function expectNothing(study: Road, run: string, code: string): Promise<void> {
  const before = await contentOf(study.workspace);
  const outcome = await study.run(run);
  expect([outcome.error?.code, outcome.written]).toEqual([code, []]);
  expect(await contentOf(study.workspace)).toEqual(before);
  expect(await study.workspace.kindOf('results')).toBeUndefined();
  expect(await study.checkpoints.list()).toEqual([]);
}

describe('a training that cannot begin leaves nothing, and nothing is offered', () => {
  it('when any of the first writes fails', async () => {
    const workspace = await copy();
    const plain = await road(workspace, 'wasm');
    for (let good = 0; good < 9; good++) {
      let writes = 0;
      const full = failing(workspace, () => writes++ >= good);
      const study = await road(full, 'wasm', plain.checkpoints);
      await expectNothing({ ...plain, run: study.run }, line, 'permission-withdrawn');
    }
    await plain.must(line);
  });

  it('when it is refused', async () => {
    const study = await road(await copy(), 'wasm');
    await expectNothing(study, line.replace('2_fold', 'nowhere'), 'folder-missing');
    await expectNothing(study, `${line} --size_reduction`, 'size-reduction-shape');
  });

  it('when it is stopped before its first batch', async () => {
    const study = await road(await copy(), 'wasm');
    const outcome = await study.run(line, { signal: AbortSignal.abort() });
    expect(outcome.status).toBe('stopped');
    expect(await study.workspace.kindOf('results')).toBeUndefined();
    expect(await study.checkpoints.list()).toEqual([]);
  });

  it('and keeps an empty folder that was there, and its neighbours', async () => {
    const study = await road(await copy(), 'wasm');
    await study.workspace.makeFolder('results/maps');
    await study.workspace.write('results/mine.txt', Uint8Array.of(1));
    const outcome = await study.run(`${line} --size_reduction`);
    expect(outcome.status).toBe('failed');
    expect(await filesBelow(study.workspace, 'results')).toEqual(['results/mine.txt']);
    expect(await study.workspace.kindOf('results/maps')).toBe('folder');
  });
});

/** The folder, whose writes fail from a moment on. */
function failing(folder: Folder, fails: () => boolean): Folder {
  return {
    ...folder,
    sub: (path) => failing(folder.sub(path), fails),
    write: (path, bytes) => {
      if (fails()) throw appError('permission-withdrawn', { path, folder: folder.name }, { where: path });
      return folder.write(path, bytes);
    },
  };
}

describe('a MAPS that was moved or renamed', () => {
  it('is found by its run, not by its name', async () => {
    const workspace = await copy();
    const checkpoints = memoryCheckpoints();
    expect(await killedAt(17, line, workspace, checkpoints)).toBe(true);
    const [{ runId, record }] = await checkpoints.list();
    for (const path of await filesBelow(workspace, 'results'))
      await workspace.write(path.replace('results/maps', 'elsewhere/mine'), await workspace.read(path));
    await workspace.remove('results');
    const { signal } = new AbortController();
    expect(await findRun({ runId, maps: record.maps }, workspace, signal)).toBe('elsewhere/mine');
    expect(await findRun({ runId: 'another', maps: 'elsewhere/mine' }, workspace, signal)).toBeNull();
  });
});

it('a simulated study that cannot be written to its end leaves nothing', async () => {
  const workspace = memoryFolder('disk');
  let writes = 0;
  const study = await road(
    failing(workspace, () => writes++ >= 4),
    'wasm',
  );
  const outcome = await study.run('clinicadl simulate new/study');
  expect([outcome.error?.code, outcome.written]).toEqual(['permission-withdrawn', []]);
  expect(await workspace.list('')).toEqual([]);
});

describe('a simulation whose tab was killed', () => {
  const simulate = 'clinicadl simulate new/study --n_subjects 8';

  it('begins again with the same command, and leaves no mark', async () => {
    const whole = memoryFolder('disk');
    await (await road(whole, 'wasm')).must(simulate);
    const expected = await contentOf(whole);
    expect(Object.keys(expected)).not.toContain('new/study/unfinished.txt');
    for (const n of [1, 2, 6, 14]) {
      const workspace = memoryFolder('disk');
      expect(await killedAt(n, simulate, workspace, memoryCheckpoints())).toBe(true);
      const { output } = await (await road(workspace, 'wasm')).must(simulate);
      expect(output[0]).toMatch(/^A simulation into new\/study was cut off/);
      expect(await contentOf(workspace), `killed at change ${n}`).toEqual(expected);
    }
  });

  it('is left alone when something else lies there', async () => {
    const workspace = memoryFolder('disk');
    await killedAt(6, simulate, workspace, memoryCheckpoints());
    await workspace.write('new/study/mine.txt', Uint8Array.of(1));
    const before = await contentOf(workspace);
    expect((await (await road(workspace, 'wasm')).run(simulate)).error?.code).toBe('folder-not-empty');
    expect(await contentOf(workspace)).toEqual(before);
  });
});
