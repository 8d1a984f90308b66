/** @file Operations of two tensors, with broadcasting. */
import * as tf from '@tensorflow/tfjs-core';
import { product } from '../../../base/shape';
import { type Kernel, valuesOf, zeros } from './kernel';
import { broadcastStrides, type Numbers, walk } from './walk';

/**
 * n results into `out` from `o`, of elements of x from `i` and of y from `j`, with their steps. Each operation has a loop of its own, which
 * the compiler can then inline.
 */
type Loop = (
  x: Numbers,
  i: number,
  stepX: number,
  y: Numbers,
  j: number,
  stepY: number,
  out: Numbers,
  o: number,
  n: number,
) => void;

const add: Loop = (x, i, stepX, y, j, stepY, out, o, n) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * stepX] + y[j + k * stepY];
};
const subtract: Loop = (x, i, stepX, y, j, stepY, out, o, n) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * stepX] - y[j + k * stepY];
};
const multiply: Loop = (x, i, stepX, y, j, stepY, out, o, n) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * stepX] * y[j + k * stepY];
};
const divide: Loop = (x, i, stepX, y, j, stepY, out, o, n) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * stepX] / y[j + k * stepY];
};
const largest: Loop = (x, i, stepX, y, j, stepY, out, o, n) => {
  for (let k = 0; k < n; k++) out[o + k] = Math.max(x[i + k * stepX], y[j + k * stepY]);
};
const smallest: Loop = (x, i, stepX, y, j, stepY, out, o, n) => {
  for (let k = 0; k < n; k++) out[o + k] = Math.min(x[i + k * stepX], y[j + k * stepY]);
};
const equal: Loop = (x, i, stepX, y, j, stepY, out, o, n) => {
  for (let k = 0; k < n; k++) out[o + k] = x[i + k * stepX] === y[j + k * stepY] ? 1 : 0;
};

/** An operation of two tensors of one type. */
function binary(loop: Loop, result?: 'bool'): Kernel {
  return ({ inputs: { a, b }, backend }) => {
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const dtype = result ?? a.dtype;
    const out = zeros(dtype, product(shape));
    const [x, y] = [valuesOf(backend, a), valuesOf(backend, b)];
    let o = 0;
    const strides = { a: broadcastStrides(a.shape, shape), b: broadcastStrides(b.shape, shape) };
    walk({ shape, ...strides }, (i, j, length, stepX, stepY) => {
      loop(x, i, stepX, y, j, stepY, out, o, length);
      o += length;
    });
    return backend.makeTensorInfo(shape, dtype, out);
  };
}

export const binaryKernels = {
  add: binary(add),
  subtract: binary(subtract),
  multiply: binary(multiply),
  divide: binary(divide),
  largest: binary(largest),
  smallest: binary(smallest),
  equal: binary(equal, 'bool'),
} as const;
