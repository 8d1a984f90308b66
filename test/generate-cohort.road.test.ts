/** @file `generate cohort`: the same files for any number of workers; sites, sessions, twins; and a truth that is that of the images. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inlineReaders } from '../src/batches/inline-readers';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readNifti } from '../src/formats/nifti';
import { planCohort } from '../src/images/cohort-plan';
import { generateCohortJob } from '../src/jobs/generate/cohort';
import type { JobContext } from '../src/jobs/job-context';
import { testContext } from './job-context';
import { type Road, road } from './road';
import { cells, contentOf, filesBelow } from './road-files';

const small = 'clinicadl generate cohort cohort --n_subjects 8 --voxel_size 4';
const made = async (line: string): Promise<Road> => {
  const study = await road(memoryFolder('s'), 'wasm');
  await study.must(line);
  return study;
};
const pathOf = (participant: string, session: string, suffix = 'T1w'): string =>
  `cohort/caps/subjects/${participant}/${session}/t1_linear/${participant}_${session}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_${suffix}.nii.gz`;
const imageOf = async ({ workspace }: { readonly workspace: Folder }, ...path: Parameters<typeof pathOf>) =>
  readNifti(new Uint8Array(gunzipSync(await workspace.read(pathOf(...path)))));
const labelsOf = async (study: Road) => cells(await study.text('cohort/labels.tsv'));
const column = (rows: readonly (readonly string[])[], name: string): string[] =>
  rows.slice(1).map((row) => row[rows[0]!.indexOf(name)]!);
const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const [x, y] = [Array.from(a), Array.from(b)];
  const mean = (v: readonly number[]): number => v.reduce((sum, value) => sum + value, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const cross = (u: readonly number[], mu: number, v: readonly number[], mv: number): number =>
    u.reduce((sum, value, i) => sum + (value - mu) * (v[i]! - mv), 0);
  return cross(x, mx, y, my) / Math.sqrt(cross(x, mx, x, mx) * cross(y, my, y, my));
};

describe('generate cohort', () => {
  it('writes the same files with one reader and with five, and others from another seed', async () => {
    const contents = [];
    for (const [readers, seed] of [
      [1, 5],
      [5, 5],
      [1, 6],
    ] as const) {
      const workspace = memoryFolder('s');
      const asset = async (path: string) => new Uint8Array(readFileSync(`public/${path}`));
      const context = { ...testContext(workspace).context, asset, readers: inlineReaders(readers) } as JobContext;
      const design = {
        n_subjects: 8,
        difficulty: 'hard',
        age_effect: 0.3,
        n_sessions: 2,
        n_sites: 2,
        site_link: 0.5,
        n_twins: 1,
      };
      const options = { output_directory: 'cohort', ...design, voxel_size: '4', seed } as const;
      await generateCohortJob(options as Parameters<typeof generateCohortJob>[0], context);
      contents.push(await contentOf(workspace));
    }
    const [one, five, other] = contents;
    expect(five).toEqual(one);
    const images = (content: Record<string, string>) => Object.entries(content).filter(([file]) => file.endsWith('_T1w.nii.gz'));
    expect(images(one!)).toHaveLength(16);
    for (const [file, bytes] of images(one!)) expect(other![file], file).not.toBe(bytes);
  });

  it('with the options of the sample study has its images, and the truth beside them', async () => {
    const cohort = await made('clinicadl generate cohort s --n_subjects 8');
    const sample = await made('clinicadl simulate s --n_subjects 8');
    const files = (await filesBelow(sample.workspace)).filter((file) => file.endsWith('.nii.gz'));
    expect(files).toHaveLength(10);
    for (const file of files)
      expect(gunzipSync(await cohort.workspace.read(file)).equals(gunzipSync(await sample.workspace.read(file))), file).toBe(
        true,
      );
    const truths = (await filesBelow(cohort.workspace)).filter((file) => file.endsWith('_logjacobian.nii.gz'));
    expect(truths).toHaveLength(8);
  });

  it('puts the truth on the grid of the images: 0 for CN, and what volumes.tsv tells at the hippocampi of AD', async () => {
    const study = await made(`${small} --n_sessions 2`);
    const volumes = cells(await study.text('cohort/volumes.tsv'));
    const labels = await labelsOf(study);
    expect(column(volumes, 'participant_id')).toEqual(column(labels, 'participant_id'));
    for (const [i, diagnosis] of column(labels, 'diagnosis').entries()) {
      const [participant, session] = [column(labels, 'participant_id')[i]!, column(labels, 'session_id')[i]!];
      const [image, truth] = [
        await imageOf(study, participant, session),
        await imageOf(study, participant, session, 'logjacobian'),
      ];
      expect([truth.shape, truth.affine]).toEqual([image.shape, image.affine]);
      expect(truth.affine).toEqual([
        [4, 0, 0, -84],
        [0, 4, 0, -119],
        [0, 0, 4, -78],
        [0, 0, 0, 1],
      ]);
      expect([truth.shape, truth.datatype]).toEqual([[43, 52, 45], 'float32']);
      const least = truth.data.reduce((low, value) => Math.min(low, value), 0);
      if (diagnosis === 'CN') expect(truth.data.every((value) => value === 0)).toBe(true);
      else {
        const [left, healthy] = ['left_volume', 'left_without_disease'].map((name) => Number(column(volumes, name)[i]));
        // The voxel at (60, 96, 68) mm is 1 mm from the centre of the left hippocampus.
        const beside = truth.data[15 + 43 * (24 + 52 * 17)]!;
        const atCentre = -3 * Math.log(1 + left! ** (-1 / 3) - healthy! ** (-1 / 3));
        expect(Math.abs(beside - atCentre)).toBeLessThan(0.02);
        expect(least).toBeLessThan(-0.5);
      }
    }
    // AD go on to lose more than a year of age takes.
    const patient = (session: string, name: string): number =>
      Number(column(volumes, name)[column(volumes, 'session_id').indexOf(session)]);
    expect(patient('ses-M012', 'left_volume') / patient('ses-M000', 'left_volume')).toBeLessThan(0.96);
    expect(patient('ses-M012', 'left_without_disease') / patient('ses-M000', 'left_without_disease')).toBeGreaterThan(0.99);
    expect(
      column(labels, 'age')
        .slice(0, 2)
        .map(Number)
        .reduce((a, b) => Math.round(10 * (b - a)) / 10),
    ).toBe(1);
  });

  it('with none gives AD and CN the same brains to draw from: no truth is other than 0', async () => {
    const study = await made(`${small} --difficulty none`);
    for (const i of [1, 2, 3, 4]) {
      const { data } = await imageOf(study, `sub-SIM00${i}`, 'ses-M000', 'logjacobian');
      expect(data.every((value) => value === 0)).toBe(true);
    }
    const volumes = cells(await study.text('cohort/volumes.tsv'));
    expect(column(volumes, 'left_volume')).toEqual(column(volumes, 'left_without_disease'));
  });

  it('gives twins one brain, one label and a scan each; nobody else changes', async () => {
    const [with2, without] = [await made(`${small} --n_twins 2`), await made(small)];
    const labels = await labelsOf(with2);
    expect(column(labels, 'twin')).toEqual(['sub-SIM003', 'sub-SIM004', 'sub-SIM001', 'sub-SIM002', ...Array(4).fill('n/a')]);
    for (const name of ['age', 'sex', 'diagnosis']) expect(column(labels, name)[2]).toBe(column(labels, name)[0]);
    const images = await Promise.all([1, 3, 5].map((i) => imageOf(with2, `sub-SIM00${i}`, 'ses-M000')));
    expect(images[1]!.data).not.toEqual(images[0]!.data);
    const residue = (i: number): Float64Array => Float64Array.from(images[i]!.data, (value, at) => value - images[2]!.data[at]!);
    expect(correlation(images[0]!.data, images[1]!.data)).toBeGreaterThan(correlation(images[0]!.data, images[2]!.data));
    expect(correlation(residue(0), residue(1))).toBeGreaterThan(0.5);
    for (const i of [1, 2, 5, 8])
      expect((await imageOf(with2, `sub-SIM00${i}`, 'ses-M000')).data).toEqual(
        (await imageOf(without, `sub-SIM00${i}`, 'ses-M000')).data,
      );
  });

  it('lets a label tell the site, wholly or not at all', async () => {
    const linked = await labelsOf(
      await made(`${small.replace('_subjects 8', '_subjects 40')} --n_sites 2 --site_link 1 --seed 1`),
    );
    const told = column(linked, 'diagnosis').map((label, i) => `${label} ${column(linked, 'site')[i]}`);
    expect([...new Set(told)].sort()).toEqual(['AD site-1', 'CN site-2']);
  });

  it('comes with boxes around the hippocampi', async () => {
    const study = await made(small);
    const name = 'tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-leftHippocampusBox_mask.nii.gz';
    const file = await study.workspace.read(`cohort/caps/masks/tpl-MNI152NLin2009cSym/${name}`);
    const mask = readNifti(new Uint8Array(gunzipSync(file)));
    expect(mask.shape).toEqual([43, 52, 45]);
    // From 36, 71 and 43 mm to below 86, 121 and 93 mm: 13 voxels of 4 mm along each axis.
    expect(mask.data.indexOf(1)).toBe(9 + 43 * (18 + 52 * 11));
    expect(mask.data.reduce((sum, value) => sum + value, 0)).toBe(13 ** 3);
  });

  it('makes the same brain at 1, 2 and 4 mm', async () => {
    const workspace = memoryFolder('s');
    const [{ simulation, healthyFactors }] = planCohort({
      ...{ n_subjects: 8, difficulty: 'easy', age_effect: 0.6, n_sessions: 1, n_sites: 1, site_link: 0, n_twins: 0, seed: 0 },
    });
    const images = [];
    for (const voxelSizeMm of [1, 2, 4]) {
      const template = new Uint8Array(readFileSync(`public/template/mni152-${voxelSizeMm === 1 ? 1 : 2}mm.nii.gz`));
      const truth = { path: `${voxelSizeMm}t.nii.gz`, healthyFactors };
      const request = { caps: workspace, outputPath: `${voxelSizeMm}.nii.gz`, template, voxelSizeMm, simulation, truth };
      await inlineReaders(1).simulateSession(request, new AbortController().signal);
      const [image, map] = await Promise.all([request.outputPath, truth.path].map((path) => workspace.read(path)));
      images.push([image, map].map((bytes) => readNifti(new Uint8Array(gunzipSync(bytes!)))));
    }
    expect(images.map(([image]) => image!.shape)).toEqual([
      [169, 208, 179],
      [85, 104, 90],
      [43, 52, 45],
    ]);
    for (const [i, factor] of [
      [1, 2],
      [2, 4],
    ] as const) {
      const [[fine, fineTruth], [coarse, coarseTruth]] = [images[0]!, images[i]!];
      const [nx, ny, nz] = coarse!.shape;
      const sampled = (data: ArrayLike<number>): Float64Array =>
        Float64Array.from({ length: nx! * ny! * nz! }, (_, at) => {
          const [x, y, z] = [at % nx!, Math.floor(at / nx!) % ny!, Math.floor(at / (nx! * ny!))];
          return data[factor * (x + 169 * (y + 208 * z))]!;
        });
      expect(correlation(sampled(fine!.data), coarse!.data)).toBeGreaterThan(0.97);
      expect(Float32Array.from(sampled(fineTruth!.data))).toEqual(coarseTruth!.data);
    }
  });
});
