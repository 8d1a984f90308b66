/** @file The three slices of a brain that the networks of `quality-check t1-linear` see, from an image file or from a saved tensor. */
import type { Triple } from '../volume';

export interface Voxels {
  readonly shape: Triple;
  readonly strides: Triple;
  readonly data: Float32Array | Float64Array;
}

/** Row by row. */
export interface Slice {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

const [CANVAS, KEPT] = [256, 224];
const MARGIN = (CANVAS - KEPT) / 2;

/** The middle slice across axis 2 (axial), 0 (sagittal) and 1 (coronal); the lower of the two axes left gives the rows. */
export function middleSlices({ shape, strides, data }: Voxels): Slice[] {
  return [2, 0, 1].map((cut) => {
    const [down, across] = [0, 1, 2].filter((axis) => axis !== cut);
    const [rows, columns] = [shape[down], shape[across]];
    const start = Math.floor(shape[cut] / 2) * strides[cut];
    const values = new Float64Array(rows * columns);
    for (let r = 0, to = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) values[to++] = data[start + r * strides[down] + c * strides[across]];
    return { rows, columns, values };
  });
}

/** Least and largest value; null when there is nothing between them, or a value is no finite number. */
export function spanOf(data: ArrayLike<number>): readonly [least: number, largest: number] | null {
  let [least, largest] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isNaN(value)) return null;
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return Number.isFinite(largest - least) && largest > least ? [least, largest] : null;
}

const upsideDown = ({ rows, columns, values }: Slice): Slice => ({
  rows,
  columns,
  values: values.map((_, i) => values[(rows - 1 - Math.floor(i / columns)) * columns + (i % columns)]),
});

const transposed = ({ rows, columns, values }: Slice): Slice => ({
  rows: columns,
  columns: rows,
  values: values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]),
});

/** To the even neighbour where it lies halfway, as Python rounds. */
function rounded(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** Along the rows, zeros around, cut off at four standard deviations. */
function smoothed({ rows, columns, values }: Slice, sigma: number): Slice {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp((-0.5 * (i - radius) ** 2) / sigma ** 2));
  const sum = weights.reduce((a, b) => a + b);
  const found = new Float64Array(values.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      let value = 0;
      for (let d = -radius; d <= radius; d++)
        if (c + d >= 0 && c + d < columns) value += (values[r * columns + c + d] * weights[d + radius]) / sum;
      found[r * columns + c] = value;
    }
  return { rows, columns, values: found };
}

/** Each row to another length, between its two neighbours; what lies outside counts as 0. */
function stretched({ rows, columns, values }: Slice, length: number): Slice {
  const found = new Float64Array(rows * length);
  const valueAt = (row: number, at: number): number => (at < 0 || at >= columns ? 0 : values[row * columns + at]);
  for (let c = 0; c < length; c++) {
    const from = (c + 0.5) * (columns / length) - 0.5;
    const low = Math.floor(from);
    const share = from - low;
    for (let r = 0; r < rows; r++) found[r * length + c] = valueAt(r, low) * (1 - share) + valueAt(r, low + 1) * share;
  }
  return { rows, columns: length, values: found };
}

/** Bilinear; an axis that gets shorter is smoothed before. */
function resized(slice: Slice, rows: number, columns: number): Slice {
  const smooth = (one: Slice, length: number): Slice =>
    length < one.columns ? smoothed(one, (one.columns / length - 1) / 2) : one;
  const wide = smooth(slice, columns);
  const calm = transposed(smooth(transposed(wide), rows));
  return transposed(stretched(transposed(stretched(calm, columns)), rows));
}

/** Nearest neighbour, as PyTorch finds it with 32-bit numbers. */
function resampled({ rows, columns, values }: Slice, scale: number): Slice {
  const back = Math.fround(1 / scale);
  const source = (at: number, size: number): number => Math.min(Math.floor(Math.fround(at * back)), size - 1);
  const [height, width] = [Math.floor(rows * scale), Math.floor(columns * scale)];
  const found = new Float64Array(height * width);
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) found[r * width + c] = values[source(r, rows) * columns + source(c, columns)];
  return { rows: height, columns: width, values: found };
}

/** The middle of 256 × 256 values with the slice in it, 0 around, mirrored at the second diagonal. */
function placed({ rows, columns, values }: Slice, target: Float32Array, start: number): void {
  const [top, left] = [rows, columns].map((size) => Math.floor((CANVAS - size) / 2) - MARGIN);
  for (let i = 0; i < KEPT; i++)
    for (let j = 0; j < KEPT; j++) {
      const [r, c] = [KEPT - 1 - j - top, KEPT - 1 - i - left];
      target[start + i * KEPT + j] = r < 0 || r >= rows || c < 0 || c >= columns ? 0 : values[r * columns + c];
    }
}

/**
 * [3, 224, 224]: axial, sagittal, coronal, from −0.5 to 0.5; null for an image of one value, or with values that are no numbers.
 * `single`: with 32-bit numbers and nearest neighbours, as ClinicaDL does with tensors.
 */
export function qualityInput(voxels: Voxels, single: boolean): Float32Array<ArrayBuffer> | null {
  const span = spanOf(voxels.data);
  if (span === null) return null;
  const [least, largest] = span;
  const scaled = single
    ? (x: number): number => Math.fround(Math.fround(Math.fround(x - least) / Math.fround(largest - least)) - 0.5)
    : (x: number): number => (x - least) / (largest - least) - 0.5;
  const input = new Float32Array(3 * KEPT * KEPT);
  for (const [n, slice] of middleSlices(voxels).entries()) {
    const flipped = upsideDown({ ...slice, values: slice.values.map(scaled) });
    const scale = Math.min(CANVAS / slice.rows, CANVAS / slice.columns);
    const fitting = single
      ? resampled(flipped, scale)
      : resized(flipped, rounded(scale * slice.rows), rounded(scale * slice.columns));
    placed(fitting, input, n * KEPT * KEPT);
  }
  return input;
}
