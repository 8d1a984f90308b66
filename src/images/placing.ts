/** @file Matrices that bring voxels to millimetres: joined, and turned round. */
import type { Affine } from '../formats/nifti-affine';

/** First `b`, then `a`. */
export function multiplied(a: Affine, b: Affine): number[][] {
  return a.map((row) => [0, 1, 2, 3].map((column) => row.reduce((sum, value, k) => sum + value * b[k][column], 0)));
}

export function inverse([[a, b, c, x], [d, e, f, y], [g, h, i, z]]: Affine): Affine {
  const size = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const rows = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / size));
  return [...rows.map(([u, v, w]) => [u, v, w, -(u * x + v * y + w * z)]), [0, 0, 0, 1]];
}
