/** @file A MAPS of ours in plain PyTorch: the same network with our weights, on our tensors, gives our probabilities. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pytorch } from './pytorch';
import type { Road } from './road';
import { cells } from './road-files';
import { goldenRoad, goldenTraining } from './road-study';
import { skips } from './skips';

let study: Road;
const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-maps-'));
beforeAll(async () => {
  if (pytorch === undefined) return;
  study = await goldenRoad();
  const slices = 'slice caps t1-linear --extract_json slice --slice_direction 2 --discarded_slices 14 --save_features';
  await study.must(`clinicadl prepare-data ${slices}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Copies a file of the workspace to the disk. */
async function onDisk(file: string): Promise<string> {
  const copy = path.join(folder, file.replaceAll('/', '_'));
  writeFileSync(copy, await study.workspace.read(file));
  return copy;
}

it.for([
  ['Conv4_FC3', 'image', '3D'],
  ['Conv5_FC3', 'image', '3D'],
  ['Conv4_FC3', 'slice', '2D'],
])('PyTorch predicts with a %s on each %s (%s) what we predicted, to 1e-5', async ([architecture, mode], { skip }) => {
  if (pytorch === undefined) return skip(skips.noPytorch);
  const maps = `maps_${architecture}_${mode}`;
  await study.must(goldenTraining(maps, `-a ${architecture} -lr 0.001 --dropout 0.2 -s 1`, mode));
  await study.must(`clinicadl predict ${maps} test --caps_directory caps --participants_tsv tsv/split/test_baseline.tsv`);
  const best = `${maps}/split-1/best-loss`;
  const [header, ...rows] = cells(await study.text(`${best}/test/test_${mode}_level_prediction.tsv`));
  const tensors: string[] = [];
  for (const [participant, session, id] of rows) {
    const place = `caps/subjects/${participant}/${session}/deeplearning_prepare_data/${mode}_based/t1_linear`;
    const entry = (await study.workspace.list(place)).find(({ name }) => mode === 'image' || name.includes(`_slice-${id}_`))!;
    tensors.push(await onDisk(`${place}/${entry.name}`));
  }
  const script = ['-W', 'ignore', 'test/python/predict_maps.py', architecture, await onDisk(`${best}/model.pth.tar`), ...tensors];
  const { stdout, stderr } = spawnSync(pytorch.python, script, { encoding: 'utf8' });
  expect(stderr).toBe('');
  const theirs = stdout
    .trimEnd()
    .split('\n')
    .flatMap((line) => JSON.parse(line) as number[]);
  const column = header.indexOf('proba0');
  const ours = rows.flatMap((row) => row.slice(column).map(Number));
  expect(theirs.length).toBe(ours.length);
  expect(Math.max(...ours.map((value, i) => Math.abs(value - theirs[i])))).toBeLessThan(1e-5);
  expect(new Set(ours).size).toBeGreaterThan(rows.length);
});
