/**
 * @file The truth of a simulated brain: where, and how much, its disease has shrunk it.
 *
 * A simulated image looks each voxel x up in the template at s(x). With the disease the place is s(x) + u(x), where u is the difference of
 * the contractions around the hippocampi with and without it; x + u(x) is the disease deformation. A region of the image shows
 * det(I + Du) times the volume that it would show without the disease, so that much tissue lies in one voxel: the local
 * volume against that of the healthy brain is 1 / det(I + Du), and its logarithm is what is computed here.
 */
import { contractionReach, contractionSigmaMm, hippocampusCentresMm, pullOf } from './simulate';
import type { Triple } from './volume';

export type Factors = readonly [number, number];

/** Where one hippocampus pulls, in mm of the grid. */
interface Pull {
  readonly centre: Triple;
  /** What the disease adds to the share of the distance by which the template is looked up farther out. */
  readonly share: number;
}

function pullsOf(volumeFactors: Factors, healthyFactors: Factors): Pull[] {
  return hippocampusCentresMm.flatMap((centre, side) => {
    const share = pullOf(volumeFactors[side]) - pullOf(healthyFactors[side]);
    return share === 0 ? [] : [{ centre, share }];
  });
}

/** Minus the logarithm of det(I + Du) at a place in mm; 0 out of reach of all pulls. */
function logVolumeAt(pulls: readonly Pull[], place: Triple): number {
  const variance = contractionSigmaMm ** 2;
  const reach = (contractionReach * contractionSigmaMm) ** 2;
  // I + Du: symmetric, kept as its six entries.
  let [xx, yy, zz, xy, xz, yz] = [1, 1, 1, 0, 0, 0];
  for (const { centre, share } of pulls) {
    const [dx, dy, dz] = [place[0] - centre[0], place[1] - centre[1], place[2] - centre[2]];
    const distance = dx * dx + dy * dy + dz * dz;
    if (distance > reach) continue;
    const weight = share * Math.exp(-distance / (2 * variance));
    xx += weight * (1 - (dx * dx) / variance);
    yy += weight * (1 - (dy * dy) / variance);
    zz += weight * (1 - (dz * dz) / variance);
    xy -= (weight * dx * dy) / variance;
    xz -= (weight * dx * dz) / variance;
    yz -= (weight * dy * dz) / variance;
  }
  return -Math.log(xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz));
}

/**
 * Logarithm of the local volume against that of the same brain without the disease: 0 where nothing is lost, log(0.5) where half is.
 * `volumeFactors` and `healthyFactors`: volumes of the left and right hippocampus against the template's, with and without the disease.
 * First axis fastest.
 */
export function diseaseLogJacobian(
  [nx, ny, nz]: Triple,
  voxelSizeMm: number,
  volumeFactors: Factors,
  healthyFactors: Factors,
): Float32Array<ArrayBuffer> {
  const data = new Float32Array(nx * ny * nz);
  const pulls = pullsOf(volumeFactors, healthyFactors);
  if (pulls.length === 0) return data;
  const reach = (contractionReach * contractionSigmaMm) ** 2;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      // Few rows come near one.
      const near = pulls.filter(({ centre }) => (y * voxelSizeMm - centre[1]) ** 2 + (z * voxelSizeMm - centre[2]) ** 2 <= reach);
      if (near.length === 0) continue;
      const row = nx * (y + ny * z);
      // 0 out of reach, never -0.
      for (let x = 0; x < nx; x++) data[row + x] = logVolumeAt(near, [x * voxelSizeMm, y * voxelSizeMm, z * voxelSizeMm]) || 0;
    }
  }
  return data;
}
