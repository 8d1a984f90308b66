/** @file Region masks, kept as the planes they touch and the values inside: small enough to be sent with every request. */
import { appError } from '../base/errors';
import type { Affine } from '../formats/nifti-affine';
import { type Triple, tripleOf } from './volume';

export interface RoiMask {
  readonly name: string;
  /** Name of the mask's file, without its folder: the names of the tensors are made from it. */
  readonly fileName: string;
  /** The mask's file, inside the CAPS. */
  readonly path: string;
  /** Size of the whole mask, [d, h, w]. */
  readonly shape: Triple;
  /** Voxel → millimetres; null where it is not known. */
  readonly affine: Affine | null;
  /** Per axis, ascending: the indices where the mask has a voxel that is not zero. */
  readonly planes: readonly [Int32Array, Int32Array, Int32Array];
  /** Mask values on the product of the planes, row-major; bytes when all are 0 or 1. */
  readonly values: Uint8Array | Float64Array;
  /** The whole mask holds both 0 and 1 and nothing else: what `prepare-data` asks for. */
  readonly binary: boolean;
}

/** Ascending indices where `touched` is set. */
function indicesOf(touched: Uint8Array): Int32Array {
  return Int32Array.from([...touched.keys()].filter((index) => touched[index] === 1));
}

/**
 * A mask from its voxels in file order (first axis fastest). Axes of size 1 after the third are dropped, and a mask
 * [1, d, h, w] loses its first axis. The selection is one of
 * planes, not a box: empty planes between separate parts fall out, as in the original. `where` is the mask's path.
 * Throws `image-not-3d`, and `mask-empty` when no voxel is set.
 */
export function makeRoiMask(
  name: string,
  shape: readonly number[],
  data: ArrayLike<number>,
  where: string,
  affine: Affine | null = null,
): RoiMask {
  const leading = shape.length >= 4 && shape[0] === 1 && shape.slice(3).some((length) => length !== 1);
  const size = tripleOf(leading ? shape.slice(1) : shape, where);
  const [d, h, w] = size;
  const touched = size.map((length) => new Uint8Array(length));
  let zeros = 0;
  let ones = 0;
  for (let k = 0, at = 0; k < w; k++) {
    for (let j = 0; j < h; j++) {
      for (let i = 0; i < d; i++, at++) {
        const value = data[at];
        if (value === 0) zeros++;
        else {
          if (value === 1) ones++;
          touched[0][i] = touched[1][j] = touched[2][k] = 1;
        }
      }
    }
  }
  if (zeros === d * h * w) throw appError('mask-empty', { roi: name, file: where }, { where });
  const planes: RoiMask['planes'] = [indicesOf(touched[0]), indicesOf(touched[1]), indicesOf(touched[2])];
  const bytes = zeros + ones === d * h * w;
  const count = planes[0].length * planes[1].length * planes[2].length;
  const values = bytes ? new Uint8Array(count) : new Float64Array(count);
  let to = 0;
  for (const i of planes[0]) for (const j of planes[1]) for (const k of planes[2]) values[to++] = data[i + d * (j + h * k)];
  return {
    name,
    fileName: where.slice(where.lastIndexOf('/') + 1),
    path: where,
    shape: size,
    affine,
    planes,
    values,
    binary: bytes && zeros > 0 && ones > 0,
  };
}
