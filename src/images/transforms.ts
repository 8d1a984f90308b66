/**
 * @file What is done to every element before a network sees it, in float32 as torch computes it.
 *
 * Order and values as `get_transforms` in ClinicaDL 1.6.1: NaN replacement, min-max, size reduction. What it silently
 * turns into NaN is judged before (`judge-values.ts`); an element of one value becomes zeros and is reported.
 */
import { appError } from '../base/errors';
import { product } from '../base/shape';
import { factsOf, judgeValues, largest, outliersOf } from './judge-values';

export interface TransformOptions {
  readonly normalize: boolean;
  /** null: full size. */
  readonly sizeReductionFactor: number | null;
}

export interface TransformNotes {
  /** Values that were NaN. */
  readonly nanCount: number;
  /** All values were equal; with normalisation they are now 0. */
  readonly constant: boolean;
  /** Voxels of a whole image beside which all others have one value. */
  readonly outliers: number;
}

export interface TransformedElement extends TransformNotes {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** In place, and only if there is a NaN: NaN → 0, ±Infinity → the largest float32 values. Returns the number of NaN. */
export function replaceNan(data: Float32Array<ArrayBuffer>): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) count++;
  if (count === 0) return 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isNaN(value)) data[i] = 0;
    else if (value === Infinity) data[i] = largest;
    else if (value === -Infinity) data[i] = -largest;
  }
  return count;
}

/** In place: (x − min) / (max − min), each step rounded to float32; zeros where all values are equal. */
function minMaxNormalize(data: Float32Array<ArrayBuffer>, min: number, max: number): void {
  const range = Math.fround(max - min);
  if (range === 0) data.fill(0);
  else for (let i = 0; i < data.length; i++) data[i] = Math.fround(data[i] - min) / range;
}

/** Start and stop per axis of the strided slicing of each factor (`SizeReduction` in the original). */
const reductions: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  2: [
    [4, 164],
    [8, 200],
    [8, 168],
  ],
  3: [
    [0, 168],
    [8, 200],
    [4, 172],
  ],
  4: [
    [4, 164],
    [8, 200],
    [8, 168],
  ],
  5: [
    [4, 164],
    [0, 200],
    [8, 168],
  ],
};

/** The voxel, on each axis, that becomes the first one. */
export function reductionStart(factor: number): readonly number[] {
  return reductions[factor].map(([start]) => start);
}

/**
 * Shape of an element [c, d, h, w] after size reduction. Throws `size-reduction-factor` (not 2 to 5) and `size-reduction-shape`
 * (slices, or nothing would be left).
 */
export function reducedShape(shape: readonly number[], factor: number): number[] {
  const bounds = reductions[factor];
  if (bounds === undefined) throw appError('size-reduction-factor', { factor }, { where: 'Data.size_reduction_factor' });
  const sizes = bounds.map(([start, stop], axis) => Math.ceil((Math.min(stop, shape[axis + 1]) - start) / factor));
  if (shape.length !== 4 || sizes.some((size) => size < 1))
    throw appError('size-reduction-shape', { factor, shape: shape.join(' × ') }, { where: 'Data.size_reduction' });
  return [shape[0], ...sizes];
}

/** Every `factor`-th voxel of row-major [c, d, h, w] from a fixed start on each axis; no smoothing. Throws as `reducedShape`. */
export function reduceSize(
  data: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  factor: number,
): { shape: number[]; data: Float32Array<ArrayBuffer> } {
  const reduced = reducedShape(shape, factor);
  const [channels, d, h, w] = reduced;
  const [startD, startH, startW] = reductions[factor].map(([start]) => start);
  const result = new Float32Array(product(reduced));
  let to = 0;
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < d; i++)
      for (let j = 0; j < h; j++) {
        const row = (c * shape[1] + startD + i * factor) * shape[2] + startH + j * factor;
        let from = row * shape[3] + startW;
        for (let k = 0; k < w; k++, from += factor) result[to++] = data[from];
      }
  return { shape: reduced, data: result };
}

/** Shape of an element after `transformElement`. Throws as `reducedShape`. */
export function transformedShape(shape: readonly number[], options: TransformOptions): readonly number[] {
  return options.sizeReductionFactor === null ? shape : reducedShape(shape, options.sizeReductionFactor);
}

/**
 * All transforms on row-major values, which are changed in place. `where` names the file in errors; `whole`: the element is a whole
 * image. Throws as `judgeValues` and `reducedShape`.
 */
export function transformElement(
  data: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  { normalize, sizeReductionFactor }: TransformOptions,
  where: string,
  whole = false,
): TransformedElement {
  const facts = factsOf(data);
  const constant = judgeValues(facts, { normalize, whole }, where);
  const { nanCount } = facts;
  const outliers = normalize && whole ? outliersOf(data, facts) : 0;
  if (nanCount > 0) replaceNan(data);
  if (normalize) minMaxNormalize(data, facts.min, facts.max);
  if (sizeReductionFactor === null) return { shape, data, nanCount, constant, outliers };
  return { ...reduceSize(data, shape, sizeReductionFactor), nanCount, constant, outliers };
}
