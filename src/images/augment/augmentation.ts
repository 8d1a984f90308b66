/** @file What an augmentation is: draws first, which depend on the shape alone, then the change of the voxels by them. */
import type { NumpyRandom } from '../../base/numpy-random';
import type { PythonRandom } from '../../base/python-random';
import type { TorchRandom } from '../../base/torch-random';

/** The three generators of a training. ClinicaDL draws from one or another, as its libraries do. */
export interface Generators {
  readonly torch: TorchRandom;
  readonly numpy: NumpyRandom;
  readonly python: PythonRandom;
}

type Floats = Float32Array<ArrayBuffer>;

/** Changes an element [c, …space] of the shape it was drawn for, row-major; it may write over what it is given. */
export type Change = (data: Floats) => Floats;

/** Draws from the generators as ClinicaDL 1.6.1 does in a loader without workers. */
export type Augmentation = (random: Generators, shape: readonly number[]) => Change;

/** A float32 between a and b, as torch draws one. */
export function uniform32(torch: TorchRandom, a: number, b: number): number {
  const one = new Float32Array(1);
  torch.uniformFloat32(one, a, b);
  return one[0];
}

/** A whole number of lo…hi − 1. */
export const torchInteger = (torch: TorchRandom, lo: number, hi: number): number => lo + (torch.next32() % (hi - lo));

/** Every transform of torchio asks once whether it shall be applied, and so does the fixed one that it makes. */
export function always(drawn: Augmentation): Augmentation {
  return (random, shape) => {
    random.torch.next32();
    const change = drawn(random, shape);
    random.torch.next32();
    return change;
  };
}

/** The change of each channel by itself. */
export const byChannel =
  (channels: number, change: (data: Floats) => Floats): Change =>
  (data) => {
    const size = data.length / channels;
    for (let c = 0; c < channels; c++) data.set(change(data.subarray(c * size, (c + 1) * size)), c * size);
    return data;
  };

/** d, h and w; depth 1 for a slice. */
export const spaceOf = ([, ...space]: readonly number[]): readonly [number, number, number] =>
  space.length === 2 ? [1, space[0], space[1]] : [space[0], space[1], space[2]];
