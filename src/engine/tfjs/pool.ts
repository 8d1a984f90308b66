/**
 * @file Max pools and the unpool as compositions of TensorFlow.js operations, right on cpu, wasm and webgpu, and under `tf.grads`:
 * what runs where no faster engine does, and the reference of the GPU kernels.
 *
 * Volumes are [n, d, h, w, c]; `axes` are the spatial axes that are pooled: [1, 2, 3], or [2, 3] for images, which have depth 1.
 */
import * as tf from '@tensorflow/tfjs-core';
import { product } from '../../base/shape';
import type { Window } from '../../networks/operations';
import { joinPairs, padToEven, sliceAxis, splitPairs } from './axis';
import { takeTaps } from './convolution';

/** Tensors of this file come back from reshapes, which know no rank. */
const asVolume = (tensor: tf.Tensor): tf.Tensor5D => tensor as tf.Tensor5D;

/** [n, voxels, c]: the rank at which comparisons with one value a voxel are right everywhere. */
function asVoxels(volume: tf.Tensor): tf.Tensor3D {
  const [n, d, h, w, c] = volume.shape;
  return tf.reshape(volume, [n, d * h * w, c]);
}

/**
 * Max pooling (2, 2) with a zero plane in front of odd axes. Pairs are compared along the last axis first, and the earlier one
 * wins a tie: so the first maximum in row-major order gets the gradient, as in PyTorch.
 */
export function frontPaddedMaxPool(x: tf.Tensor5D, axes: readonly number[]): tf.Tensor5D {
  let pooled: tf.Tensor = x;
  for (const axis of axes.toReversed()) pooled = tf.maximum(...splitPairs(pooled, axis, 'front'));
  return asVolume(pooled);
}

/** The same values in fewer operations, without the gradient: tfjs' own gradient of a pool gives ties to another voxel. */
export function frontPaddedMaxPoolInference(x: tf.Tensor5D, axes: readonly number[]): tf.Tensor5D {
  let even: tf.Tensor = x;
  for (const axis of axes) even = padToEven(even, axis, 'front');
  const size: [number, number, number] = [axes.includes(1) ? 2 : 1, 2, 2];
  return tf.maxPool3d(asVolume(even), size, size, 'valid');
}

/** Lengths of the spatial axes with their padding. */
function paddedSpace(space: readonly number[], axes: readonly number[]): number[] {
  return space.map((length, i) => (axes.includes(i + 1) ? 2 * Math.ceil(length / 2) : length));
}

/** Row-major places [1, cells, 1] in a padded volume of the first voxel of every window. */
function windowStarts([d, h, w]: readonly number[], axes: readonly number[]): tf.Tensor3D {
  const [sd, sh, sw] = [1, 2, 3].map((axis) => (axes.includes(axis) ? 2 : 1));
  const starts: number[] = [];
  for (let i = 0; i < d; i += sd)
    for (let j = 0; j < h; j += sh) for (let k = 0; k < w; k += sw) starts.push((i * h + j) * w + k);
  return tf.tensor3d(starts, [1, starts.length, 1], 'int32');
}

/**
 * `frontPaddedMaxPool` that also tells where each maximum was: `indices` (int32, shaped as the output) are row-major places in the
 * padded volume of the channel, as PyTorch's.
 */
export function maxPoolWithIndices(
  x: tf.Tensor5D,
  axes: readonly number[],
): { readonly output: tf.Tensor5D; readonly indices: tf.Tensor5D } {
  const space = paddedSpace(x.shape.slice(1, 4), axes);
  let pooled: tf.Tensor = x;
  // Places relative to the start of the window; nothing is left of it before the first comparison.
  let offsets: tf.Tensor | undefined;
  for (const axis of axes.toReversed()) {
    const step = tf.scalar(product(space.slice(axis)), 'int32');
    const [first, second] = splitPairs(pooled, axis, 'front');
    pooled = tf.maximum(first, second);
    const wins = tf.greater(asVoxels(second), asVoxels(first));
    const later = tf.mul(tf.cast(wins, 'int32'), step);
    if (offsets === undefined) offsets = tf.reshape(later, pooled.shape);
    else {
      // An odd axis was padded in front, where offsets are those of zeros: the first of each row wins.
      const [before, after] = splitPairs(offsets, axis, 'front').map(asVoxels);
      offsets = tf.reshape(tf.add(later, tf.where(wins, after, before)), pooled.shape);
    }
  }
  const flat = asVoxels(offsets!);
  return {
    output: asVolume(pooled),
    indices: asVolume(tf.reshape(tf.add(flat, windowStarts(space, axes)), pooled.shape)),
  };
}

