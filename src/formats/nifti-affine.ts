/**
 * @file Voxel → millimetre matrices of NIfTI: from the quaternion and back.
 *
 * Formulas: nifti1.h ("QUATERNION REPRESENTATION OF ROTATION MATRIX"); conventions where it leaves room: nibabel 5.
 */

/** 4 × 4 in rows: millimetres = affine · [i, j, k, 1]. */
export type Affine = readonly (readonly number[])[];

type Vector3 = readonly [number, number, number];
type Matrix3 = readonly [Vector3, Vector3, Vector3];

export interface Quaternion {
  /** b, c, d; a follows from the length 1. */
  readonly bcd: Vector3;
  readonly offset: Vector3;
  /** 1, or −1 when the third axis is flipped. */
  readonly qfac: 1 | -1;
  /** Size of a voxel along its axes, in mm. */
  readonly voxelSizeMm: Vector3;
}

/** The matrix of a quaternion; undefined when b² + c² + d² is above 1 by more than `tolerance`. NaN goes through. */
export function affineOfQuaternion({ bcd, offset, qfac, voxelSizeMm }: Quaternion, tolerance: number): Affine | undefined {
  const aSquared = oneMinusSquares(bcd);
  if (aSquared < -tolerance) return undefined;
  const a = Math.sqrt(Math.max(aSquared, 0));
  const rotation = rotationOf(a, bcd);
  const zooms = [voxelSizeMm[0], voxelSizeMm[1], voxelSizeMm[2] * qfac];
  return [...rotation.map((row, i) => [...row.map((value, j) => value * zooms[j]), offset[i]]), [0, 0, 0, 1]];
}

/** 1 − b² − c² − d², largest first and factored, since the difference is tiny for half turns. */
function oneMinusSquares(bcd: Vector3): number {
  const [large, middle, small] = bcd.map(Math.abs).sort((x, y) => y - x);
  return (1 - large) * (1 + large) - middle * middle - small * small;
}

function rotationOf(a: number, [b, c, d]: Vector3): Matrix3 {
  const s = 2 / (a * a + b * b + c * c + d * d);
  return [
    [1 - s * (c * c + d * d), s * (b * c - a * d), s * (b * d + a * c)],
    [s * (b * c + a * d), 1 - s * (b * b + d * d), s * (c * d - a * b)],
    [s * (b * d - a * c), s * (c * d + a * b), 1 - s * (b * b + c * c)],
  ];
}

/**
 * The matrix without any code in the header: voxel sizes, first axis from right to left, the centre of the image at 0.
 * Shape and sizes may have fewer than three axes.
 */
export function affineOfVoxelSizes(shape: readonly number[], voxelSizeMm: readonly number[]): Affine {
  const axis = (i: number): readonly [zoom: number, origin: number] => {
    const zoom = (i === 0 ? -1 : 1) * (i < shape.length ? voxelSizeMm[i] : 1);
    return [zoom, (-zoom * ((shape[i] ?? 1) - 1)) / 2];
  };
  const [[x, x0], [y, y0], [z, z0]] = [axis(0), axis(1), axis(2)];
  return [
    [x, 0, 0, x0],
    [0, y, 0, y0],
    [0, 0, z, z0],
    [0, 0, 0, 1],
  ];
}

/** The nearest quaternion form of a matrix; shears are lost, and a singular matrix gets the quaternion of no rotation. */
export function quaternionOfAffine(affine: Affine): Quaternion {
  const offset: Vector3 = [affine[0][3], affine[1][3], affine[2][3]];
  const zoom = (j: number) => Math.hypot(affine[0][j], affine[1][j], affine[2][j]);
  const voxelSizeMm: Vector3 = [zoom(0), zoom(1), zoom(2)];
  const unit = (i: number): Vector3 => [
    affine[i][0] / voxelSizeMm[0],
    affine[i][1] / voxelSizeMm[1],
    affine[i][2] / voxelSizeMm[2],
  ];
  const axes: Matrix3 = [unit(0), unit(1), unit(2)];
  const volume = determinant(axes);
  const qfac = volume < 0 ? -1 : 1;
  if (!(Math.abs(volume) > 1e-6)) return { bcd: [0, 0, 0], offset, qfac, voxelSizeMm };
  const proper = axes.map(([x, y, z]): Vector3 => [x, y, z * qfac]) as [Vector3, Vector3, Vector3];
  return { bcd: quaternionOfRotation(nearestRotation(proper)), offset, qfac, voxelSizeMm };
}

function determinant([[a, b, c], [d, e, f], [g, h, i]]: Matrix3): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/** Polar decomposition by Newton's iteration, X ← (X + X⁻ᵀ) / 2 (Higham 1986). */
function nearestRotation(start: Matrix3): Matrix3 {
  let x = start;
  for (let step = 0; step < 50; step++) {
    const [[a, b, c], [d, e, f], [g, h, i]] = x;
    const size = determinant(x);
    const inverseTransposed: Matrix3 = [
      [(e * i - f * h) / size, (f * g - d * i) / size, (d * h - e * g) / size],
      [(c * h - b * i) / size, (a * i - c * g) / size, (b * g - a * h) / size],
      [(b * f - c * e) / size, (c * d - a * f) / size, (a * e - b * d) / size],
    ];
    const next = x.map((row, r) => row.map((value, k) => (value + inverseTransposed[r][k]) / 2)) as unknown as Matrix3;
    const change = Math.max(...next.flatMap((row, r) => row.map((value, k) => Math.abs(value - x[r][k]))));
    x = next;
    if (change < 1e-15) break;
  }
  return x;
}

/** b, c, d of a rotation, with a ≥ 0; the largest of the four is computed first, for precision (Shepperd 1978). */
function quaternionOfRotation([[m00, m01, m02], [m10, m11, m12], [m20, m21, m22]]: Matrix3): Vector3 {
  const squares = [1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22, 1 - m00 - m11 + m22];
  const largest = squares.indexOf(Math.max(...squares));
  const s = 2 * Math.sqrt(squares[largest]);
  const [a, b, c, d] = [
    [s / 4, (m21 - m12) / s, (m02 - m20) / s, (m10 - m01) / s],
    [(m21 - m12) / s, s / 4, (m10 + m01) / s, (m02 + m20) / s],
    [(m02 - m20) / s, (m10 + m01) / s, s / 4, (m21 + m12) / s],
    [(m10 - m01) / s, (m02 + m20) / s, (m21 + m12) / s, s / 4],
  ][largest];
  const sign = a < 0 ? -1 : 1;
  return [sign * b, sign * c, sign * d];
}

/** In mm, and per voxel: what rounding to float32 and writing by another program leave. */
const tolerance = 1e-3;

export function sameAffine(a: Affine, b: Affine): boolean {
  return a.every((row, i) => row.every((value, j) => Object.is(value, b[i][j]) || Math.abs(value - b[i][j]) <= tolerance));
}

/** `[-1 0 0 90; 0 1 0 -126; 0 0 1 -72]`: the first three rows. */
export function affineText(affine: Affine): string {
  const rows = affine.slice(0, 3).map((row) => row.map((value) => Number(value.toFixed(4))).join(' '));
  return `[${rows.join('; ')}]`;
}
