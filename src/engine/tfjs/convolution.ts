/**
 * @file Convolutions and transposed convolutions of any stride and padding, as PyTorch pads them, composed of TensorFlow.js operations
 * that are right on cpu, wasm and webgpu and under `tf.grads`.
 *
 * The strided gradients of conv3d are wrong or missing on some backends, and conv3dTranspose has none. So what lies under each tap of
 * the filter is taken out by slices at rank 3 (their gradients, pads, are wrong at rank 5 on webgpu), and one matrix product follows.
 *
 * Volumes are [n, d, h, w, c]; images are volumes of depth 1 with filters of depth 1, which are not strided along d.
 */
import * as tf from '@tensorflow/tfjs-core';
import { around, withLength } from './axis';

export interface ConvolutionWindow {
  readonly stride: number;
  /** Zeros at both ends of each spatial axis. */
  readonly padding: number;
  /** 2: images. */
  readonly rank: 2 | 3;
}

export interface TransposedWindow extends ConvolutionWindow {
  /** Voxels more at the end of d, h and w. */
  readonly outputPadding: readonly [number, number, number];
}

/** The filter along one axis. */
export interface AxisWindow {
  readonly axis: 1 | 2 | 3;
  readonly taps: number;
  readonly stride: number;
  readonly padding: number;
}

function axisWindows(weight: tf.Tensor5D, { stride, padding, rank }: ConvolutionWindow): AxisWindow[] {
  const window = (axis: 1 | 2 | 3): AxisWindow => ({ axis, taps: weight.shape[axis - 1], stride, padding });
  return rank === 2 ? [window(2), window(3)] : [window(1), window(2), window(3)];
}

/** Whole strides that hold all taps of `outputs` windows. */
const strides = ({ taps, stride }: AxisWindow, outputs: number): number => Math.ceil(((outputs - 1) * stride + taps) / stride);

/** For each tap, what lies under it for all positions of the filter along one axis, with `outside` in the padding. */
export function takeTaps(x: tf.Tensor, window: AxisWindow, outside = 0): tf.Tensor[] {
  const { axis, taps, stride, padding } = window;
  const [outer, length, inner] = around(x.shape, axis);
  const outputs = Math.floor((length + 2 * padding - taps) / stride) + 1;
  const steps = strides(window, outputs);
  const used = Math.min(length, steps * stride - padding);
  const all: tf.Tensor3D = tf.reshape(x, [outer, length, inner]);
  const rows = tf.slice(all, [0, 0, 0], [outer, used, inner]);
  const back = steps * stride - padding - used;
  const ends: [number, number][] = [
    [0, 0],
    [padding, back],
    [0, 0],
  ];
  const padded = padding === 0 && back === 0 ? rows : tf.pad(rows, ends, outside);
  const phases: tf.Tensor3D = tf.reshape(padded, [outer, steps, stride * inner]);
  return Array.from({ length: taps }, (_, tap) => {
    const begin: [number, number, number] = [0, Math.floor(tap / stride), (tap % stride) * inner];
    return tf.reshape(tf.slice(phases, begin, [outer, outputs, inner]), withLength(x.shape, axis, outputs));
  });
}

/** The transpose of `takeTaps`: adds what belongs under each tap to an axis of `length` zeros. */
function putTaps(parts: readonly tf.Tensor[], window: AxisWindow, length: number): tf.Tensor {
  const { axis, taps, stride, padding } = window;
  const [outer, outputs, inner] = around(parts[0].shape, axis);
  const steps = Math.max(strides(window, outputs), Math.ceil((padding + length) / stride));
  const phases = Array.from({ length: stride }, (_, phase): tf.Tensor3D => {
    const shifted: tf.Tensor3D[] = [];
    for (let tap = phase; tap < taps; tap += stride) {
      const front = Math.floor(tap / stride);
      const rows: tf.Tensor3D = tf.reshape(parts[tap], [outer, outputs, inner]);
      shifted.push(
        tf.pad(rows, [
          [0, 0],
          [front, steps - outputs - front],
          [0, 0],
        ]),
      );
    }
    return shifted.reduce(
      (sum, part): tf.Tensor3D => tf.add(sum, part),
      shifted.shift() ?? tf.zeros<tf.Rank.R3>([outer, steps, inner]),
    );
  });
  const padded: tf.Tensor3D = tf.reshape(tf.concat(phases, 2), [outer, steps * stride, inner]);
  return tf.reshape(tf.slice(padded, [0, padding, 0], [outer, length, inner]), withLength(parts[0].shape, axis, length));
}