/** Values of `pooled` at the places that `indices` tell, zero elsewhere, in the padded volume; then the padding is cut off. */
function unpool(pooled: tf.Tensor, indices: tf.Tensor, space: readonly number[], axes: readonly number[]): tf.Tensor {
  let [values, places] = [pooled, indices];
  for (const axis of axes) [values, places] = [joinPairs(values, values, axis), joinPairs(places, places, axis)];
  const own = tf.reshape(tf.range(0, product(values.shape.slice(1, 4)), 1, 'int32'), [1, -1, 1]);
  const here = tf.cast(tf.equal(asVoxels(places), own), 'float32');
  let result: tf.Tensor = tf.reshape(tf.mul(asVoxels(values), here), values.shape);
  for (const axis of axes) {
    const length = space[axis - 1];
    result = sliceAxis(result, axis, result.shape[axis] - length, length);
  }
  return result;
}

/** The other way: what lies at the places that `indices` tell, zero where that is padding. */
function gather(volume: tf.Tensor, indices: tf.Tensor, axes: readonly number[]): tf.Tensor {
  let padded = volume;
  for (const axis of axes) padded = padToEven(padded, axis, 'front');
  let places = indices;
  for (const axis of axes) places = joinPairs(places, places, axis);
  const own = tf.reshape(tf.range(0, product(padded.shape.slice(1, 4)), 1, 'int32'), [1, -1, 1]);
  const here = tf.cast(tf.equal(asVoxels(places), own), 'float32');
  let result: tf.Tensor = tf.reshape(tf.mul(asVoxels(padded), here), padded.shape);
  for (const axis of axes) result = tf.add(...splitPairs(result, axis, 'front'));
  return result;
}

/**
 * The values of `pooled` where `maxPoolWithIndices` found its maxima, zero elsewhere, without the padding: CropMaxUnpool. `space`
 * is [d, h, w] of the result, which the pool was given. Under `tf.grads` a function of `pooled` only.
 */
export function cropMaxUnpool(
  pooled: tf.Tensor5D,
  indices: tf.Tensor5D,
  space: readonly number[],
  axes: readonly number[],
): tf.Tensor5D {
  // Comparisons have no gradient, so the way from the indices must not be on the tape.
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [values] = args as tf.Tensor[];
    save([indices]);
    const gradFunc = (dy: tf.Tensor, [places]: tf.Tensor[]): tf.Tensor => gather(dy, places, axes);
    return { value: unpool(values, indices, space, axes), gradFunc };
  });
  return asVolume(operation(pooled));
}

/** What loses against every number. */
const LOWEST = -3.4028234663852886e38;

/**
 * PyTorch's MaxPool2d and MaxPool3d: padding that never wins at both ends of each axis, windows that do not fit are left out; the first
 * maximum in row-major order gets the gradient.
 */
export function maxPool(x: tf.Tensor5D, axes: readonly (1 | 2 | 3)[], { kernel, stride, padding }: Window): tf.Tensor5D {
  let pooled: tf.Tensor = x;
  for (const axis of axes.toReversed()) {
    const [first, ...rest] = takeTaps(pooled, { axis, taps: kernel, stride, padding }, LOWEST);
    pooled = rest.reduce((largest, tap): tf.Tensor => tf.maximum(largest, tap), first);
  }
  return asVolume(pooled);
}
