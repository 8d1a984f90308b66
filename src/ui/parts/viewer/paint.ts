/** @file The pixels of a plane: grey values of a window, a map over them in red and blue. Pure functions. */
import { type Affine, mmOf, offsetOf, type Triple, type View, voxelAt, voxelOf } from './geometry';

export interface Values {
  readonly shape: Triple;
  readonly affine: Affine;
  /** In the order of the file: the first axis varies fastest. */
  readonly data: Float32Array;
}

export interface Overlay extends Values {
  /** Largest size of a value: full colour. */
  readonly largest: number;
}

export interface Look {
  /** Drawn black and white. */
  readonly black: number;
  readonly white: number;
  /** Of the overlay: a smaller share of its largest size is not drawn. 0 to 1. */
  readonly threshold: number;
  /** 0 to 1. */
  readonly opacity: number;
}

/** Grey level, 0 to 255; what is no number is drawn as black. */
export function greyOf(value: number, { black, white }: Pick<Look, 'black' | 'white'>): number {
  if (!(white > black)) return 0;
  const level = (255 * (value - black)) / (white - black);
  return level > 0 ? Math.min(255, Math.round(level)) : 0; // NaN is not above 0
}

/** −1 to 1: how far the overlay reaches at a voxel of the image, taken from its nearest voxel; 0 outside of it and below the threshold. */
export function overlayAt(overlay: Overlay, image: Values, voxel: Triple, threshold: number): number {
  const place = voxelOf(overlay.affine, mmOf(image.affine, voxel));
  if (place === null || overlay.largest === 0) return 0;
  const nearest = place.map(Math.round) as unknown as Triple;
  if (nearest.some((index, axis) => index < 0 || index >= overlay.shape[axis])) return 0;
  const share = overlay.data[offsetOf(nearest, overlay.shape)] / overlay.largest;
  return Math.abs(share) < threshold || Number.isNaN(share) ? 0 : Math.max(-1, Math.min(1, share));
}

/** Red, green, blue and alpha of each pixel of the plane through `at`, from its top left. */
export function planePixels(
  image: Values,
  view: View,
  at: Triple,
  look: Look,
  overlay: Overlay | undefined,
): Uint8ClampedArray<ArrayBuffer> {
  const [width, height] = [view.across.size, view.up.size];
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p += 4) {
      const voxel = voxelAt(view, at, x, y);
      const grey = greyOf(image.data[offsetOf(voxel, image.shape)], look);
      const share = overlay === undefined ? 0 : overlayAt(overlay, image, voxel, look.threshold);
      const cover = share === 0 ? 0 : look.opacity * (0.35 + 0.65 * Math.abs(share));
      const dim = grey * (1 - cover);
      pixels[p] = dim + (share > 0 ? 235 * cover : 30 * cover);
      pixels[p + 1] = dim + 50 * cover;
      pixels[p + 2] = dim + (share < 0 ? 255 * cover : 40 * cover);
      pixels[p + 3] = 255;
    }
  return pixels;
}

/** The voxel of the image, not rounded, at which the overlay is largest in size; null where it has no numbers. */
export function strongestOf({ data, shape, affine }: Overlay, image: Pick<Values, 'affine'>): Triple | null {
  let [at, size] = [-1, 0];
  for (const [i, value] of data.entries()) {
    if (!(Math.abs(value) > size)) continue;
    [at, size] = [i, Math.abs(value)];
  }
  if (at < 0) return null;
  const [x, y] = shape;
  return voxelOf(image.affine, mmOf(affine, [at % x, Math.floor(at / x) % y, Math.floor(at / (x * y))]));
}
