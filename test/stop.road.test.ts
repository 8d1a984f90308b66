/** @file Commands that are stopped at any moment: over after little more work, nothing half-written, and they can be begun again. */
import { beforeAll, expect, it } from 'vitest';
import type { Progress } from '../src/base/job';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readJson } from '../src/formats/json';
import { readTorch } from '../src/formats/torch';
import { readTsv } from '../src/formats/tsv';
import { type Road, road } from './road';
import { contentOf, filesBelow } from './road-files';
import { goldenRoad, goldenTraining } from './road-study';

let prepared: Road;
beforeAll(async () => {
  prepared = await goldenRoad();
});

async function copyOf(study: Road): Promise<Road> {
  const workspace = memoryFolder('study');
  for (const path of await filesBelow(study.workspace)) await workspace.write(path, await study.workspace.read(path));
  return road(workspace, 'wasm');
}

/** Stops a line at the first report that fits; resolves to the number of reports that still came. */
async function stopAt(study: Road, line: string, fits: (progress: Progress) => boolean): Promise<number> {
  const stop = new AbortController();
  let late = 0;
  const outcome = await study.run(line, {
    signal: stop.signal,
    report: (progress) => {
      if (stop.signal.aborted) late++;
      else if (fits(progress)) stop.abort();
    },
  });
  expect(outcome.status, outcome.error?.message).toBe('stopped');
  expect(outcome.error).toBeUndefined();
  expect(outcome.result).toBeNull();
  return late;
}

/** Reads every file of a folder with the reader of its kind, to its end. */
async function expectWholeFiles(folder: Folder, at: string): Promise<void> {
  for (const path of await filesBelow(folder, at)) {
    const bytes = await folder.read(path);
    expect(bytes.length, path).toBeGreaterThan(0);
    if (/\.(pt|pth\.tar)$/.test(path)) readTorch(bytes, { where: path });
    if (path.endsWith('.json')) readJson(bytes, { where: path });
    if (path.endsWith('.tsv')) readTsv(bytes, { where: path });
  }
}

/** Units of work under way when the stop arrives: two readers' sessions, a batch. */
const underWay = 2;
const test = '--caps_directory caps --participants_tsv tsv/split/test_baseline.tsv';
const training = goldenTraining('maps', '-lr 0.001 --dropout 0.5 -sm loss -sm BA --evaluation_steps 1');

it.each([0, 1, 7, 23])(
  'prepare-data that is stopped after %i sessions leaves whole tensors and no JSON, and can be run again',
  async (n) => {
    const study = await copyOf(prepared);
    const line =
      'clinicadl prepare-data patch caps t1-linear --extract_json patch --patch_size 18 --stride_size 12 --save_features';
    expect(await stopAt(study, line, ({ stage, done }) => stage === 'extract' && done >= n)).toBeLessThanOrEqual(underWay);
    expect(await study.workspace.kindOf('caps/tensor_extraction/patch.json')).toBeUndefined();
    await expectWholeFiles(study.workspace, 'caps/subjects/sub-T00');
    await study.must(line);
    const whole = await copyOf(prepared);
    await whole.must(line);
    expect(await contentOf(study.workspace)).toEqual(await contentOf(whole.workspace));
  },
);

it('the search for a split that is stopped leaves the folder as it was', async () => {
  const study = await copyOf(prepared);
  const before = await contentOf(study.workspace);
  const line = 'clinicadl tsvtools split tsv/labels_initial.tsv --n_test 6 -ps 1 -pa 1 --seed 0';
  expect(await stopAt(study, line, () => true)).toBeLessThanOrEqual(underWay);
  expect(await contentOf(study.workspace)).toEqual(before);
});

it.each([
  ['train split 0', 0],
  ['train split 0', 2],
  ['evaluate split 0', 1],
  ['evaluate split 0', 5],
  ['train split 1', 3],
  ['evaluate split 1', 4],
])('a training that is stopped in "%s" at %i leaves whole files, and can be resumed', async (stage, done) => {
  const study = await copyOf(prepared);
  expect(await stopAt(study, training, (p) => p.stage === stage && p.done >= done)).toBeLessThanOrEqual(underWay);
  await expectWholeFiles(study.workspace, 'maps');
  await study.must('clinicadl train resume maps');
  await study.must(`clinicadl predict maps test ${test}`);
});

it('a training that is stopped before it begins leaves nothing', async () => {
  const study = await copyOf(prepared);
  const before = await contentOf(study.workspace);
  const outcome = await study.run(training, { signal: AbortSignal.abort() });
  expect([outcome.status, outcome.written]).toEqual(['stopped', []]);
  expect(await contentOf(study.workspace)).toEqual(before);
});

it('a prediction that is stopped leaves whole files and the group, which can be predicted', async () => {
  const study = await copyOf(prepared);
  await study.must(goldenTraining('maps', '--epochs 1 -s 0'));
  for (const done of [1, 3, 6]) {
    const line = `clinicadl predict maps group${done} ${test} --batch_size 1`;
    expect(await stopAt(study, line, (p) => p.stage.startsWith('predict') && p.done >= done)).toBeLessThanOrEqual(underWay);
    await expectWholeFiles(study.workspace, 'maps');
    await study.must(`clinicadl predict maps group${done}`);
  }
});

it('a command whose folder is slow stops, too', async () => {
  const study = await copyOf(prepared);
  const stop = new AbortController();
  let asked = 0;
  const slow = slowed(study.workspace, () => {
    asked++;
    setTimeout(() => stop.abort());
  });
  const { run } = await road(slow, 'wasm');
  const outcome = await run(training, { signal: stop.signal });
  expect(outcome.status, outcome.error?.message).toBe('stopped');
  // What the loader reads ahead; the training would ask for dozens.
  expect(asked).toBeLessThanOrEqual(8);
});

/** A folder in which the tensors take half a second each; `told` of each that is asked for. */
function slowed(folder: Folder, told: () => void): Folder {
  return {
    ...folder,
    read: async (path) => {
      if (path.endsWith('.pt')) {
        told();
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      return folder.read(path);
    },
    sub: (path) => slowed(folder.sub(path), told),
  };
}
