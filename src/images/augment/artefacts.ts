/** @file torchio's Ghosting, Spike, BiasField and RandomBlur, by what they do to an image of 1 mm voxels. */
import { type Augmentation, always, byChannel, spaceOf, torchInteger, uniform32 } from './augmentation';
import { gaussianFilter } from './gaussian';
import { largestOfSpectrum } from './largest-of-spectrum';
import { filtered } from './spectrum';

/** Every n-th plane of the spectrum along an axis is weakened, but for the one of frequency 0. */
export const ghosting: Augmentation = always(({ torch }, shape) => {
  const count = torchInteger(torch, 4, 11);
  // A slice has two axes to choose from.
  const axis = shape.length === 3 ? torchInteger(torch, 1, 3) : torchInteger(torch, 0, 3);
  const strength = uniform32(torch, 0.5, 1);
  const space = spaceOf(shape);
  const N = space[axis];
  const mask = Float64Array.from({ length: N }, (_, i) => (i % count === 0 && i !== Math.floor(N / 2) ? 1 - strength : 1));
  return byChannel(shape[0], (data) => filtered(data, space, axis, mask));
});

/** One point of the spectrum grows by one to three times the largest value: a wave over the whole image. */
export const spike: Augmentation = always(({ torch }, shape) => {
  const count = torchInteger(torch, 1, 2);
  const strength = uniform32(torch, 1, 3);
  const positions = Array.from({ length: 3 * count }, () => torch.random24());
  const [D, H, W] = spaceOf(shape);
  const [x, y, z] = [D, H, W].map((N, axis) => Math.floor(positions[axis] * N) - Math.floor(N / 2));
  return byChannel(shape[0], (data) => {
    const [real, imaginary] = largestOfSpectrum(data, [D, H, W]);
    const [a, b] = [(strength * real) / data.length, (strength * imaginary) / data.length];
    // Re((a + ib)·e^{iφ}), φ added up over the axes.
    const angle = (k: number, i: number, N: number): number => (2 * Math.PI * ((k * i) % N)) / N;
    let at = 0;
    for (let i = 0; i < D; i++)
      for (let j = 0; j < H; j++) {
        const start = angle(x, i, D) + angle(y, j, H);
        for (let k = 0; k < W; k++, at++) {
          const phase = start + angle(z, k, W);
          data[at] += a * Math.cos(phase) - b * Math.sin(phase);
        }
      }
    return data;
  });
});

/** Multiplied by e to a polynomial of third order. */
export const biasField: Augmentation = always(({ torch }, shape) => {
  const coefficients: number[][][] = [];
  for (let a = 0; a <= 3; a++) {
    coefficients.push([]);
    for (let b = 0; b <= 3 - a; b++) {
      coefficients[a].push([]);
      for (let c = 0; c <= 3 - a - b; c++) coefficients[a][b].push(uniform32(torch, -0.5, 0.5));
    }
  }
  const [D, H, W] = spaceOf(shape);
  const along = (N: number): number[] => Array.from({ length: N }, (_, i) => (N === 1 ? 0 : i / ((N - 1) / 2) - 1));
  return byChannel(shape[0], (data) => {
    const [us, vs, ws] = [D, H, W].map(along);
    let at = 0;
    for (const u of us)
      for (const v of vs) {
        // Of the powers of w.
        const row = [0, 0, 0, 0];
        coefficients.forEach((bs, a) => {
          bs.forEach((cs, b) => {
            cs.forEach((value, c) => {
              row[c] += value * u ** a * v ** b;
            });
          });
        });
        for (const w of ws) {
          data[at] *= Math.fround(Math.exp(row[0] + w * (row[1] + w * (row[2] + w * row[3]))));
          at++;
        }
      }
    return data;
  });
});

/** A Gaussian filter with a deviation of up to 2 for each axis. */
export const blur: Augmentation = always(({ torch }, shape) => {
  const sigmas = Array.from({ length: 3 }, () => uniform32(torch, 0, 2));
  const space = spaceOf(shape);
  return byChannel(shape[0], (data) => gaussianFilter(data, space, sigmas));
});
