/** @file torchio's RandomSwap: a hundred times two cubes of 15 voxels change places. */
import { type Augmentation, always, spaceOf, torchInteger } from './augmentation';

const SIZE = 15;
const TIMES = 100;

type Corner = readonly number[];

/** Voxels of a cube, row after row, in all channels. */
function eachRow([D, H, W]: readonly number[], [x, y, z]: Corner, channels: number, visit: (at: number) => void): void {
  for (let c = 0; c < channels; c++)
    for (let i = x; i < x + SIZE; i++) for (let j = y; j < y + SIZE; j++) visit(((c * D + i) * H + j) * W + z);
}

export const swap: Augmentation = always(({ torch }, shape) => {
  const space = spaceOf(shape);
  const corner = (): Corner => space.map((N) => (N === SIZE ? 0 : torchInteger(torch, 0, N - SIZE)));
  const pairs = Array.from({ length: TIMES }, (): readonly [Corner, Corner] => {
    const first = corner();
    let second = corner();
    while (second.every((value, axis) => value === first[axis])) second = corner();
    return [first, second];
  });
  return (data) => {
    const saved = new Float32Array(shape[0] * SIZE ** 3);
    for (const [first, second] of pairs) {
      let at = 0;
      eachRow(space, second, shape[0], (row) => {
        saved.set(data.subarray(row, row + SIZE), at);
        at += SIZE;
      });
      const rows: number[] = [];
      eachRow(space, second, shape[0], (row) => rows.push(row));
      let n = 0;
      // Voxel by voxel, as torch does: where the cubes overlap, what was just written is read again.
      eachRow(space, first, shape[0], (row) => {
        for (let i = 0, to = rows[n++]; i < SIZE; i++) data[to + i] = data[row + i];
      });
      at = 0;
      eachRow(space, first, shape[0], (row) => {
        data.set(saved.subarray(at, at + SIZE), row);
        at += SIZE;
      });
    }
    return data;
  };
});
