/**
 * @file One axis of a tensor of any rank, taken to the middle of rank 3: stock operations are wrong at rank 5 on webgpu (pad, slices
 * and their gradients).
 */
import * as tf from '@tensorflow/tfjs-core';
import { product } from '../../base/shape';

/** Elements before, at and after an axis. */
export function around(shape: readonly number[], axis: number): [outer: number, length: number, inner: number] {
  return [product(shape.slice(0, axis)), shape[axis], product(shape.slice(axis + 1))];
}

/** The shape with another length of one axis. */
export function withLength(shape: readonly number[], axis: number, length: number): number[] {
  return shape.map((old, a) => (a === axis ? length : old));
}

const middle = (x: tf.Tensor, axis: number): tf.Tensor3D => tf.reshape(x, around(x.shape, axis));

/** `length` elements of an axis from `start`. */
export function sliceAxis(x: tf.Tensor, axis: number, start: number, length: number): tf.Tensor {
  if (length === x.shape[axis]) return x;
  return tf.reshape(tf.slice(middle(x, axis), [0, start, 0], [-1, length, -1]), withLength(x.shape, axis, length));
}

/** The tensor with one element of `value` before or after an axis. */
export function padAxis(x: tf.Tensor, axis: number, end: 'front' | 'back', value = 0): tf.Tensor {
  const [outer, length, inner] = around(x.shape, axis);
  const padding: tf.Tensor3D = tf.fill([outer, 1, inner], value, x.dtype);
  const parts = end === 'front' ? [padding, middle(x, axis)] : [middle(x, axis), padding];
  return tf.reshape(tf.concat(parts, 1), withLength(x.shape, axis, length + 1));
}

/** The tensor with a zero at one end of an axis of odd length. */
export function padToEven(x: tf.Tensor, axis: number, end: 'front' | 'back'): tf.Tensor {
  return x.shape[axis] % 2 === 0 ? x : padAxis(x, axis, end);
}

/** The first and the second of each pair of neighbours along an axis, half as long; an odd axis gets a zero at `oddEnd`. */
export function splitPairs(x: tf.Tensor, axis: number, oddEnd: 'front' | 'back'): readonly [first: tf.Tensor, second: tf.Tensor] {
  const even = padToEven(x, axis, oddEnd);
  const [outer, length, inner] = around(even.shape, axis);
  const [first, second] = tf.split(tf.reshape(even, [(outer * length) / 2, 2, inner]), 2, 1);
  const shape = withLength(even.shape, axis, length / 2);
  return [tf.reshape(first, shape), tf.reshape(second, shape)];
}

/** The inverse of `splitPairs` for an even axis: elements of both in turn. */
export function joinPairs(first: tf.Tensor, second: tf.Tensor, axis: number): tf.Tensor {
  const [outer, length, inner] = around(first.shape, axis);
  const pairs = [first, second].map((one): tf.Tensor3D => tf.reshape(one, [outer * length, 1, inner]));
  return tf.reshape(tf.concat(pairs, 1), withLength(first.shape, axis, 2 * length));
}

/** Each element of an axis so many times in a row. */
export function repeatAxis(x: tf.Tensor, axis: number, times: number): tf.Tensor {
  const [outer, length, inner] = around(x.shape, axis);
  const one: tf.Tensor3D = tf.reshape(x, [outer * length, 1, inner]);
  return tf.reshape(tf.concat(new Array<tf.Tensor3D>(times).fill(one), 1), withLength(x.shape, axis, times * length));
}
