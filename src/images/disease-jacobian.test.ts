/** @file The truth of simulated brains, against what simulated images themselves show, and against volumes that are known. */
import { describe, expect, it } from 'vitest';
import { diseaseLogJacobian, type Factors } from './disease-jacobian';
import { atHalfResolution } from './half-resolution';
import { hippocampusCentresMm, simulateVolume } from './simulate';
import type { Triple } from './volume';

const shape: Triple = [85, 104, 90];
const [nx, ny, nz] = shape;
const mm = 2;
const at = (x: number, y: number, z: number): number => x + nx * (y + ny * z);
const healthy: Factors = [1.04, 0.97];
const ill: Factors = [0.52, 0.6];

/** Where each voxel is looked up along an axis, in voxels: the image of a template that holds its own coordinates. */
async function placesAlong(axis: 0 | 1 | 2, volumeFactors: Factors): Promise<Float64Array> {
  const data = new Float64Array(nx * ny * nz);
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) data[at(x, y, z)] = [x, y, z][axis];
  const draw = { seed: 3, scaleSd: 0, deformationMm: 0, noiseSd: 0 };
  const image = await simulateVolume({ shape, data, voxelSizeMm: mm }, { ...draw, volumeFactors }, async () => {});
  // A template that holds one value tells the gain and the bias.
  const flat = { shape, data: new Float64Array(data.length).fill(1), voxelSizeMm: mm };
  const shine = await simulateVolume(flat, { ...draw, volumeFactors: [1, 1] }, async () => {});
  return Float64Array.from(image, (value, i) => value / shine[i]);
}

describe('the logarithm of what the disease left', () => {
  it('is that of the images themselves: finite differences of where their voxels come from', async () => {
    const axes = [0, 1, 2] as const;
    const [without, withIt] = [
      await Promise.all(axes.map((axis) => placesAlong(axis, healthy))),
      await Promise.all(axes.map((axis) => placesAlong(axis, ill))),
    ];
    const truth = diseaseLogJacobian(shape, mm, ill, healthy);
    const steps = [1, nx, nx * ny];
    let [worst, largest, compared] = [0, 0, 0];
    for (let z = 22; z < 47; z++)
      for (let y = 36; y < 61; y++)
        for (let x = 18; x < 68; x++) {
          // Nothing is moved beyond 36 mm from a centre: differences across that border are those of a step of 0.1 mm.
          const far = hippocampusCentresMm.map(([a, b, c]) => Math.hypot(mm * x - a, mm * y - b, mm * z - c));
          if (far.some((distance) => Math.abs(distance - 36) < 2.1 * mm)) continue;
          const i = at(x, y, z);
          // Fourth-order central differences: an error of (h/σ)⁴ / 30.
          const m = axes.map((of) =>
            axes.map((by) => {
              const moved = (k: number): number => withIt[of][i + k * steps[by]] - without[of][i + k * steps[by]];
              return (of === by ? 1 : 0) + (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / 12;
            }),
          );
          const [[a, b, c], [d, e, f], [g, h, k]] = m;
          const found = -Math.log(a * (e * k - f * h) - b * (d * k - f * g) + c * (d * h - e * g));
          worst = Math.max(worst, Math.abs(found - truth[i]));
          largest = Math.max(largest, Math.abs(truth[i]));
          compared++;
        }
    expect(compared).toBeGreaterThan(15000);
    expect(largest).toBeGreaterThan(0.6);
    expect(worst).toBeLessThan(5e-4);
  });

  it('makes a ball around a hippocampus hold the volume of the ball that it came from', () => {
    const [factor, radius] = [0.5, 20];
    const grid: Triple = [169, 208, 179];
    const truth = diseaseLogJacobian(grid, 1, [factor, 1], [1, 1]);
    let volume = 0;
    for (let z = 40; z < 97; z++)
      for (let y = 70; y < 123; y++)
        for (let x = 35; x < 88; x++)
          if (Math.hypot(x - 61, y - 96, z - 68) <= radius) volume += Math.exp(-truth[x + 169 * (y + 208 * z)]);
    // By the radius alone: u(r) = q r exp(−r² / 2σ²).
    const source = radius * (1 + (factor ** (-1 / 3) - 1) * Math.exp(-(radius ** 2) / (2 * 12 ** 2)));
    expect(volume / ((4 / 3) * Math.PI * source ** 3)).toBeCloseTo(1, 2);
    expect(truth[61 + 169 * (96 + 208 * 68)]).toBeCloseTo(Math.log(factor), 6);
  });

  it('is 0 in a brain without the disease, and far from the hippocampi', () => {
    expect(diseaseLogJacobian(shape, mm, healthy, healthy).every((value) => Object.is(value, 0))).toBe(true);
    const truth = diseaseLogJacobian(shape, mm, ill, healthy);
    expect([truth[at(2, 2, 2)], truth[at(42, 90, 34)], truth[at(30, 48, 80)]]).toEqual([0, 0, 0]);
  });
});

it('half the resolution keeps straight lines, and the place of the first voxel', () => {
  const data = Float64Array.from(
    { length: 9 * 8 * 7 },
    (_, i) => (i % 9) + 10 * (Math.floor(i / 9) % 8) + 100 * Math.floor(i / 72),
  );
  const half = atHalfResolution(data, [9, 8, 7]);
  expect(half.shape).toEqual([5, 4, 4]);
  const inside = half.data[2 + 5 * (1 + 4 * 2)];
  expect(inside).toBeCloseTo(4 + 20 + 400, 4);
  // At the first voxel each axis takes ¼ of a step from the one after.
  expect(half.data[0]).toBeCloseTo(0.25 * (1 + 10 + 100), 5);
});
