/**
 * @file Every operation of a network as a composition of TensorFlow.js operations, right on cpu, wasm and webgpu; forward only, `tf.grads`
 * differentiates. Volumes are [n, d, h, w, c] (images have depth 1), vectors [n, features].
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../../networks/graph';
import type { Attributes, Op, Shape } from '../../networks/operations';
import { activate } from './activation';
import { repeatAxis } from './axis';
import { batchNorm, batchNormInference, type ChannelStatistics } from './batch-norm';
import { convolution, transposedConvolution } from './convolution';
import { instanceNorm } from './instance-norm';
import { cropMaxUnpool, frontPaddedMaxPool, frontPaddedMaxPoolInference, maxPool, maxPoolWithIndices } from './pool';

/** What the nodes of one pass share. */
export interface Pass {
  readonly rank: 2 | 3;
  readonly training: boolean;
  /** Gradients will be asked for. */
  readonly differentiated: boolean;
  /** Numbers drawn for nodes, of the shape of their value. */
  readonly drawn: ReadonlyMap<Value, tf.Tensor>;
  /** What reversed gradients are multiplied by, with the other sign; undefined: what the graph says. */
  readonly reversal: number | undefined;
  /** Pools whose places a `max-unpool` reads, and their places once they are known. */
  readonly places: Map<Value, tf.Tensor5D | null>;
  /** In training, once per BatchNorm. */
  onStatistics(layer: string, statistics: ChannelStatistics): void;
}

/** A node that is run. */
export interface Run<K extends Op> {
  readonly attributes: Attributes[K];
  readonly value: Value;
  readonly inputs: readonly tf.Tensor[];
  /** The nodes that made them. */
  readonly from: readonly Value[];
  /** Of its value, without the batch. */
  readonly shape: Shape;
  /** Of its layer in the tree. */
  readonly layer: string;
  readonly pass: Pass;
  /** Of its layer, by its name within it. */
  parameter(name: string): tf.Tensor;
}

type Row<K extends Op> = (run: Run<K>) => tf.Tensor;

type Axis = 1 | 2 | 3;

/** Spatial axes of a volume. */
const axesOf = ({ rank }: Pass): readonly Axis[] => (rank === 2 ? [2, 3] : [1, 2, 3]);

/** Tensors come back from reshapes, which know no rank. */
const asVolume = (tensor: tf.Tensor): tf.Tensor5D => tensor as tf.Tensor5D;

/** [n, …space, c] → [n, voxels, c]: the rank at which stock operations are right everywhere. */
function asVoxels(volume: tf.Tensor): tf.Tensor3D {
  const { shape, size } = volume;
  const channels = shape[shape.length - 1];
  return tf.reshape(volume, [shape[0], size / (shape[0] * channels), channels]);
}

function withBias(volume: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  if (bias === null) return volume;
  return tf.reshape(tf.add(asVoxels(volume), tf.reshape(bias, [1, 1, bias.size])), volume.shape);
}

/** PyTorch's order of a value, [n, c · voxels]. */
function flatten(x: tf.Tensor): tf.Tensor {
  if (x.shape.length === 2) return x;
  return tf.reshape(tf.transpose(asVoxels(x), [0, 2, 1]), [x.shape[0], -1]);
}

function unflatten(flat: tf.Tensor, [channels, ...space]: Shape): tf.Tensor {
  if (space.length === 0) return flat;
  const [n] = flat.shape;
  const [d, h, w] = space.length === 2 ? [1, ...space] : space;
  return tf.reshape(tf.transpose(tf.reshape(flat, [n, channels, d * h * w]), [0, 2, 1]), [n, d, h, w, channels]);
}

/** Identity whose gradient is multiplied by −α. */
function reverseGradient(x: tf.Tensor, alpha: number): tf.Tensor {
  return tf.customGrad((...args) => {
    const [value] = args as tf.Tensor[];
    return { value: tf.clone(value), gradFunc: (dy: tf.Tensor) => tf.mul(dy, -alpha) };
  })(x);
}

