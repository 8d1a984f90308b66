/** @file resnet18 begun from a public file of weights, from none, and begun again. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { readCheckpoint } from '../src/maps/weights';
import { formulaFile, formulaWeights } from './resnet18-weights';
import { type Road, road } from './road';
import { fillTinyStudy, imagePath, niftiFile, tinyParticipant } from './road-study';

const shape = [34, 1, 33] as const;
const file = formulaFile();
/** Steps so small that no weight but one of 0 changes. */
const training = (maps: string, more: string): string =>
  `clinicadl train classification caps rgb tsv/single ${maps} --architecture resnet18 --no-gpu --epochs 1 --batch_size 6 -lr 1e-30 ${more}`;

let study: Road;
beforeAll(async () => {
  const workspace = memoryFolder('slices');
  await fillTinyStudy(workspace);
  for (let i = 0; i < 12; i++) {
    const voxels = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, v) => Math.sin(1 + v * (i + 2)) + (i % 2));
    await workspace.write(imagePath(tinyParticipant(i)), niftiFile(shape, voxels));
  }
  await workspace.write('weights/resnet.pth', file);
  study = await road(workspace, 'wasm');
  await study.must('clinicadl prepare-data slice caps t1-linear --slice_direction 1 --slice_mode rgb --extract_json rgb');
  await study.must(training('maps', '--pretrained weights/resnet.pth'));
});

const given = formulaWeights().get('conv1.weight')!.data as Float32Array;

/** Largest difference between the first weights of a trained network and those of the file. */
async function distance(maps: string): Promise<number> {
  const { model } = readCheckpoint(await study.workspace.read(`${maps}/split-0/best-loss/model.pth.tar`), maps);
  const found = model.get('convolutions.0.weight')!.data as Float32Array;
  return Math.max(...found.map((value, i) => Math.abs(value - given[i])));
}

describe('--pretrained', () => {
  it('gives the weights that the training begins with, and the MAPS says which file it was', async () => {
    expect(await distance('maps')).toBeLessThan(1e-25);
    const sha256 = createHash('sha256').update(file).digest('hex');
    expect(await study.text('maps/environment.txt')).toContain(
      `pretrained=="weights/resnet.pth"\npretrained-sha256==${sha256}\n`,
    );
    expect(await study.text('maps/maps.json')).not.toContain('pretrained');
  });

  it('is found again by a split that still has to begin, or asked for', async () => {
    const { workspace } = study;
    await workspace.remove('maps/split-0');
    await workspace.write('elsewhere.pth', file);
    await workspace.remove('weights');
    const outcome = await study.run('clinicadl train resume maps');
    expect(outcome.error).toMatchObject({ code: 'pretrained-gone' });
    expect(outcome.error!.message).toContain('at "weights/resnet.pth" is no such file');
    await study.must('clinicadl train resume maps --pretrained elsewhere.pth');
    expect(await distance('maps')).toBeLessThan(1e-25);
  });

  it('left away: the weights are drawn, and it is said what ClinicaDL does', async () => {
    const { issues } = await study.must(training('drawn', ''));
    expect(issues.map(({ code }) => code)).toEqual(['pretrained-none']);
    expect(issues[0].hint).toContain('resnet18-5c106cde.pth or resnet18-f37072fd.pth');
    expect(await distance('drawn')).toBeGreaterThan(0.1);
    expect(await study.text('drawn/environment.txt')).not.toContain('pretrained');
  });
});
