/** @file Parts of tensors, other orders of their axes, and sums over axes. */
import * as tf from '@tensorflow/tfjs-core';
import { contiguousStrides, product } from '../../../base/shape';
import { type Call, type Kernel, valuesOf, zeros } from './kernel';
import { broadcastStrides, copy, walk } from './walk';

function sliced(backend: Call['backend'], x: tf.TensorInfo, begin: readonly number[], size: readonly number[]): tf.TensorInfo {
  const strides = contiguousStrides(x.shape);
  const first = begin.reduce((sum, at, axis) => sum + at * strides[axis], 0);
  const out = zeros(x.dtype, product(size));
  copy(valuesOf(backend, x), first, strides, out, 0, contiguousStrides(size), size);
  return backend.makeTensorInfo(size, x.dtype, out);
}

export const slice: Kernel = ({ inputs: { x }, attrs, backend }) => {
  const [begin, size] = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin as number[], attrs.size as number[]);
  return sliced(backend, x, begin, size);
};

export const split: Kernel = ({ inputs: { x }, attrs, backend }) => {
  const [axis] = tf.util.parseAxisParam(attrs.axis as number, x.shape);
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attrs.numOrSizeSplits as number, axis);
  let at = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? at : 0));
    at += length;
    return sliced(
      backend,
      x,
      begin,
      x.shape.map((all, i) => (i === axis ? length : all)),
    );
  });
};

export const pad: Kernel = ({ inputs: { x }, attrs, backend }) => {
  const paddings = attrs.paddings as readonly (readonly [number, number])[];
  const shape = x.shape.map((length, axis) => paddings[axis][0] + length + paddings[axis][1]);
  const out = zeros(x.dtype, product(shape)).fill(attrs.constantValue as number);
  const strides = contiguousStrides(shape);
  const start = paddings.reduce((sum, [front], axis) => sum + front * strides[axis], 0);
  copy(valuesOf(backend, x), 0, contiguousStrides(x.shape), out, start, strides, x.shape);
  return backend.makeTensorInfo(shape, x.dtype, out);
};

export const transpose: Kernel = ({ inputs: { x }, attrs, backend }) => {
  const perm = attrs.perm as readonly number[];
  const shape = perm.map((axis) => x.shape[axis]);
  const strides = contiguousStrides(x.shape);
  const out = zeros(x.dtype, product(shape));
  const from = perm.map((axis) => strides[axis]);
  copy(valuesOf(backend, x), 0, from, out, 0, contiguousStrides(shape), shape);
  return backend.makeTensorInfo(shape, x.dtype, out);
};

/** Sums over axes, in double, each times `factor` of the number of terms. */
export function reduction(factor: (terms: number) => number): Kernel {
  return ({ inputs: { x }, attrs, backend }) => {
    const axes = new Set(tf.util.parseAxisParam(attrs.axis as number | number[], x.shape));
    const kept = x.shape.map((length, axis) => (axes.has(axis) ? 1 : length));
    const sums = new Float64Array(product(kept));
    const values = valuesOf(backend, x);
    const strides = { a: contiguousStrides(x.shape), b: broadcastStrides(kept, x.shape) };
    walk({ shape: x.shape, ...strides }, (from, to, length, stepA, stepB) => {
      for (let k = 0, i = from, o = to; k < length; k++) {
        sums[o] += values[i];
        i += stepA;
        o += stepB;
      }
    });
    const times = factor(values.length / sums.length);
    const shape = attrs.keepDims === true ? kept : x.shape.filter((_, axis) => !axes.has(axis));
    return backend.makeTensorInfo(
      shape,
      x.dtype,
      zeros(x.dtype, sums.length).map((_, i) => sums[i] * times),
    );
  };
}

export const reverse: Kernel = ({ inputs: { x }, attrs, backend }) => {
  const axes = new Set(tf.util.parseAxisParam(attrs.dims as number[], x.shape));
  const strides = contiguousStrides(x.shape);
  const out = zeros(x.dtype, product(x.shape));
  const from = strides.map((stride, axis) => (axes.has(axis) ? -stride : stride));
  const first = strides.reduce((sum, stride, axis) => sum + (axes.has(axis) ? stride * (x.shape[axis] - 1) : 0), 0);
  copy(valuesOf(backend, x), first, from, out, 0, strides, x.shape);
  return backend.makeTensorInfo(x.shape, x.dtype, out);
};
