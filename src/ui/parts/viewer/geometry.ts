/**
 * @file Which way the axes of an image point, and its three planes as a person is used to seeing them. Pure functions.
 *
 * World axes are 0: to the right, 1: to the front, 2: upwards (RAS, in mm). A file axis is the one of a voxel index i, j or k.
 */

export type Triple = readonly [number, number, number];
/** 4 × 4 in rows: millimetres = affine · [i, j, k, 1]. */
export type Affine = readonly (readonly number[])[];
export type PlaneName = 'axial' | 'coronal' | 'sagittal';

export interface Axis {
  /** 0, 1 or 2: i, j or k. */
  readonly file: number;
  /** 1 where the index grows to the right, the front or upwards; −1 where it falls. */
  readonly sign: 1 | -1;
  readonly size: number;
  /** Of a voxel along it, in mm. */
  readonly mm: number;
}

/** The file axis that lies nearest to each world axis: the largest cosine first, so that each is taken once. */
export function worldAxes(affine: Affine, shape: Triple): readonly [Axis, Axis, Axis] {
  const lengths = [0, 1, 2].map((file) => Math.hypot(...[0, 1, 2].map((world) => affine[world][file])));
  const pairs = [0, 1, 2]
    .flatMap((world) => [0, 1, 2].map((file) => ({ world, file, cosine: affine[world][file] / (lengths[file] || 1) })))
    .sort((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine));
  const found: (Axis | undefined)[] = [undefined, undefined, undefined];
  const used = new Set<number>();
  for (const { world, file, cosine } of pairs) {
    if (found[world] !== undefined || used.has(file)) continue;
    used.add(file);
    found[world] = { file, sign: cosine < 0 ? -1 : 1, size: shape[file], mm: lengths[file] || 1 };
  }
  return found as unknown as readonly [Axis, Axis, Axis];
}

export function mmOf(affine: Affine, [i, j, k]: Triple): Triple {
  return [0, 1, 2].map((row) => {
    const [a, b, c, d] = affine[row];
    return a * i + b * j + c * k + d;
  }) as unknown as Triple;
}

/** Voxel indices, not rounded, of a place in mm. Null where the matrix has no inverse. */
export function voxelOf(affine: Affine, mm: Triple): Triple | null {
  const [[a, b, c, p], [d, e, f, q], [g, h, i, r]] = affine;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!Number.isFinite(1 / determinant)) return null;
  const [x, y, z] = [mm[0] - p, mm[1] - q, mm[2] - r];
  return [
    (x * (e * i - f * h) - b * (y * i - f * z) + c * (y * h - e * z)) / determinant,
    (a * (y * i - f * z) - x * (d * i - f * g) + c * (d * z - y * g)) / determinant,
    (a * (e * z - y * h) - b * (d * z - y * g) + x * (d * h - e * g)) / determinant,
  ];
}

/** Offset of the voxel in the values of the file, first axis fastest. */
export const offsetOf = ([i, j, k]: Triple, [nx, ny]: Triple): number => i + nx * (j + ny * k);

export interface View {
  readonly name: PlaneName;
  /** From left to right, and from bottom to top of the screen. */
  readonly across: Axis;
  readonly up: Axis;
  /** The one that it is cut across. */
  readonly through: Axis;
  /** The index grows from right to left, as radiologists see the patient: from the feet, or face to face. */
  readonly mirrored: boolean;
  /** What is at the left, right, top and bottom edge. */
  readonly letters: { readonly left: string; readonly right: string; readonly top: string; readonly bottom: string };
}

const planes: readonly { readonly name: PlaneName; readonly across: number; readonly up: number; readonly through: number }[] = [
  { name: 'axial', across: 0, up: 1, through: 2 },
  { name: 'coronal', across: 0, up: 2, through: 1 },
  { name: 'sagittal', across: 1, up: 2, through: 0 },
];
const letters = [
  ['L', 'R'],
  ['P', 'A'],
  ['I', 'S'],
] as const;

export function viewsOf(axes: readonly [Axis, Axis, Axis], radiological: boolean): View[] {
  return planes.map(({ name, across, up, through }) => {
    // The sagittal plane has no left and right side to exchange.
    const mirrored = radiological && across === 0;
    const [first, last] = mirrored ? [1, 0] : [0, 1];
    return {
      name,
      across: axes[across],
      up: axes[up],
      through: axes[through],
      mirrored,
      letters: { left: letters[across][first], right: letters[across][last], top: letters[up][1], bottom: letters[up][0] },
    };
  });
}

/** The file index at a step along a world axis, and the step of a file index: the same turn both ways. */
const turned = ({ sign, size }: Axis, step: number): number => (sign > 0 ? step : size - 1 - step);

/** The voxel under a pixel of a plane through `at`; x from the left, y from the top, in voxels of the plane. */
export function voxelAt(view: View, at: Triple, x: number, y: number): Triple {
  const { across, up, mirrored } = view;
  const voxel = [...at] as [number, number, number];
  voxel[across.file] = turned(across, mirrored ? across.size - 1 - x : x);
  voxel[up.file] = turned(up, up.size - 1 - y);
  return voxel;
}

/** The pixel of a plane at which a voxel lies. */
export function pixelOf({ across, up, mirrored }: View, voxel: Triple): readonly [x: number, y: number] {
  const x = turned(across, voxel[across.file]);
  return [mirrored ? across.size - 1 - x : x, up.size - 1 - turned(up, voxel[up.file])];
}

/** `at`, moved by steps of the screen (to the right, upwards) and through the plane (to the right, the front or upwards), inside the image. */
export function moved(view: View, at: Triple, [right, upwards, further]: Triple): Triple {
  const { across, up, through, mirrored } = view;
  const voxel = [...at] as [number, number, number];
  const move = ({ file, sign, size }: Axis, steps: number): void => {
    voxel[file] = Math.min(size - 1, Math.max(0, voxel[file] + sign * steps));
  };
  move(across, mirrored ? -right : right);
  move(up, upwards);
  move(through, further);
  return voxel;
}
