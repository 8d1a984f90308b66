/** @file `make-masks` and `add-mask`: what is written for which grid, and what is refused before anything is. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readNifti, writeNifti } from '../src/formats/nifti';
import { type Road, road } from './road';
import { contentOf, filesBelow } from './road-files';
import { imagePath } from './road-study';

type Shape = readonly [number, number, number];
const place = (mm: number, origin: Shape) => [
  [mm, 0, 0, origin[0]],
  [0, mm, 0, origin[1]],
  [0, 0, mm, origin[2]],
  [0, 0, 0, 1],
];
const grids = {
  cropped: { shape: [169, 208, 179], affine: place(1, [-84, -119, -78]) },
  uncropped: { shape: [193, 229, 193], affine: place(1, [-96, -132, -78]) },
  coarse: { shape: [85, 104, 90], affine: place(2, [-84, -119, -78]) },
} as const;
type Grid = { readonly shape: readonly number[]; readonly affine: readonly (readonly number[])[] };

const nifti = ({ shape, affine }: Grid, fill: (at: number) => number): Uint8Array<ArrayBuffer> => {
  const data = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => fill(at));
  return new Uint8Array(gzipSync(writeNifti({ shape, data, affine, datatype: 'uint8' }), { level: 1 }));
};
const folder = 'caps/masks/tpl-MNI152NLin2009cSym';
const nameOf = (crop: boolean, roi: string): string =>
  `tpl-MNI152NLin2009cSym${crop ? '_desc-Crop' : ''}_res-1x1x1_roi-${roi}_mask.nii.gz`;
const read = async (workspace: Folder, path: string) => readNifti(new Uint8Array(gunzipSync(await workspace.read(path))));

let study: Road;
beforeEach(async () => {
  study = await road(memoryFolder('s'), 'cpu');
});
const addImage = (grid: Grid): Promise<void> =>
  study.workspace.write(
    imagePath('sub-A'),
    nifti(grid, (at) => at % 7),
  );

describe('make-masks', () => {
  // By the documents: 50 voxels around (61, 96, 68) and (109, 96, 68) of cropped images, which begin at (12, 13, 0) of the others.
  it('writes both boxes for both kinds of images, under the names of the documentation', async () => {
    await addImage(grids.cropped);
    const { written } = await study.must('clinicadl make-masks caps');
    expect([...written].sort()).toEqual(
      [true, false]
        .flatMap((crop) => ['left', 'right'].map((side) => `${folder}/${nameOf(crop, `${side}HippocampusBox`)}`))
        .sort(),
    );
    for (const [crop, side, first] of [
      [true, 'left', [36, 71, 43]],
      [true, 'right', [84, 71, 43]],
      [false, 'left', [48, 84, 43]],
      [false, 'right', [96, 84, 43]],
    ] as const) {
      const { shape, affine } = crop ? grids.cropped : grids.uncropped;
      const mask = await read(study.workspace, `${folder}/${nameOf(crop, `${side}HippocampusBox`)}`);
      expect([mask.shape, mask.affine]).toEqual([shape, affine]);
      expect(mask.data.indexOf(1)).toBe(first[0] + shape[0] * (first[1] + shape[1] * first[2]));
      expect(mask.data.lastIndexOf(1)).toBe(first[0] + 49 + shape[0] * (first[1] + 49 + shape[1] * (first[2] + 49)));
      expect(mask.data.reduce((sum, value) => sum + value, 0)).toBe(50 ** 3);
      // The same place in mm, whichever the grid.
      expect(first.map((voxel, axis) => voxel + 25 + affine[axis]![3]!)).toEqual([side === 'left' ? -23 : 25, -23, -10]);
    }
  });

  it('on the grid of simulated images makes boxes that those have themselves', async () => {
    await study.must('clinicadl generate cohort s --n_subjects 8 --voxel_size 4');
    const own = `s/caps/masks/tpl-MNI152NLin2009cSym/${nameOf(true, 'leftHippocampusBox')}`;
    const before = (await read(study.workspace, own)).data;
    await study.workspace.remove(own);
    const { written } = await study.must('clinicadl make-masks s/caps');
    expect(written).toContain(own);
    expect((await read(study.workspace, own)).data).toEqual(before);
  });

  it('leaves masks that are there, and refuses images on another grid before it writes', async () => {
    await study.workspace.write(`${folder}/${nameOf(true, 'leftHippocampusBox')}`, new Uint8Array([1]));
    await addImage(grids.cropped);
    expect((await study.must('clinicadl make-masks caps')).written).toHaveLength(3);
    expect(await study.workspace.read(`${folder}/${nameOf(true, 'leftHippocampusBox')}`)).toEqual(new Uint8Array([1]));
    await study.workspace.remove('caps/masks');
    await addImage({ shape: [20, 20, 20], affine: grids.cropped.affine });
    const outcome = await study.run('clinicadl make-masks caps');
    expect([outcome.error?.code, outcome.written]).toEqual(['boxes-grid', []]);
  });
});

describe('add-mask', () => {
  const line = 'clinicadl add-mask caps --mask_file mine.nii.gz --roi_name amygdala';
  const small = { shape: [12, 10, 8], affine: place(1, [-84, -119, -78]) } as const;
  const ball = (at: number): number => (at % 12 > 4 && at % 12 < 9 ? 1 : 0);
  beforeEach(async () => {
    await addImage(small);
    await study.workspace.write('mine.nii.gz', nifti(small, ball));
  });

  it('writes the file under the name that prepare-data looks for', async () => {
    const before = await study.workspace.read('mine.nii.gz');
    const { written } = await study.must(line);
    expect(written).toEqual([`${folder}/${nameOf(true, 'amygdala')}`]);
    expect(await study.workspace.read(written[0]!)).toEqual(before);
    await study.must('clinicadl prepare-data roi caps t1-linear --roi_list amygdala --save_features --extract_json roi');
    expect((await filesBelow(study.workspace)).filter((file) => file.endsWith('roi-amygdala_T1w.pt'))).toHaveLength(1);
  });

  it.each([
    ['mask-shape', { shape: [10, 12, 8], affine: small.affine }, ball],
    ['mask-elsewhere', { shape: small.shape, affine: place(1, [-84, -119, -72]) }, ball],
    ['mask-elsewhere', { shape: small.shape, affine: [[-1, 0, 0, 84], ...place(1, [-84, -119, -78]).slice(1)] }, ball],
    ['mask-empty', small, () => 0],
    ['mask-not-binary', small, () => 1],
    ['mask-not-binary', small, (at: number) => at % 3],
  ] as const)('refuses %s, and nothing changes', async (code, grid, fill) => {
    await study.workspace.write('mine.nii.gz', nifti(grid, fill));
    const before = await contentOf(study.workspace);
    const outcome = await study.run(line);
    expect([outcome.error?.code, outcome.written]).toEqual([code, []]);
    expect(await contentOf(study.workspace)).toEqual(before);
  });

  it.each([
    [
      'nifti-truncated',
      async () => study.workspace.write('mine.nii.gz', new Uint8Array(gunzipSync(nifti(small, ball))).slice(0, 900)),
    ],
    ['file-missing', async () => study.workspace.remove('mine.nii.gz')],
  ])('refuses a file that is none: %s', async (code, spoil) => {
    await spoil();
    const outcome = await study.run(line);
    expect([outcome.error?.code, outcome.written]).toEqual([code, []]);
  });
});