const rows: { readonly [K in Op]: Row<K> } = {
  input: () => {
    throw new Error('the input is given');
  },
  conv: ({ attributes: { stride, padding, bias }, inputs: [x], pass: { rank }, parameter }) =>
    withBias(convolution(asVolume(x), asVolume(parameter('weight')), { stride, padding, rank }), bias ? parameter('bias') : null),
  'conv-transpose': ({ attributes, inputs: [x], pass: { rank }, parameter }) => {
    const { stride, padding, bias } = attributes;
    const [d, h, w] = rank === 2 ? [0, ...attributes.outputPadding] : attributes.outputPadding;
    const window = { stride, padding, rank, outputPadding: [d, h, w] as const };
    return withBias(transposedConvolution(asVolume(x), asVolume(parameter('weight')), window), bias ? parameter('bias') : null);
  },
  linear: ({ inputs: [x], attributes: { outFeatures }, parameter }) => {
    const products = tf.matMul(x as tf.Tensor2D, parameter('weight') as tf.Tensor2D, false, true);
    return tf.add(products, tf.reshape(parameter('bias'), [1, outFeatures]));
  },
  'batch-norm': ({ inputs: [x], layer, pass, parameter }) => {
    const affine = { scale: parameter('weight'), shift: parameter('bias') };
    if (!pass.training)
      return batchNormInference(x, affine, { mean: parameter('running_mean'), variance: parameter('running_var') });
    const { output, statistics } = batchNorm(x, affine);
    pass.onStatistics(layer, statistics);
    return output;
  },
  'instance-norm': ({ inputs: [x] }) => instanceNorm(asVolume(x)),
  activation: ({ inputs: [x], attributes }) => activate(x, attributes),
  dropout: ({ inputs: [x], value, pass: { drawn } }) => {
    const mask = drawn.get(value);
    return mask === undefined ? x : tf.mul(x, mask);
  },
  'pad-max-pool': ({ inputs: [x], value, pass }) => {
    const axes = axesOf(pass);
    if (pass.places.has(value)) {
      const { output, indices } = maxPoolWithIndices(asVolume(x), axes);
      pass.places.set(value, indices);
      return output;
    }
    return pass.differentiated ? frontPaddedMaxPool(asVolume(x), axes) : frontPaddedMaxPoolInference(asVolume(x), axes);
  },
  'max-unpool': ({ inputs: [x], from: [, pool], attributes: { like }, pass }) => {
    const space = like.slice(1);
    const places = pass.places.get(pool);
    if (places == null) throw new Error('the pool of an unpool was not run before it');
    return cropMaxUnpool(asVolume(x), places, space.length === 2 ? [1, ...space] : space, axesOf(pass));
  },
  'max-pool': ({ inputs: [x], attributes, pass }) => maxPool(asVolume(x), axesOf(pass), attributes),
  mean: ({ inputs: [x] }) => {
    const [n, d, h, w, c] = asVolume(x).shape;
    return tf.mean(tf.mean(tf.reshape(x, [n, d, h * w, c]), 2), 1);
  },
  reshape: ({ inputs: [x], shape }) => unflatten(flatten(x), shape),
  upsample: ({ inputs: [x], attributes: { by }, pass }) =>
    axesOf(pass).reduce<tf.Tensor>((volume, axis) => repeatAxis(volume, axis, by), x),
  add: ({ inputs: [a, b] }) => tf.add(a, b),
  concat: ({ inputs, shape }) => {
    const [n, d, h, w] = asVolume(inputs[0]).shape;
    const joined: tf.Tensor = tf.concat(inputs.map(asVoxels), 2);
    return tf.reshape(joined, [n, d, h, w, shape[0]]);
  },
  scale: ({ inputs: [x, factor] }) =>
    tf.reshape(tf.mul(asVoxels(x), tf.reshape(factor, [x.shape[0], 1, factor.size / x.shape[0]])), x.shape),
  sample: ({ inputs: [mu, logVar], value, pass: { drawn } }) => {
    const noise = drawn.get(value);
    return noise === undefined ? mu : tf.add(mu, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise));
  },
  'reverse-gradient': ({ inputs: [x], attributes: { alpha }, pass: { reversal = alpha } }) => reverseGradient(x, reversal),
};

/** Runs a node. */
export function runRow<K extends Op>(op: K, run: Run<K>): tf.Tensor {
  return (rows[op] as Row<K>)(run);
}
