/** @file Planes, voxels and millimetres of 48 orientations and three obliques against nibabel's. */
import { describe, expect, it } from 'vitest';
import cases from '../../../../test/golden/images/orientations.json';
import { readNifti } from '../../../formats/nifti';
import { mmOf, moved, offsetOf, pixelOf, type Triple, viewsOf, voxelAt, voxelOf, worldAxes } from './geometry';
import { overlayAt, planePixels, strongestOf, type Values } from './paint';

const imageOf = (file: string): Values => {
  const { shape, affine, data } = readNifti(Uint8Array.from(atob(file), (c) => c.charCodeAt(0)));
  return { shape: shape as unknown as Triple, affine, data: data as Float32Array };
};

describe.each(cases)('$name, $codes', ({ file, points, middle, ras_shape, ...planes }) => {
  const image = imageOf(file);
  const axes = worldAxes(image.affine, image.shape);
  const at = middle as unknown as Triple;

  it('millimetres and values of voxels are those of nibabel, and the way back leads to the voxel', () => {
    for (const { voxel, mm, value } of points) {
      const place = voxel as unknown as Triple;
      for (const [axis, found] of mmOf(image.affine, place).entries()) expect(found).toBeCloseTo(mm[axis], 4);
      expect(image.data[offsetOf(place, image.shape)]).toBe(value);
      for (const [axis, found] of voxelOf(image.affine, mmOf(image.affine, place))!.entries())
        expect(found).toBeCloseTo(voxel[axis], 6);
    }
  });

  it('planes show what nibabel turns to the right, the front and upwards', () => {
    expect(axes.map(({ size }) => size)).toEqual(ras_shape);
    for (const view of viewsOf(axes, false)) {
      const pixels = planePixels(image, view, at, { black: 0, white: 255, threshold: 0, opacity: 0 }, undefined);
      const rows = Array.from({ length: view.up.size }, (_, y) =>
        Array.from({ length: view.across.size }, (__, x) => pixels[4 * (y * view.across.size + x)]),
      );
      expect(rows).toEqual(planes[view.name]);
    }
  });

  it('as radiologists see it, the right side of the patient is on the left, and up stays up', () => {
    for (const view of viewsOf(axes, true)) {
      const pixels = planePixels(image, view, at, { black: 0, white: 255, threshold: 0, opacity: 0 }, undefined);
      const rows = Array.from({ length: view.up.size }, (_, y) =>
        Array.from({ length: view.across.size }, (__, x) => pixels[4 * (y * view.across.size + x)]),
      );
      expect(rows).toEqual(view.name === 'sagittal' ? planes.sagittal : planes[view.name].map((row) => row.toReversed()));
      expect(view.letters.left).toBe(view.name === 'sagittal' ? 'P' : 'R');
    }
  });

  it('a pixel and its voxel find each other; steps of the screen move to the neighbour', () => {
    for (const radiological of [false, true])
      for (const view of viewsOf(axes, radiological)) {
        for (let y = 0; y < view.up.size; y++)
          for (let x = 0; x < view.across.size; x++) expect(pixelOf(view, voxelAt(view, at, x, y))).toEqual([x, y]);
        const [x, y] = pixelOf(view, voxelAt(view, at, 0, 1));
        expect(pixelOf(view, moved(view, voxelAt(view, at, 0, 1), [1, 1, 0]))).toEqual([x + 1, y - 1]);
        const through = moved(view, at, [0, 0, 1]);
        const axis = ['sagittal', 'coronal', 'axial'].indexOf(view.name);
        // To the right, the front or upwards in mm; the last plane stays.
        if (through[view.through.file] !== at[view.through.file])
          expect(mmOf(image.affine, through)[axis]).toBeGreaterThan(mmOf(image.affine, at)[axis]);
      }
  });
});

it('a map on another grid lies where its own affine says', () => {
  const image: Values = {
    shape: [4, 1, 1],
    affine: [
      [-1, 0, 0, 3],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    data: new Float32Array(4),
  };
  // Voxels of 2 mm, at 0 and 2 mm.
  const overlay = {
    shape: [2, 1, 1] as const,
    affine: [
      [2, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    data: Float32Array.of(-1, 4),
    largest: 4,
  };
  // Voxels of the image lie at 3, 2, 1 and 0 mm; 1 and 3 mm are as near to one as to the other, and 3 is beyond the grid's half voxel.
  expect([1, 3].map((i) => overlayAt(overlay, image, [i, 0, 0], 0))).toEqual([1, -0.25]);
  expect(overlayAt(overlay, image, [3, 0, 0], 0.3)).toBe(0);
  // Its 4 lies at 2 mm, which is voxel 1 of the image.
  expect(strongestOf(overlay, image)?.map(Math.abs)).toEqual([1, 0, 0]);
  expect(strongestOf({ ...overlay, data: Float32Array.of(0, Number.NaN) }, image)).toBeNull();
});