/** True if conv3d with padding `same` computes it, which is right everywhere. */
function isSame(weight: tf.Tensor5D, window: ConvolutionWindow): boolean {
  return axisWindows(weight, window).every(({ taps, stride, padding }) => stride === 1 && taps === 2 * padding + 1);
}

/** PyTorch's `conv2d` and `conv3d` of [n, d, h, w, in] with [kd, k, k, in, out], without bias. */
export function convolution(x: tf.Tensor5D, weight: tf.Tensor5D, window: ConvolutionWindow): tf.Tensor5D {
  if (isSame(weight, window)) return tf.conv3d(x, weight, 1, 'same');
  let parts: tf.Tensor[] = [x];
  for (const axis of axisWindows(weight, window)) parts = parts.flatMap((part) => takeTaps(part, axis));
  const [KD, KH, KW, CI, CO] = weight.shape;
  const [n, d, h, w] = parts[0].shape;
  const columns = tf.concat(
    parts.map((part): tf.Tensor2D => tf.reshape(part, [n * d * h * w, CI])),
    1,
  );
  return tf.reshape(tf.matMul(columns, tf.reshape(weight, [KD * KH * KW * CI, CO])), [n, d, h, w, CO]);
}

/** The filter mirrored along all axes, inputs and outputs exchanged: reversing the flat order of the taps mirrors all at once. */
function turned(weight: tf.Tensor5D): tf.Tensor5D {
  const [KD, KH, KW, CO, CI] = weight.shape;
  const flat: tf.Tensor3D = tf.reshape(weight, [KD * KH * KW, CO, CI]);
  return tf.reshape(tf.transpose(tf.reverse(flat, 0), [0, 2, 1]), [KD, KH, KW, CI, CO]);
}

/**
 * PyTorch's `conv_transpose2d` and `conv_transpose3d` of [n, d, h, w, in] with [kd, k, k, out, in], without bias: the input gradient of
 * a convolution. Each axis has (n − 1) · stride − 2 · padding + k + output padding voxels.
 */
export function transposedConvolution(x: tf.Tensor5D, weight: tf.Tensor5D, window: TransposedWindow): tf.Tensor5D {
  const { outputPadding } = window;
  if (isSame(weight, window) && outputPadding.every((more) => more === 0)) return tf.conv3d(x, turned(weight), 1, 'same');
  const [KD, KH, KW, CO, CI] = weight.shape;
  const [n, d, h, w] = x.shape;
  const taps = KD * KH * KW;
  const columns = tf.matMul(tf.reshape(x, [n * d * h * w, CI]), tf.reshape(weight, [taps * CO, CI]), false, true);
  let parts = tf.split(columns, taps, 1).map((part): tf.Tensor => tf.reshape(part, [n, d, h, w, CO]));
  for (const axis of axisWindows(weight, window).toReversed()) {
    const more = outputPadding[axis.axis - 1];
    const length = (x.shape[axis.axis] - 1) * axis.stride - 2 * axis.padding + axis.taps + more;
    const groups = Array.from({ length: parts.length / axis.taps }, (_, k) => parts.slice(k * axis.taps, (k + 1) * axis.taps));
    parts = groups.map((group) => putTaps(group, axis, length));
  }
  return parts[0] as tf.Tensor5D;
}
