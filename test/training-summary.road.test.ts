/** @file What a training stores about its images: against the images themselves, and against what its last layer makes of the features. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeNifti } from '../src/formats/nifti';
import { readTorch, type TorchTensor } from '../src/formats/torch';
import { meanLogits } from './last-layer';
import type { Road } from './road';
import { filesBelow } from './road-files';
import { imagePath, tinyParticipant, tinyRoad, tinyShape, tinyTraining, tinyVoxels, writeText } from './road-study';

interface Summary {
  readonly images: number;
  readonly inputs: number;
  readonly shape: readonly number[];
  readonly voxel_size: readonly number[] | null;
  readonly intensity: Readonly<Record<'probabilities' | 'mean' | 'std' | 'least' | 'greatest', readonly number[]>>;
  readonly features: { readonly of: string; readonly mean: readonly number[]; readonly std: readonly number[] } | null;
}

const summaryAt = async (study: Road, path: string): Promise<Summary> =>
  JSON.parse(await study.text(`${path}training_summary.json`)) as Summary;

/** P00 to P05 as the network gets them, sorted. */
const sortedInputs = Array.from({ length: 6 }, (_, i) => {
  const sorted = [...tinyVoxels(i)].sort((a, b) => a - b);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  return sorted.map((value) => (value - least) / (most - least));
});

describe('a classification', () => {
  it('stores grid, intensities, and features whose mean the last layer turns into the mean of the outputs', async () => {
    const study = await tinyRoad();
    await study.must(tinyTraining('maps', '--epochs 2 -sm loss -sm BA --data_augmentation Noise --dropout 0.4'));
    for (const metric of ['loss', 'BA']) {
      const summary = await summaryAt(study, `maps/split-0/best-${metric}/`);
      expect([summary.images, summary.inputs]).toEqual([6, 6]);
      expect(summary.shape).toEqual([1, ...tinyShape]);
      expect(summary.voxel_size).toEqual([1, 1, 1]);
      const { probabilities, mean, least, greatest } = summary.intensity;
      for (const [k, p] of probabilities.entries()) {
        const values = sortedInputs.map((sorted) => {
          const place = p * (sorted.length - 1);
          const [a, b] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
          return a + (b - a) * (place % 1);
        });
        expect(mean[k]).toBeCloseTo(values.reduce((x, y) => x + y) / 6, 5);
        expect([least[k], greatest[k]].map((x) => x.toFixed(5))).toEqual(
          [Math.min(...values), Math.max(...values)].map((x) => x.toFixed(5)),
        );
      }
      expect(summary.features?.of).toBe('input of fc.6');
      const { summary: expected, predicted } = await meanLogits(study, `maps/split-0/best-${metric}`);
      expect(predicted).toBeCloseTo(expected, 4);
      expect(await study.text(`maps/split-0/best-${metric}/training_summary.json`)).not.toMatch(/sub-|ses-|caps|tsv/);
    }
  });
});

describe('other trainings', () => {
  it('a regression and a reconstruction have one, too: the latter of its code, channel by channel', async () => {
    const study = await tinyRoad();
    const line = (task: string, architecture: string): string =>
      tinyTraining(task, '--epochs 1').replace('classification', task).replace('Conv4_FC3', architecture);
    await study.must(`${line('regression', 'Conv4_FC3')} --label age`);
    await study.must(line('reconstruction', 'AE_Conv4_FC3'));
    expect((await summaryAt(study, 'regression/split-0/best-loss/')).features).toMatchObject({ of: 'input of fc.6' });
    await study.must('clinicadl predict reconstruction train --save_latent_tensor');
    const folder = 'reconstruction/split-0/best-loss/';
    const codes = (await filesBelow(study.workspace, `${folder}train/latent_tensors`)).map(async (path) => {
      const code = readTorch(await study.workspace.read(path)) as TorchTensor;
      const voxels = code.shape[1] * code.shape[2] * code.shape[3];
      const values = code.toFloat32();
      return Array.from({ length: code.shape[0] }, (_, c) =>
        values.subarray(c * voxels, (c + 1) * voxels).reduce((x, y) => x + y / voxels, 0),
      );
    });
    const means = await Promise.all(codes);
    const { features } = await summaryAt(study, folder);
    expect([features?.of, means.length, features?.mean.length]).toEqual(['code', 6, means[0].length]);
    for (const [c, mean] of features!.mean.entries())
      expect(mean).toBeCloseTo(means.reduce((sum, code) => sum + code[c], 0) / 6, 5);
  });

  it('of several networks each has its own, of its own element', async () => {
    const study = await tinyRoad();
    await study.must(
      'clinicadl prepare-data slice caps t1-linear --extract_json slices --slice_direction 2 --slice_mode single --discarded_slices 0',
    );
    await study.must(tinyTraining('maps', '--epochs 1 --multi_network').replace('caps image', 'caps slices'));
    const names = (await filesBelow(study.workspace, 'maps')).filter((path) => path.endsWith('training_summary.json'));
    expect(names.map((path) => path.split('/').at(-1))).toEqual([0, 1, 2].map((n) => `network-${n}_training_summary.json`));
    const all = await Promise.all([0, 1, 2].map((n) => summaryAt(study, `maps/split-0/best-loss/network-${n}_`)));
    expect(all.map(({ images, inputs }) => [images, inputs])).toEqual(all.map(() => [6, 6]));
    expect(new Set(all.map(({ intensity }) => intensity.mean.join())).size).toBe(3);
    // Older versions did not write how many there are.
    const { num_networks, ...older } = JSON.parse(await study.text('maps/maps.json')) as Record<string, unknown>;
    expect(num_networks).toBe(3);
    await writeText(study.workspace, 'maps/maps.json', JSON.stringify(older));
    await study.must('clinicadl export-model maps model');
    const handed = (await filesBelow(study.workspace, 'model')).filter((path) => path.endsWith('model.pth.tar'));
    expect(handed).toHaveLength(3);
    expect(JSON.parse(await study.text('model/maps.json'))).toMatchObject({ num_networks: 3 });
  });
});

