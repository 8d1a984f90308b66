/** @file The values of an element as a NIfTI image. */
import type { NiftiSource } from '../formats/nifti';

/** Voxels of 1 mm from 0 on, where the place of an image is not known. */
export const identity = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
] as const;

/** The first channel as NIfTI has it: a volume, first axis fastest; a slice lies in it as a layer. */
export function volumeOf(
  data: Float32Array,
  [, ...space]: readonly number[],
  sliceAxis: number | null,
  affine: NiftiSource['affine'],
): NiftiSource {
  const [x, y, z] = sliceAxis === null ? space : space.toSpliced(sliceAxis, 0, 1);
  const turned = new Float32Array(x * y * z);
  for (let i = 0, from = 0; i < x; i++)
    for (let j = 0; j < y; j++) for (let k = 0; k < z; k++) turned[i + x * (j + y * k)] = data[from++];
  return { shape: [x, y, z], data: turned, affine, datatype: 'float32' };
}
