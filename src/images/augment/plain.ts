/** @file ClinicaDL's own augmentations: Noise, Erasing (torchvision's), CropPad, Smoothing. */
import { product } from '../../base/shape';
import { type Augmentation, spaceOf, torchInteger, uniform32 } from './augmentation';
import { gaussianFilter } from './gaussian';

/** Adds normal noise with a deviation of up to 0.1. */
export const noise: Augmentation = ({ python, torch }, shape) => {
  const sigma = Math.fround(python.uniform(0, 0.1));
  const field = torch.randn(product(shape));
  return (data) => data.map((value, i) => value + Math.fround(field[i] * sigma));
};

/** Attempts to find a rectangle that fits. */
const ATTEMPTS = 10;

/** To the nearest, halves to the even one. */
const round = (x: number): number => {
  const below = Math.floor(x);
  return x - below === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
};

/** In half of the cases a rectangle of the last two axes becomes 0, in all channels and planes. */
export const erasing: Augmentation = ({ torch }, shape) => {
  if (torch.random24() >= 0.5) return (data) => data;
  const [H, W] = shape.slice(-2);
  const [from, to] = [Math.fround(Math.log(Math.fround(0.3))), Math.fround(Math.log(Math.fround(3.3)))];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = H * W * uniform32(torch, 0.02, 0.33);
    const aspect = Math.fround(Math.exp(uniform32(torch, from, to)));
    const [h, w] = [round(Math.sqrt(area * aspect)), round(Math.sqrt(area / aspect))];
    if (h >= H || w >= W) continue;
    const [i, j] = [torchInteger(torch, 0, H - h + 1), torchInteger(torch, 0, W - w + 1)];
    return (data) => {
      for (let plane = 0; plane < data.length; plane += H * W)
        for (let y = i; y < i + h; y++) data.fill(0, plane + y * W + j, plane + y * W + j + w);
      return data;
    };
  }
  return (data) => data;
};

/** Moves the image by up to ten voxels along each axis; what comes in is 0. The first number moves the last axis. */
export const cropPad: Augmentation = ({ numpy }, shape) => {
  const moves = shape.slice(1).map(() => numpy.randint(-10, 10));
  const [channels] = shape;
  const [D, H, W] = spaceOf(shape);
  const [w, h, d = 0] = moves;
  return (data) => {
    const result = new Float32Array(data.length);
    const [first, last] = [Math.max(0, -w), Math.min(W, W - w)];
    if (last <= first) return result;
    for (let c = 0; c < channels; c++)
      for (let x = Math.max(0, -d); x < Math.min(D, D - d); x++)
        for (let y = Math.max(0, -h); y < Math.min(H, H - h); y++) {
          const from = ((c * D + x + d) * H + y + h) * W + w;
          result.set(data.subarray(from + first, from + last), ((c * D + x) * H + y) * W + first);
        }
    return result;
  };
};

/** A Gaussian filter of one deviation, up to 1, on all axes. */
export const smoothing: Augmentation = ({ python }, shape) => {
  const sigma = python.uniform(0, 1);
  return (data) =>
    gaussianFilter(
      data,
      shape,
      shape.map(() => sigma),
    );
};
