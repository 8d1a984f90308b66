/**
 * @file A simulated brain: a template, deformed and degraded by the draw of a seed, with hippocampi of a wanted volume.
 *
 * Recipe: random scale per axis, a smooth random displacement, a local contraction around the two hippocampi, a bias field, a
 * gain, Gaussian noise. Everything is pulled back to one sampling position per voxel, so the template is interpolated once.
 */
import { NumpyRandom } from '../base/numpy-random';
import type { Triple } from './volume';

/** Centres of the left and right hippocampus in the grid of cropped CAPS images of 1 mm, voxels. */
export const hippocampusCentresMm: readonly Triple[] = [
  [61, 96, 68],
  [109, 96, 68],
];
/** Side of the box around each centre, mm. */
export const hippocampusBoxMm = 50;

/** Width of the contraction around a centre, mm (standard deviation). */
export const contractionSigmaMm = 12;
/** Beyond so many of these widths nothing is moved. */
export const contractionReach = 3;
const CONTROL_POINTS: Triple = [6, 7, 6];

export interface Simulation {
  /** 0…2³²−1. */
  readonly seed: number;
  /** Standard deviation of the scale of each axis, as a share: 0.01 is 1 %. */
  readonly scaleSd: number;
  /** Standard deviation of the displacement of a control point, mm. */
  readonly deformationMm: number;
  /** Volume of the left and right hippocampus against the template's: 1 leaves them, 0.5 halves them. */
  readonly volumeFactors: readonly [number, number];
  /** Standard deviation of the noise, as a share of the brightest voxel. */
  readonly noiseSd: number;
  /** Of bias, gain and noise, for another image of the same brain; absent: they are drawn from `seed`, after the brain. */
  readonly scanSeed?: number;
  /** Power to which the tissue is raised (black and the brightest stay): the contrast of a scanner. Absent: 1. */
  readonly contrast?: number;
}

export interface Template {
  readonly shape: Triple;
  /** First axis fastest, 0…255. */
  readonly data: ArrayLike<number>;
  readonly voxelSizeMm: number;
}

/** Brightest value of a simulated image, about that of a T1-weighted scan. */
const PEAK = 1000;

/** Value between the eight neighbours of a point in voxel coordinates; 0 outside. */
function sampleLinear(data: ArrayLike<number>, [nx, ny, nz]: Triple, x: number, y: number, z: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  if (ix < 0 || iy < 0 || iz < 0 || ix >= nx - 1 || iy >= ny - 1 || iz >= nz - 1) return 0;
  const fx = x - ix;
  const fy = y - iy;
  const fz = z - iz;
  const at = ix + nx * (iy + ny * iz);
  const up = at + nx * ny;
  const front = (data[at] * (1 - fx) + data[at + 1] * fx) * (1 - fy) + (data[at + nx] * (1 - fx) + data[at + nx + 1] * fx) * fy;
  const back = (data[up] * (1 - fx) + data[up + 1] * fx) * (1 - fy) + (data[up + nx] * (1 - fx) + data[up + nx + 1] * fx) * fy;
  return front * (1 - fz) + back * fz;
}

/** How far a place is moved from the centre, against its distance, where the template is looked up: 0 leaves the volume as it is. */
export const pullOf = (volumeFactor: number): number => volumeFactor ** (-1 / 3) - 1;

const toned = (tissue: number, contrast = 1): number => (contrast === 1 ? tissue : 255 * (tissue / 255) ** contrast);

const smooth = (t: number): number => t * t * (3 - 2 * t);

const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

interface Axis {
  readonly index: Int32Array;
  readonly share: Float64Array;
}

/** Where each index of an axis lies between control points: the lower one and a smooth share of the upper one. */
function controlAxis(size: number, points: number): Axis {
  const index = new Int32Array(size);
  const share = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const at = (i / (size - 1)) * (points - 1);
    index[i] = Math.min(Math.floor(at), points - 2);
    share[i] = smooth(at - index[i]);
  }
  return { index, share };
}

/** A smooth field between normal draws at the control points. */
class SmoothField {
  /** Its values in a row of voxels. */
  readonly row: Float32Array;
  readonly #control: Float64Array;
  readonly #axes: readonly [Axis, Axis, Axis];
  readonly #line = new Float64Array(CONTROL_POINTS[0]);

