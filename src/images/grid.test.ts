/** @file Moving voxels between grids, against where each voxel lies in millimetres. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Grid, isSameGrid, rearrange, rearrangementTo } from './grid';
import type { Triple } from './volume';

const cube: Grid = {
  shape: [5, 4, 3],
  affine: [
    [1, 0, 0, -84],
    [0, 1, 0, -119],
    [0, 0, 1, -78],
    [0, 0, 0, 1],
  ],
};

/** Millimetres of a voxel. */
const place = ({ affine }: Grid, voxel: readonly number[]): number[] =>
  affine.slice(0, 3).map((row) => row[0]! * voxel[0]! + row[1]! * voxel[1]! + row[2]! * voxel[2]! + row[3]!);

function* voxelsOf([x, y, z]: Triple): Generator<Triple> {
  for (let k = 0; k < z; k++) for (let j = 0; j < y; j++) for (let i = 0; i < x; i++) yield [i, j, k];
}

const size = fc.integer({ min: 1, max: 6 });
const shift = fc.integer({ min: -3, max: 3 });
const grids = fc
  .record({
    shape: fc.tuple(size, size, size),
    order: fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
    signs: fc.tuple(fc.constantFrom(1, -1), fc.constantFrom(1, -1), fc.constantFrom(1, -1)),
    from: fc.tuple(shift, shift, shift),
  })
  .map(({ shape, order, signs, from }): Grid => {
    const rows = [0, 1, 2].map((axis) => order.map((to, j) => (to === axis ? signs[j]! : 0)));
    return { shape, affine: [...rows.map((row, i) => [...row, cube.affine[i]![3]! + from[i]!]), [0, 0, 0, 1]] };
  });

describe('voxels on another grid', () => {
  it('keep their place in millimetres, and what the image does not have is 0', () => {
    fc.assert(
      fc.property(grids, (own) => {
        const values = new Map([...voxelsOf(own.shape)].map((voxel, i) => [place(own, voxel).join(), i + 1]));
        const way = rearrangementTo(own, cube)!;
        const target = new Uint16Array(60);
        rearrange(Uint16Array.from(values.values()), own.shape, way, cube.shape, target);
        const expected = [...voxelsOf(cube.shape)].map((voxel) => values.get(place(cube, voxel).join()) ?? 0);
        expect([...target]).toEqual(expected);
        expect(way.covered).toBeCloseTo(expected.filter((value) => value > 0).length / 60, 9);
      }),
    );
  });

  it.each([
    ['half a voxel', [1, 0, 0, -83.5]],
    ['other voxel sizes', [1.1, 0, 0, -84]],
    ['an angle', [0.995, 0.0998, 0, -84]],
    ['no extent', [0, 0, 0, -84]],
    ['NaN', [Number.NaN, 0, 0, -84]],
  ])('need values in between after %s', (_, row) => {
    expect(rearrangementTo({ ...cube, affine: [row, ...cube.affine.slice(1)] }, cube)).toBeUndefined();
  });

  it('a grid is the same up to rounding of its header', () => {
    expect(isSameGrid(cube, { ...cube, affine: cube.affine.map((row) => row.map((value) => value + 1e-5)) })).toBe(true);
    expect(isSameGrid(cube, { ...cube, affine: cube.affine.map((row) => row.map((value) => value + 1)) })).toBe(false);
  });
});
