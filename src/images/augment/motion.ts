/** @file torchio's Motion: planes of the spectrum are those of the image as it was moved some times while it was taken. */
import type { TorchRandom } from '../../base/torch-random';
import type { Affine } from '../../formats/nifti-affine';
import { inverse, multiplied } from '../placing';
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

/** Voxel → millimetres of an element, which knows no place of its own: (i, j, k) lies at (−i, −j, k). */
const ofTensors: Affine = [
  [-1, 0, 0, 0],
  [0, -1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];

/** The image taken at R·p + t of each place p, linearly between voxels; its smallest value outside. */
function moved(data: Floats, [D, H, W]: Triple, { degrees, translation }: Movement, place: Affine): Floats {
  const radians = degrees.map((angle) => (angle * Math.PI) / 180);
  const turn = rotation([radians[0], radians[1], radians[2]]);
  const movement = [...turn.map((row, i) => [...row, translation[i]]), [0, 0, 0, 1]];
  const [X, Y, Z] = multiplied(inverse(place), multiplied(movement, place));
  let outside = Number.POSITIVE_INFINITY;
  for (const value of data) if (value < outside) outside = value;
  const result = new Float32Array(data.length);
  const inside = (place: number, N: number): boolean => place >= -EDGE && place < N - EDGE;
  const clamp = (place: number, N: number): number => Math.min(N - 1, Math.max(0, place));
  let at = 0;
  for (let i = 0; i < D; i++)
    for (let j = 0; j < H; j++)
      for (let k = 0; k < W; k++, at++) {
        const x = X[0] * i + X[1] * j + X[2] * k + X[3];
        const y = Y[0] * i + Y[1] * j + Y[2] * k + Y[3];
        const z = Z[0] * i + Z[1] * j + Z[2] * k + Z[3];
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

/** What is drawn. Plain data. */
export interface Motion {
  readonly movements: readonly Movement[];
  /** When each began: parts of the time that the image took. */
  readonly times: readonly number[];
}

interface MotionRanges {
  readonly degrees: readonly [number, number];
  readonly translation: readonly [number, number];
  readonly count: number;
}

/** Movements of so many degrees and millimetres, at about equal distances in time. */
export function drawMotion(torch: TorchRandom, { degrees, translation, count }: MotionRanges): Motion {
  const draw = ([lo, hi]: readonly [number, number]): number[] =>
    Array.from({ length: 3 * count }, () => uniform32(torch, lo, hi));
  const [angles, ways] = [draw(degrees), draw(translation)];
  const step = 1 / (count + 1);
  const jitter = Array.from({ length: count }, () => uniform32(torch, -0.3 * step, 0.3 * step));
  const triple = (values: readonly number[], i: number): Triple => [values[3 * i], values[3 * i + 1], values[3 * i + 2]];
  return {
    movements: jitter.map((_, i) => ({ degrees: triple(angles, i), translation: triple(ways, i) })),
    times: jitter.map((error, i) => (i + 1) * step + error),
  };
}

/** Changes one channel, row-major. `place`: voxel → millimetres from right to left, from front to back, upwards. */
export function applyMotion(data: Floats, space: Triple, { movements, times }: Motion, place: Affine = ofTensors): Floats {
  const N = space[2];
  // Bands of planes along the last axis, and whose they are: the one in the middle is that of the image as it is.
  const ends = [...times.map((time) => Math.floor(N * time)), N];
  const middle = times.findIndex((time) => time > 0.5);
  const order = [...ends.keys()];
  const swapped = middle < 0 ? order.length - 1 : middle;
  [order[0], order[swapped]] = [order[swapped], order[0]];
  const sum = new Float64Array(data.length);
  order.forEach((image, band) => {
    const from = band === 0 ? 0 : ends[band - 1];
    const mask = Float64Array.from({ length: N }, (_, i) => (i >= from && i < ends[band] ? 1 : 0));
    const part = filtered(image === 0 ? data : moved(data, space, movements[image - 1], place), space, 2, mask);
    for (let i = 0; i < sum.length; i++) sum[i] += part[i];
  });
  return Float32Array.from(sum);
}

/** Two movements of 2 to 4 degrees and millimetres, at about a third and two thirds of the time. */
export const motion: Augmentation = always(({ torch }, shape) => {
  const drawn = drawMotion(torch, { degrees: [2, 4], translation: [2, 4], count: 2 });
  return byChannel(shape[0], (data) => applyMotion(data, spaceOf(shape), drawn));
});
