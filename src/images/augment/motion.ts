/** @file torchio's Motion: planes of the spectrum are those of the image as it was moved twice while it was taken. */
import { type Augmentation, always, byChannel, spaceOf, uniform32 } from './augmentation';
import { filtered } from './spectrum';

type Floats = Float32Array<ArrayBuffer>;
type Triple = readonly [number, number, number];

interface Movement {
  /** Degrees about each axis. */
  readonly degrees: Triple;
  /** Millimetres. */
  readonly translation: Triple;
}

/** Rz·Rx·Ry of angles in radians. */
function rotation([x, y, z]: Triple): readonly Triple[] {
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(x), Math.sin(x), Math.cos(y), Math.sin(y), Math.cos(z), Math.sin(z)];
  return [
    [cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy],
    [sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy],
    [-cx * sy, sx, cx * cy],
  ];
}

/** Voxel indices that are whole but for rounding. */
const EDGE = 0.5;

/** The image taken at R·p + t, linearly between voxels; its smallest value outside. Voxel (i, j, k) lies at (−i, −j, k). */
function moved(data: Floats, [D, H, W]: Triple, { degrees, translation }: Movement): Floats {
  const radians = degrees.map((angle) => (angle * Math.PI) / 180);
  const R = rotation([radians[0], radians[1], radians[2]]);
  const [tx, ty, tz] = translation;
  let outside = Number.POSITIVE_INFINITY;
  for (const value of data) if (value < outside) outside = value;
  const result = new Float32Array(data.length);
  const inside = (place: number, N: number): boolean => place >= -EDGE && place < N - EDGE;
  const clamp = (place: number, N: number): number => Math.min(N - 1, Math.max(0, place));
  let at = 0;
  for (let i = 0; i < D; i++)
    for (let j = 0; j < H; j++)
      for (let k = 0; k < W; k++, at++) {
        const [px, py, pz] = [-i, -j, k];
        const x = -(R[0][0] * px + R[0][1] * py + R[0][2] * pz + tx);
        const y = -(R[1][0] * px + R[1][1] * py + R[1][2] * pz + ty);
        const z = R[2][0] * px + R[2][1] * py + R[2][2] * pz + tz;
        if (!inside(x, D) || !inside(y, H) || !inside(z, W)) {
          result[at] = outside;
          continue;
        }
        const [u, v, w] = [clamp(x, D), clamp(y, H), clamp(z, W)];
        const [a, b, c] = [Math.floor(u), Math.floor(v), Math.floor(w)];
        const [du, dv, dw] = [u - a, v - b, w - c];
        const row = (one: number, other: number): number => (one * H + other) * W + c;
        const next = c + 1 < W ? 1 : 0;
        const [a1, b1] = [Math.min(a + 1, D - 1), Math.min(b + 1, H - 1)];
        const along = (from: number): number => data[from] + (data[from + next] - data[from]) * dw;
        const low = along(row(a, b)) + (along(row(a, b1)) - along(row(a, b))) * dv;
        const high = along(row(a1, b)) + (along(row(a1, b1)) - along(row(a1, b))) * dv;
        result[at] = low + (high - low) * du;
      }
  return result;
}

/** Two movements of 2 to 4 degrees and millimetres, at about a third and two thirds of the time. */
export const motion: Augmentation = always(({ torch }, shape) => {
  const draw = (): number[] => Array.from({ length: 6 }, () => uniform32(torch, 2, 4));
  const [degrees, translations] = [draw(), draw()];
  const jitter = [uniform32(torch, -0.1, 0.1), uniform32(torch, -0.1, 0.1)];
  const times = jitter.map((error, i) => (i + 1) / 3 + error);
  const triple = (values: readonly number[], i: number): Triple => [values[3 * i], values[3 * i + 1], values[3 * i + 2]];
  const movements = [0, 1].map((i) => ({ degrees: triple(degrees, i), translation: triple(translations, i) }));
  const space = spaceOf(shape);
  const N = space[2];
  // Bands of planes along the last axis, and whose they are: the one in the middle is that of the image as it is.
  const ends = [...times.map((time) => Math.floor(N * time)), N];
  const middle = times.findIndex((time) => time > 0.5);
  const order = [0, 1, 2];
  const swapped = middle < 0 ? 2 : middle;
  [order[0], order[swapped]] = [order[swapped], order[0]];
  return byChannel(shape[0], (data) => {
    const images = [data, ...movements.map((movement) => moved(data, space, movement))];
    const sum = new Float64Array(data.length);
    order.forEach((image, band) => {
      const from = band === 0 ? 0 : ends[band - 1];
      const mask = Float64Array.from({ length: N }, (_, i) => (i >= from && i < ends[band] ? 1 : 0));
      const part = filtered(images[image], space, 2, mask);
      for (let i = 0; i < sum.length; i++) sum[i] += part[i];
    });
    return Float32Array.from(sum);
  });
});
