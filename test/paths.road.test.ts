/** @file Paths of a line that lead elsewhere: to a file for a folder, to a folder for a file, out of the opened folder, to nothing. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { contentOf } from './road-files';
import { tinyRoad, tinyTraining, writeText } from './road-study';

let study: Road;
beforeAll(async () => {
  study = await tinyRoad();
  await study.must(tinyTraining('runs/one', '--epochs 1'));
  await writeText(study.workspace, 'old/0.2/commandline.json', '{"mode": "image"}');
  await writeText(study.workspace, 'old/0.2/fold-0/training.tsv', 'epoch\n');
});

const group = 'new --caps_directory caps --participants_tsv tsv/test.tsv';

describe('what a path names instead is told, with the way out, and nothing is written', () => {
  it.each([
    [
      `predict runs/two ${group}`,
      'maps-missing',
      'The folder "runs/two"',
      'Give one that is there; the opened folder has the MAPS runs/one.',
    ],
    [
      `predict runs/one/maps.json ${group}`,
      'maps-missing',
      'runs/one/maps.json',
      '"runs/one/maps.json" is a file; give a folder, such as "runs/one", in which it lies.',
    ],
    [`predict old/0.2 ${group}`, 'older-results', 'old/0.2', 'Run "clinicadl import-results old/0.2 old/0.2_maps"'],
    ['train from_json runs/one again', 'file-missing', 'runs/one', '"runs/one" is a folder; give a file, such as'],
    ['train from_json runs/one again', 'file-missing', 'runs/one', 'runs/one/maps.json'],
    [tinyTraining('new', '--transfer_path ../one').slice(10), 'name-refused', '".."', 'a path that begins in the opened folder'],
    ['export-onnx runs/one /one.onnx', 'name-refused', 'absolute', 'a path that begins in the opened folder'],
    ['export-model runs/one tsv/test.tsv', 'path-taken', 'is a file; a folder was needed', 'choose another name'],
    [tinyTraining('tsv/test.tsv').slice(10), 'path-taken', 'is a file; a folder was needed', 'choose another name'],
  ])('%s', async (line, code, said, way) => {
    const before = await contentOf(study.workspace);
    const { error } = await study.run(`clinicadl ${line}`);
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(said);
    expect(error?.hint).toContain(way);
    expect(await contentOf(study.workspace)).toEqual(before);
  });
});
