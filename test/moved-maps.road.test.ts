/** @file A MAPS in a folder that was opened higher up, lower down, or after the MAPS was renamed: resumed and predicted with. */
import { beforeAll, expect, it } from 'vitest';
import type { Progress } from '../src/base/job';
import { memoryCheckpoints } from '../src/checkpoints/store';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { type Road, road } from './road';
import { contentOf, filesBelow } from './road-files';
import { tinyRoad, tinyTraining } from './road-study';

/** The study after a training was stopped in its second epoch, and the checkpoints of the browser. */
let stopped: Road;
let expected: Record<string, string>;
const timed = /training\.tsv|events\.out|description\.log|information\.log|journal\.jsonl/;
const content = async (folder: Folder, maps: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await contentOf(folder, maps))
      .filter(([path]) => !timed.test(path) && !path.includes('/new/'))
      .map(([path, hex]) => [path.slice(maps.length), hex]),
  );
beforeAll(async () => {
  const line = tinyTraining('maps', '--epochs 3 --seed 5');
  const whole = await tinyRoad();
  await whole.must(line);
  expected = await content(whole.workspace, 'maps');
  stopped = await tinyRoad();
  const stop = new AbortController();
  const report = ({ stage, done }: Progress): void => {
    if (stage === 'train split 0' && done === 4) stop.abort();
  };
  expect((await stopped.run(line, { signal: stop.signal, report })).status).toBe('stopped');
});

/** The same files elsewhere, with another study of the same names beside them, and the browser's checkpoints. */
async function moved(place: (path: string) => string): Promise<Road> {
  const workspace = memoryFolder('disk');
  for (const path of await filesBelow(stopped.workspace)) await workspace.write(place(path), await stopped.workspace.read(path));
  const checkpoints = memoryCheckpoints();
  for (const { runId } of await stopped.checkpoints.list()) {
    const { record, parts } = (await stopped.checkpoints.load(runId))!;
    await checkpoints.save(runId, record, parts);
  }
  return road(workspace, 'wasm', checkpoints);
}

it.each([
  ['one folder above', (path: string) => `study/${path}`, 'study/maps'],
  ['two folders above', (path: string) => `a/study/${path}`, 'a/study/maps'],
  ['the same folder, the MAPS renamed', (path: string) => path.replace(/^maps/, 'best maps'), "'best maps'"],
  ['a folder above, the MAPS renamed', (path: string) => `study/${path.replace(/^maps/, 'mine')}`, 'study/mine'],
  [
    'a folder above, the MAPS in a folder of its own',
    (path: string) => `study/${path.replace(/^maps/, 'out/maps')}`,
    'study/out/maps',
  ],
])('from %s it goes on from the browser’s checkpoint, and predicts', async (_, place, typed) => {
  const maps = typed.replaceAll("'", '');
  const study = await moved(place);
  const { output } = await study.must(`clinicadl train resume ${typed}`);
  expect(output.join('\n')).toMatch(/goes on from epoch 2/);
  expect(await content(study.workspace, maps)).toEqual(expected);
  expect(await study.checkpoints.list()).toEqual([]);
  const at = (path: string): string => place(path);
  await study.must(`clinicadl predict ${typed} new --caps_directory ${at('caps')} --participants_tsv ${at('tsv/test.tsv')}`);
  for (const group of ['new', 'validation']) await study.must(`clinicadl predict ${typed} ${group}`);
});

it('opened alone it is read, and what it lacks is refused by name', async () => {
  const study = await moved((path) => path.replace(/^maps\//, ''));
  for (const path of ['caps', 'tsv']) await study.workspace.remove(path);
  const before = await contentOf(study.workspace);
  for (const line of ['clinicadl train resume .', 'clinicadl predict . validation']) {
    const { error } = await study.run(line);
    expect(error).toMatchObject({ code: 'path-elsewhere', where: 'caps' });
    expect(error?.hint).toContain('"caps"');
  }
  expect(await contentOf(study.workspace)).toEqual(before);
});

it('a copy that is older than the browser’s state goes on from its own files', async () => {
  const study = await moved((path) => path);
  await study.must('clinicadl train resume maps');
  const copy = await moved((path) => path);
  const [{ runId, record }] = await copy.checkpoints.list();
  const { parts } = (await copy.checkpoints.load(runId))!;
  const loop = JSON.parse(new TextDecoder().decode(parts['loop.json'])) as { loop: { epoch: number } };
  expect(loop.loop.epoch).toBe(1);
  await copy.checkpoints.save(runId, record, {
    ...parts,
    'loop.json': new TextEncoder().encode(JSON.stringify({ ...loop, loop: { ...loop.loop, epoch: 2, iteration: 0 } })),
  });
  const { issues, output } = await copy.must('clinicadl train resume maps');
  expect(issues.map(({ code }) => code)).toEqual(['run-older']);
  expect(output.join('\n')).toContain('goes on after epoch 1 of the files in tmp');
  expect(await content(copy.workspace, 'maps')).toEqual(expected);
});

it('a copy beside it goes on from its own files, and leaves what the browser keeps of the other', async () => {
  const study = await moved((path) => path);
  for (const path of await filesBelow(study.workspace, 'maps'))
    await study.workspace.write(path.replace('maps', 'backup/maps'), await study.workspace.read(path));
  const kept = await study.checkpoints.list();
  const { issues, output } = await study.must('clinicadl train resume backup/maps');
  expect(issues.map(({ code }) => code)).toEqual(['run-copied']);
  expect(issues[0].message).toContain('"backup/maps" is a copy of "maps"');
  expect(output.join('\n')).toContain('goes on after epoch 1 of the files in tmp');
  expect(await study.checkpoints.list()).toEqual(kept);
  // As the hint says.
  const original = await study.must('clinicadl train resume maps');
  expect(original.issues).toEqual([]);
  expect(original.output.join('\n')).toMatch(/goes on from epoch 2, batch 1/);
  expect(await study.checkpoints.list()).toEqual([]);
  expect(await content(study.workspace, 'maps')).toEqual(expected);
  expect(await content(study.workspace, 'backup/maps')).toEqual(expected);
});

it('another backend that ends the training stands beside the first in environment.txt', async () => {
  const study = await moved((path) => path);
  const before = await study.text('maps/environment.txt');
  expect(before.match(/backend==\w+/g)).toEqual(['backend==wasm']);
  const other = await road(study.workspace, 'cpu', study.checkpoints);
  await other.must('clinicadl train resume maps');
  const after = await study.text('maps/environment.txt');
  expect(after.startsWith(before)).toBe(true);
  expect(after.slice(before.length)).toMatch(/^backend==cpu\nadapter==/);
});
