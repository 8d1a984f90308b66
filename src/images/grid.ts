/**
 * @file Where the voxels of an image lie, compared with another grid: whether exchanging and turning axes, cropping and padding by whole
 * voxels bring it there, as the affines state it, or only resampling would.
 */
import type { Affine } from '../formats/nifti-affine';
import type { Triple } from './volume';

export interface Grid {
  readonly shape: Triple;
  /** Voxel → millimetres. */
  readonly affine: Affine;
}

/** How voxels go from one grid to another: `axes[a]` of the image is axis `a` of the target. */
export interface Rearrangement {
  readonly axes: Triple;
  /** 1, or −1 where the axis runs the other way, by axis of the target. */
  readonly signs: Triple;
  /** Voxel of the target at which the first voxel of the image lies (the last, where the axis is turned), by axis of the target. */
  readonly begins: Triple;
  /** Some axis is exchanged or turned. */
  readonly isTurned: boolean;
  /** Share of the target's voxels that the image has. */
  readonly covered: number;
}

/** A shift or an angle below this is rounding: headers hold float32. */
const tolerance = 1e-3;

type Matrix = readonly (readonly number[])[];

/** The inverse of the upper 3 × 3; undefined when it has none. */
function inverseOf(affine: Affine): Matrix | undefined {
  const [[a, b, c], [d, e, f], [g, h, i]] = affine;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!(Math.abs(determinant) > 1e-12) || !Number.isFinite(determinant)) return undefined;
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / determinant));
}

/** True when both grids have the same size and place. */
export function isSameGrid(a: Grid, b: Grid): boolean {
  const isNear = a.affine.every((row, i) => row.every((value, j) => Math.abs(value - b.affine[i][j]) <= tolerance));
  return isNear && a.shape.join() === b.shape.join();
}

/** How the voxels of `from` go to the grid `to`; undefined when values between voxels would be needed, or an affine states nothing. */
export function rearrangementTo(from: Grid, to: Grid): Rearrangement | undefined {
  const inverse = inverseOf(to.affine);
  if (inverse === undefined) return undefined;
  const across = (column: readonly number[]): number[] =>
    inverse.map((row) => row[0] * column[0] + row[1] * column[1] + row[2] * column[2]);
  const columns = [0, 1, 2].map((j) => across(from.affine.slice(0, 3).map((row) => row[j])));
  const offset = across([0, 1, 2].map((i) => from.affine[i][3] - to.affine[i][3]));
  const axes: number[] = [];
  const signs: number[] = [];
  const begins: number[] = [];
  let covered = 1;
  for (let a = 0; a < 3; a++) {
    const row = columns.map((column) => column[a]);
    const axis = row.findIndex((value) => Math.abs(Math.abs(value) - 1) <= tolerance);
    const others = row.filter((_, j) => j !== axis);
    const begin = Math.round(offset[a]);
    if (axis < 0 || axes.includes(axis) || others.some((value) => !(Math.abs(value) <= tolerance))) return undefined;
    if (!(Math.abs(offset[a] - begin) <= tolerance * 10)) return undefined;
    axes.push(axis);
    signs.push(Math.sign(row[axis]));
    begins.push(begin);
    const size = from.shape[axis];
    const first = signs[a] > 0 ? begin : begin - size + 1;
    const inside = Math.min(first + size, to.shape[a]) - Math.max(first, 0);
    covered *= Math.max(inside, 0) / to.shape[a];
  }
  const isTurned = axes.some((axis, a) => axis !== a) || signs.some((sign) => sign < 0);
  return { axes: tripleFrom(axes), signs: tripleFrom(signs), begins: tripleFrom(begins), isTurned, covered };
}

function tripleFrom([a, b, c]: readonly number[]): Triple {
  return [a, b, c];
}

/** Any array of the numbers that a file stores. */
interface Voxels<Value> {
  [index: number]: Value;
}

/** Fills `target`, an array of zeros, with the voxels on its grid, first axis fastest. The numbers themselves are not changed. */
export function rearrange<Value>(
  source: Voxels<Value>,
  from: Triple,
  { axes, signs, begins }: Rearrangement,
  to: Triple,
  target: Voxels<Value>,
): void {
  const strides = [1, from[0], from[0] * from[1]];
  /** Where the voxels of an axis of the target lie in the image; −1: nowhere. */
  const places = [0, 1, 2].map((a) =>
    Array.from({ length: to[a] }, (_, at) => {
      const voxel = (at - begins[a]) * signs[a];
      return voxel >= 0 && voxel < from[axes[a]] ? voxel * strides[axes[a]] : -1;
    }),
  );
  let at = 0;
  for (let k = 0; k < to[2]; k++)
    for (let j = 0; j < to[1]; j++, at += to[0]) {
      const row = places[1][j] + places[2][k];
      if (places[1][j] < 0 || places[2][k] < 0) continue;
      for (let i = 0; i < to[0]; i++) if (places[0][i] >= 0) target[at + i] = source[row + places[0][i]];
    }
}

/** The same voxels in the order of template space: left to right, posterior to anterior, inferior to superior; undefined when tilted. */
export function asRas({ shape, affine }: Grid): Grid | undefined {
  const order = [0, 1, 2].map((i) => [0, 1, 2].findIndex((j) => Math.abs(affine[i][j]) > tolerance));
  if (new Set(order).size < 3 || order.includes(-1)) return undefined;
  const isStraight = affine
    .slice(0, 3)
    .every((row, i) => [0, 1, 2].every((j) => (j === order[i] ? Number.isFinite(row[j]) : Math.abs(row[j]) <= tolerance)));
  if (!isStraight) return undefined;
  const rows = order.map((j, i) => {
    const step = affine[i][j];
    const begin = step > 0 ? affine[i][3] : affine[i][3] + step * (shape[j] - 1);
    return [...[0, 1, 2].map((axis) => (axis === i ? Math.abs(step) : 0)), begin];
  });
  return { shape: tripleFrom(order.map((j) => shape[j])), affine: [...rows, [0, 0, 0, 1]] };
}

/** The direction in which each axis runs, such as `RAS` or `LPI`; `?` for one that is tilted by half. */
export function axisCodes({ affine }: Pick<Grid, 'affine'>): string {
  const names = ['RL', 'AP', 'SI'];
  return [0, 1, 2]
    .map((j) => {
      const column = [0, 1, 2].map((i) => affine[i][j]);
      const i = column.findIndex((value) => Math.abs(value) === Math.max(...column.map(Math.abs)));
      return column[i] === 0 || i < 0 ? '?' : names[i][column[i] > 0 ? 0 : 1];
    })
    .join('');
}