describe('a prediction of other images', () => {
  const predict = 'clinicadl predict maps new --caps_directory other --participants_tsv tsv/test.tsv';

  /** The test group with the voxels of `image`, of `mm` millimetres, in a CAPS of its own. */
  async function otherCaps(study: Road, image: (i: number) => Float32Array, mm: number): Promise<void> {
    const affine = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => (row !== column ? 0 : row === 3 ? 1 : mm)));
    for (const i of [10, 11]) {
      const file = writeNifti({ shape: [...tinyShape], data: image(i), affine, datatype: 'float32' });
      const path = imagePath(tinyParticipant(i)).replace('caps', 'other');
      await study.workspace.write(path, new Uint8Array(gzipSync(file)));
    }
    await study.must('clinicadl prepare-data image other t1-linear --extract_json image');
  }

  it('says which are far from those of the training, by how much, and that the voxels have another size', async () => {
    const study = await tinyRoad();
    await study.must(tinyTraining('maps', '--epochs 1'));
    // One of them is nearly black but for a few voxels.
    await otherCaps(study, (i) => (i === 10 ? tinyVoxels(10) : tinyVoxels(11).map((_, v) => (v % 50 === 0 ? 1 : v / 1e5))), 2);
    const { issues } = await study.must(predict);
    expect(issues.map(({ code }) => code)).toEqual(['voxels-unlike-training', 'inputs-unlike-training']);
    expect(issues[0].message).toContain('2 × 2 × 2 mm, and 1 × 1 × 1 mm');
    const { intensity } = await summaryAt(study, 'maps/split-0/best-loss/');
    const inner = intensity.probabilities.flatMap((p, k) => (p > 0 && p < 1 ? [k] : []));
    const apart = Math.max(...inner.map((k) => intensity.greatest[k] - intensity.least[k]));
    expect(issues[1].message).toContain(`1 of the 2 inputs of the group "new"`);
    expect(issues[1].message).toContain(`${tinyParticipant(11)} | ses-M000. At its worst`);
    expect(issues[1].message).toContain(`lie apart (${Number(apart.toPrecision(4))})`);
    expect(issues[1].message).not.toContain(tinyParticipant(10));
  });

  it('says nothing of images like those of the training', async () => {
    const study = await tinyRoad();
    await study.must(tinyTraining('maps', '--epochs 1'));
    await otherCaps(study, tinyVoxels, 1);
    expect((await study.must(predict)).issues).toEqual([]);
  });
});

describe('a CAPS that says that its images are simulated', () => {
  it.each([
    [true, '{"Simulated": true}'],
    [false, '{"Simulated": "yes"}'],
    [false, 'not JSON'],
  ])('%s for %s, and the card of a model tells', async (expected, description) => {
    const study = await tinyRoad();
    await writeText(study.workspace, 'caps/dataset_description.json', description);
    await study.must(tinyTraining('maps', '--epochs 1'));
    const summary = JSON.parse(await study.text('maps/split-0/best-loss/training_summary.json')) as { simulated: boolean };
    expect(summary.simulated).toBe(expected);
    await study.must('clinicadl export-model maps model');
    const card = await study.text('model/model_card.md');
    expect(card.includes('no real person is among them')).toBe(expected);
  });
});
