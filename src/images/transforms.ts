/**
 * @file What is done to every element before a network sees it, in float32 as torch computes it.
 *
 * Order and values as `get_transforms` in ClinicaDL 1.6.1: NaN replacement, min-max, size reduction. Two of its silent failures are
 * repaired: an element of one value becomes zeros and is reported (there: NaN everywhere), infinite values are an error.
 */
import { appError } from '../base/errors';
import { product } from '../base/shape';

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
}

export interface TransformedElement extends TransformNotes {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

const largest = 3.4028234663852886e38;

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

/** Smallest and largest value; [Infinity, -Infinity] for an empty array. NaN is not looked for. */
function rangeOf(data: Float32Array<ArrayBuffer>): [number, number] {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

/** What `transformElement` would report of these values; nothing is changed. */
export function notesOf(data: Float32Array<ArrayBuffer>): TransformNotes {
  const [min, max] = rangeOf(data);
  let nanCount = 0;
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) nanCount++;
  return { nanCount, constant: min === max || nanCount === data.length };
}

/**
 * In place: (x − min) / (max − min), each step rounded to float32. True when all values were equal (then all become 0).
 * Throws `values-infinite`, which `where` names.
 */
function minMaxNormalize(data: Float32Array<ArrayBuffer>, where: string): boolean {
  const [min, max] = rangeOf(data);
  const range = Math.fround(max - min);
  if (!Number.isFinite(range)) throw appError('values-infinite', { file: where }, { where });
  if (range === 0) {
    data.fill(0);
    return true;
  }
  for (let i = 0; i < data.length; i++) data[i] = Math.fround(data[i] - min) / range;
  return false;
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
 * All transforms on row-major values, which are changed in place. `where` names the file in errors.
 * Throws `values-infinite` and as `reducedShape`.
 */
export function transformElement(
  data: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  options: TransformOptions,
  where: string,
): TransformedElement {
  const nanCount = replaceNan(data);
  const [min, max] = options.normalize ? [0, 1] : rangeOf(data);
  const constant = options.normalize ? minMaxNormalize(data, where) : min === max;
  if (options.sizeReductionFactor === null) return { shape, data, nanCount, constant };
  return { ...reduceSize(data, shape, options.sizeReductionFactor), nanCount, constant };
}