  constructor([nx, ny, nz]: Triple, sd: number, random: NumpyRandom) {
    const [px, py, pz] = CONTROL_POINTS;
    this.row = new Float32Array(nx);
    this.#control = Float64Array.from({ length: px * py * pz }, () => random.normal(0, sd));
    this.#axes = [controlAxis(nx, px), controlAxis(ny, py), controlAxis(nz, pz)];
  }

  /** Fills `row`. */
  moveTo(y: number, z: number): void {
    const [px, py] = CONTROL_POINTS;
    const [ax, ay, az] = this.#axes;
    const [row, line, control] = [this.row, this.#line, this.#control];
    const [yShare, zShare] = [ay.share[y], az.share[z]];
    // Mixed over y and z first: one line of control values serves a whole row of voxels.
    const low = px * (ay.index[y] + py * az.index[z]);
    const high = low + px * py;
    for (let p = 0; p < px; p++) {
      const front = mix(control[low + p], control[low + px + p], yShare);
      const back = mix(control[high + p], control[high + px + p], yShare);
      line[p] = mix(front, back, zShare);
    }
    const { index, share } = ax;
    for (let x = 0; x < row.length; x++) row[x] = mix(line[index[x]], line[index[x] + 1], share[x]);
  }
}

/**
 * The voxels of a simulated image on the template's grid, first axis fastest, 0…about 1000. The same simulation gives the same
 * voxels. `maps.factor` of the two hippocampi follow the order of `hippocampusCentresMm`. `between` is awaited between two planes:
 * where it rejects, the work ends.
 */
export async function simulateVolume(
  template: Template,
  simulation: Simulation,
  between: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const random = new NumpyRandom(simulation.seed);
  const { shape, voxelSizeMm } = template;
  const [nx, ny, nz] = shape;
  const scale = [0, 1, 2].map(() => 1 + random.normal(0, simulation.scaleSd));
  const shift = [0, 1, 2].map(() => new SmoothField(shape, simulation.deformationMm / voxelSizeMm, random));
  const scan = simulation.scanSeed === undefined ? random : new NumpyRandom(simulation.scanSeed);
  const bias = new SmoothField(shape, 0.03, scan);
  const [shiftX, shiftY, shiftZ] = shift.map(({ row }) => row);
  const gain = (PEAK / 255) * (1 + scan.normal(0, 0.03));
  const centre = shape.map((size) => (size - 1) / 2);
  const hippocampi = hippocampusCentresMm.map((point, side) => ({
    point: point.map((mm) => mm / voxelSizeMm),
    pull: pullOf(simulation.volumeFactors[side]),
  }));
  const sigma = contractionSigmaMm / voxelSizeMm;
  const reach = (contractionReach * sigma) ** 2;
  const data = new Float32Array(nx * ny * nz);
  let at = 0;
  for (let z = 0; z < nz; z++) {
    await between();
    for (let y = 0; y < ny; y++) {
      for (const field of [...shift, bias]) field.moveTo(y, z);
      // Few rows come near one.
      const near = hippocampi.filter(({ point }) => (y - point[1]) ** 2 + (z - point[2]) ** 2 <= reach);
      for (let x = 0; x < nx; x++, at++) {
        let sx = centre[0] + (x - centre[0]) / scale[0] + shiftX[x];
        let sy = centre[1] + (y - centre[1]) / scale[1] + shiftY[x];
        let sz = centre[2] + (z - centre[2]) / scale[2] + shiftZ[x];
        for (const { point, pull } of near) {
          const dx = x - point[0];
          const dy = y - point[1];
          const dz = z - point[2];
          const distance = dx * dx + dy * dy + dz * dz;
          if (distance > reach) continue;
          const weight = pull * Math.exp(-distance / (2 * sigma * sigma));
          sx += weight * dx;
          sy += weight * dy;
          sz += weight * dz;
        }
        const tissue = toned(sampleLinear(template.data, shape, sx, sy, sz), simulation.contrast);
        data[at] = Math.max(0, tissue * gain * (1 + bias.row[x]) + scan.normal(0, simulation.noiseSd * PEAK));
      }
    }
  }
  return data;
}
