/** @file One three-dimensional image in memory: voxels with their strides, whatever order they are stored in. */
import { appError } from '../base/errors';
import { product } from '../base/shape';

export type Triple = readonly [number, number, number];

export interface Volume {
  /** [d, h, w]: axes 0, 1, 2 of the file. */
  readonly shape: Triple;
  /** Distance of neighbours on each axis, in elements: [1, d, d·h] for a NIfTI file. */
  readonly strides: Triple;
  /** Exactly d·h·w voxels, or those from `start` on that an element needs. */
  readonly data: Float32Array<ArrayBuffer>;
  /** Place of the first voxel of `data` in the whole image; 0 unless told. */
  readonly start?: number;
}

/**
 * The three sizes of an image. Axes of size 1 after the third are dropped, as `nibabel.squeeze_image` does: FSL, SPM and converters
 * write them. Throws `image-not-3d`, which names the size of a real fourth axis.
 */
export function tripleOf(shape: readonly number[], where: string): Triple {
  const extra = shape.findIndex((size, axis) => axis > 2 && size !== 1);
  if (shape.length >= 3 && extra < 0) return [shape[0], shape[1], shape[2]];
  const reason =
    extra < 0
      ? `it has ${shape.length === 1 ? '1 axis' : `${shape.length} axes`}`
      : `axis ${extra + 1} has the size ${shape[extra]}`;
  throw appError('image-not-3d', { file: where, shape: shape.join(' × '), reason }, { where });
}

/** A volume of voxels in file order, the first axis fastest (NIfTI). `data` is used, not copied. */
export function volumeInFileOrder(shape: readonly number[], data: Float32Array<ArrayBuffer>, where: string): Volume {
  const [d, h, w] = tripleOf(shape, where);
  return { shape: [d, h, w], strides: [1, d, d * h], data };
}

/**
 * A volume of a saved whole image [1, d, h, w]. `data` must hold exactly its voxels, at the given strides; it is used, not copied.
 * Throws `tensor-not-image`.
 */
export function volumeOfTensor(
  shape: readonly number[],
  strides: readonly number[],
  data: Float32Array<ArrayBuffer>,
  where: string,
): Volume {
  if (shape.length !== 4 || shape[0] !== 1 || product(shape) !== data.length)
    throw appError('tensor-not-image', { file: where, shape: shape.join(' × ') }, { where });
  return { shape: [shape[1], shape[2], shape[3]], strides: [strides[1], strides[2], strides[3]], data };
}

const tile = 32;

/**
 * Copies a box of `shape` from strided voxels to row-major order, in tiles so that both sides stay in the processor's cache.
 * `offset` and `at` are the first element in the source and in the target.
 */
export function copyRowMajor(
  source: Float32Array<ArrayBuffer>,
  offset: number,
  shape: Triple,
  strides: Triple,
  target: Float32Array<ArrayBuffer>,
  at = 0,
): void {
  const [d, h, w] = shape;
  const [sd, sh, sw] = strides;
  for (let i0 = 0; i0 < d; i0 += tile) {
    const i1 = Math.min(i0 + tile, d);
    for (let j = 0; j < h; j++) {
      for (let k0 = 0; k0 < w; k0 += tile) {
        const k1 = Math.min(k0 + tile, w);
        for (let i = i0; i < i1; i++) {
          let from = offset + i * sd + j * sh + k0 * sw;
          let to = at + (i * h + j) * w + k0;
          for (let k = k0; k < k1; k++, from += sw) target[to++] = source[from];
        }
      }
    }
  }
}
