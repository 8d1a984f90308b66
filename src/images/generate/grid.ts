/** @file Voxels of an image file, whose first axis is the fastest, in the order of numpy's arrays, whose last one is. */
import type { Triple } from '../volume';

/** Calls with the place of each voxel in the file. */
export function inNumpyOrder([nx, ny, nz]: Triple, visit: (at: number) => void): void {
  for (let i = 0; i < nx; i++)
    for (let j = 0; j < ny; j++) for (let k = 0, at = i + nx * j; k < nz; k++, at += nx * ny) visit(at);
}
