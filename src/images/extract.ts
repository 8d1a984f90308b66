/**
 * @file Image, slice, patch, region: how many elements one image has, and the i-th of them.
 *
 * Behaviour and strides as `extract_images`, `extract_slices`, `extract_patches` and `extract_roi` in ClinicaDL 1.6.1. Nothing is
 * normalised here.
 */
import { appError } from '../base/errors';
import { contiguousStrides, product } from '../base/shape';
import type { RoiMask } from './roi-mask';
import { copyRowMajor, type Triple, type Volume } from './volume';

export type Extraction =
  | { readonly mode: 'image' }
  | {
      readonly mode: 'slice';
      /** Axis of the volume that the slices cut: 0 sagittal, 1 coronal, 2 axial. */
      readonly direction: number;
      readonly channels: 'single' | 'rgb';
      /** Slices left out before the first and after the last. */
      readonly begin: number;
      readonly end: number;
    }
  | { readonly mode: 'patch'; readonly patchSize: number; readonly strideSize: number }
  | { readonly mode: 'roi'; readonly masks: readonly RoiMask[]; readonly uncropped: boolean };

/** A tensor as torch holds it: [c, d, h, w] or [c, h, w], with the strides that the original saves. */
export interface Element {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** The two sizes, in order, that remain when axis `direction` is removed. */
function withoutAxis(triple: Triple, direction: number): [number, number] {
  const [first, second] = triple.filter((_, axis) => axis !== direction);
  return [first, second];
}

/** Positions of a patch on each axis. Throws `patch-too-large`. */
function patchGrid(shape: Triple, patchSize: number, strideSize: number, where: string): Triple {
  if (Math.min(...shape) < patchSize)
    throw appError('patch-too-large', { patchSize, shape: shape.join(' × '), file: where }, { where });
  const positions = (length: number): number => Math.floor((length - patchSize) / strideSize) + 1;
  return [positions(shape[0]), positions(shape[1]), positions(shape[2])];
}

/** True when the mask has the size of the image. */
export function fitsMask({ shape }: RoiMask, image: Triple): boolean {
  return shape.every((length, axis) => length === image[axis]);
}

/** Throws `mask-shape`, which blames the mask: `file` is the image. */
export function checkMaskShape(mask: RoiMask, shape: Triple, file: string): void {
  if (fitsMask(mask, shape)) return;
  const values = { mask: mask.path, roi: mask.name, maskShape: mask.shape.join(' × '), shape: shape.join(' × '), file };
  throw appError('mask-shape', values, { where: mask.path });
}

/**
 * Number of elements of an image of `shape`. `where` names the image in errors.
 * Throws `patch-too-large`, `slices-all-discarded`, `mask-shape`.
 */
export function elementCount(extraction: Extraction, shape: Triple, where: string): number {
  switch (extraction.mode) {
    case 'image':
      return 1;
    case 'patch':
      return product(patchGrid(shape, extraction.patchSize, extraction.strideSize, where));
    case 'roi':
      for (const mask of extraction.masks) checkMaskShape(mask, shape, where);
      return extraction.masks.length;
    case 'slice': {
      const { direction, begin, end } = extraction;
      const count = shape[direction] - begin - end;
      if (count <= 0)
        throw appError('slices-all-discarded', { begin, end, slices: shape[direction], axis: direction, file: where }, { where });
      return count;
    }
  }
}

/** Value of `<mode>_id` of element i: the slice's number in the whole image, otherwise i itself. */
export function elementId(extraction: Extraction, i: number): number {
  return extraction.mode === 'slice' ? i + extraction.begin : i;
}

/** Shape of element i of an image of `shape`, [c, d, h, w] or [c, h, w]. */
export function elementShape(extraction: Extraction, shape: Triple, i: number): number[] {
  switch (extraction.mode) {
    case 'image':
      return [1, ...shape];
    case 'patch':
      return [1, extraction.patchSize, extraction.patchSize, extraction.patchSize];
    case 'roi':
      return [1, ...(extraction.uncropped ? shape : extraction.masks[i].planes.map((indices) => indices.length))];
    case 'slice':
      return [extraction.channels === 'rgb' ? 3 : 1, ...withoutAxis(shape, extraction.direction)];
  }
}

/** The voxel of the image, of `shape`, at which element i begins. */
export function elementOrigin(extraction: Extraction, shape: Triple, i: number): Triple {
  switch (extraction.mode) {
    case 'image':
      return [0, 0, 0];
    case 'patch':
      return patchCorner(extraction, shape, i, 'image');
    case 'roi': {
      const [d, h, w] = extraction.uncropped ? [[0], [0], [0]] : extraction.masks[i].planes;
      return [d[0], h[0], w[0]];
    }
    case 'slice': {
      const at = (axis: number): number => (axis === extraction.direction ? i + extraction.begin : 0);
      return [at(0), at(1), at(2)];
    }
  }
}

/** The voxel of the image at which element i ends, itself included. */
export function elementEnd(extraction: Extraction, shape: Triple, i: number): Triple {
  switch (extraction.mode) {
    case 'image':
      return lastOf(shape);
    case 'patch': {
      const last = extraction.patchSize - 1;
      const [d, h, w] = patchCorner(extraction, shape, i, 'image');
      return [d + last, h + last, w + last];
    }
    case 'roi': {
      const [d, h, w] = extraction.masks[i].planes;
      return extraction.uncropped ? lastOf(shape) : [d[d.length - 1], h[h.length - 1], w[w.length - 1]];
    }
    case 'slice': {
      const [d, h, w] = lastOf(shape).map((last, axis) => (axis === extraction.direction ? i + extraction.begin : last));
      return [d, h, w];
    }
  }
}

const lastOf = ([d, h, w]: Triple): Triple => [d - 1, h - 1, w - 1];

const placeOf = (voxel: Triple, strides: Triple): number => voxel.reduce((sum, at, axis) => sum + at * strides[axis], 0);

/**
 * Where element i lies among the voxels of an image of `shape` as they are stored: from the first up to, not including, the second.
 * Throws `patch-too-large`, `mask-shape`.
 */
export function elementRange(
  extraction: Extraction,
  { shape, strides }: Pick<Volume, 'shape' | 'strides'>,
  i: number,
  where: string,
): readonly [number, number] {
  elementCount(extraction, shape, where);
  return [placeOf(elementOrigin(extraction, shape, i), strides), placeOf(elementEnd(extraction, shape, i), strides) + 1];
}

function patchCorner({ patchSize, strideSize }: Extraction & { mode: 'patch' }, shape: Triple, i: number, where: string): Triple {
  const [, n1, n2] = patchGrid(shape, patchSize, strideSize, where);
  return [Math.floor(i / (n1 * n2)) * strideSize, (Math.floor(i / n2) % n1) * strideSize, (i % n2) * strideSize];
}

function extractSlice(volume: Volume, extraction: Extraction & { mode: 'slice' }, i: number): Element {
  const { direction } = extraction;
  const [rows, columns] = withoutAxis(volume.shape, direction);
  const [rowStride, columnStride] = withoutAxis(volume.strides, direction);
  const offset = (i + extraction.begin) * volume.strides[direction] - (volume.start ?? 0);
  const count = rows * columns;
  if (extraction.channels === 'rgb') {
    const data = new Float32Array(3 * count);
    copyRowMajor(volume.data, offset, [1, rows, columns], [0, rowStride, columnStride], data);
    data.copyWithin(count, 0, count);
    data.copyWithin(2 * count, 0, count);
    return { shape: [3, rows, columns], strides: [count, columns, 1], data };
  }
  const data = new Float32Array(count);
  if (columnStride < rowStride) {
    copyRowMajor(volume.data, offset, [1, rows, columns], [0, rowStride, columnStride], data);
    return { shape: [1, rows, columns], strides: [count, columns, 1], data };
  }
  // torch's clone keeps the order of the strides: rows stay contiguous, as in the file
  copyRowMajor(volume.data, offset, [1, columns, rows], [0, columnStride, rowStride], data);
  return { shape: [1, rows, columns], strides: [direction === 0 ? 1 : rows, 1, rows], data };
}

function extractPatch(volume: Volume, extraction: Extraction & { mode: 'patch' }, i: number, where: string): Element {
  const { patchSize } = extraction;
  const corner = patchCorner(extraction, volume.shape, i, where);
  const offset = placeOf(corner, volume.strides) - (volume.start ?? 0);
  const data = new Float32Array(patchSize ** 3);
  copyRowMajor(volume.data, offset, [patchSize, patchSize, patchSize], volume.strides, data);
  const shape = [1, patchSize, patchSize, patchSize];
  return { shape, strides: contiguousStrides(shape), data };
}

function extractRoi(volume: Volume, mask: RoiMask, uncropped: boolean): Element {
  const [sd, sh, sw] = volume.strides;
  const [planesD, planesH, planesW] = mask.planes;
  if (uncropped) {
    // voxel × 0 outside, not 0: the sign of zero and NaN are the original's
    const data = volume.data.map((value) => value * 0);
    let at = 0;
    for (const i of planesD)
      for (const j of planesH)
        for (const k of planesW) {
          const voxel = i * sd + j * sh + k * sw;
          data[voxel] = volume.data[voxel] * mask.values[at++];
        }
    return { shape: [1, ...volume.shape], strides: [data.length, ...volume.strides], data };
  }
  const start = volume.start ?? 0;
  const shape = [1, planesD.length, planesH.length, planesW.length];
  const data = new Float32Array(product(shape));
  let at = 0;
  for (const i of planesD)
    for (const j of planesH)
      for (const k of planesW) {
        data[at] = volume.data[i * sd + j * sh + k * sw - start] * mask.values[at];
        at++;
      }
  return { shape, strides: contiguousStrides(shape), data };
}

/**
 * Element i of an image, with the strides that the original saves: whole images, uncropped regions and single-channel slices keep
 * the file's order, the others are row-major. A whole image shares the volume's data.
 * Throws `patch-too-large`, `mask-shape`.
 */
export function extractElement(volume: Volume, extraction: Extraction, i: number, where: string): Element {
  switch (extraction.mode) {
    case 'image':
      return {
        shape: [1, ...volume.shape],
        strides: [volume.shape[0] * volume.strides[0], ...volume.strides],
        data: volume.data,
      };
    case 'slice':
      return extractSlice(volume, extraction, i);
    case 'patch':
      return extractPatch(volume, extraction, i, where);
    case 'roi':
      checkMaskShape(extraction.masks[i], volume.shape, where);
      return extractRoi(volume, extraction.masks[i], extraction.uncropped);
  }
}

/** The values of an element in row-major order, in an array of their own. */
export function rowMajorCopy(element: Element): Float32Array<ArrayBuffer> {
  const { shape, strides } = element;
  const data = new Float32Array(product(shape));
  const [channels, ...rest] = shape;
  const inner = product(rest);
  const box: Triple = rest.length === 3 ? [rest[0], rest[1], rest[2]] : [1, rest[0], rest[1]];
  const steps: Triple = rest.length === 3 ? [strides[1], strides[2], strides[3]] : [0, strides[1], strides[2]];
  for (let c = 0; c < channels; c++) copyRowMajor(element.data, c * strides[0], box, steps, data, c * inner);
  return data;
}
