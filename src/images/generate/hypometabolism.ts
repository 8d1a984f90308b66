/** @file `generate hypometabolic`: uptake is lost in the regions of a disease. */
import type { Affine } from '../../formats/nifti-affine';
import { gaussianFilter } from '../augment/gaussian';
import { inverse, multiplied } from '../placing';
import type { Triple } from '../volume';

export interface Grid {
  readonly shape: Triple;
  readonly affine: Affine;
}

/** Halves go up. */
const nearest = (x: number): number => Math.floor(x + 0.5);

/** The mask on another grid: of each voxel the nearest one of the mask, 0 outside of it. First axis fastest. */
export function maskOnGrid(mask: Grid & { readonly data: Float64Array }, grid: Grid): Float64Array<ArrayBuffer> {
  const [nx, ny, nz] = grid.shape;
  const [mx, my, mz] = mask.shape;
  const [X, Y, Z] = multiplied(inverse(mask.affine), grid.affine);
  const result = new Float64Array(nx * ny * nz);
  let at = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, at++) {
        const x = X[0] * i + X[1] * j + X[2] * k + X[3];
        const y = Y[0] * i + Y[1] * j + Y[2] * k + Y[3];
        const z = Z[0] * i + Z[1] * j + Z[2] * k + Z[3];
        // SciPy takes nothing for inside that lies beyond the middle of the outermost voxels.
        if (!(x >= 0 && y >= 0 && z >= 0 && x <= mx - 1 && y <= my - 1 && z <= mz - 1)) continue;
        result[at] = mask.data[nearest(x) + mx * (nearest(y) + my * nearest(z))];
      }
  return result;
}

/** What each voxel is multiplied with: 1 outside the regions, less inside, by `degree` percent, with soft borders. `mask` is written over. */
export function uptakeLeft(
  mask: Float64Array<ArrayBuffer>,
  [nx, ny, nz]: Triple,
  degree: number,
  sigma: number,
): Float64Array<ArrayBuffer> {
  for (let at = 0; at < mask.length; at++) {
    const outside = 1 - mask[at];
    mask[at] = outside === 0 ? 1 - degree / 100 : outside;
  }
  return gaussianFilter(mask, [nz, ny, nx], [sigma, sigma, sigma]);
}
