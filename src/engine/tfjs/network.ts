/** @file A whole network as a composition of TensorFlow.js operations, and the loss it is trained with. */
import * as tf from '@tensorflow/tfjs-core';
import type { ConvBlock, NetworkSpec } from '../legacy/blocks';
import { type ChannelStatistics, type ConvBlockTensors, convBlockInference, convBlockTraining } from './block';

/** Parameters on the device, by PyTorch's names, in the layouts of `torch-names.ts` (images: kernels of depth 1). */
export type DeviceParameters = ReadonlyMap<string, tf.Tensor>;

export interface RunningStatistics {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

export type ForwardMode =
  | {
      readonly kind: 'training';
      /** Masks of the dropout layers by name, [n, features], in the device's order of features. */
      readonly masks: ReadonlyMap<string, tf.Tensor2D>;
      /** Called once per BatchNorm with its state-dict prefix. */
      onStatistics(norm: string, statistics: ChannelStatistics): void;
    }
  | { readonly kind: 'inference'; readonly running: ReadonlyMap<string, RunningStatistics> };

function convTensors(block: ConvBlock, parameters: DeviceParameters): ConvBlockTensors {
  const tensor = <T extends tf.Tensor>(name: string): T => parameters.get(name) as T;
  return {
    weight: tensor(`${block.conv}.weight`),
    bias: tensor(`${block.conv}.bias`),
    scale: tensor(`${block.norm}.weight`),
    shift: tensor(`${block.norm}.bias`),
  };
}

/** Outputs [n, outputSize] of inputs [n, d, h, w, c]. */
export function forward(spec: NetworkSpec, parameters: DeviceParameters, input: tf.Tensor5D, mode: ForwardMode): tf.Tensor2D {
  let x: tf.Tensor = input;
  for (const block of spec.blocks) {
    if (block.kind === 'conv-block') {
      const tensors = convTensors(block, parameters);
      if (mode.kind === 'training') {
        const { output, statistics } = convBlockTraining(x as tf.Tensor5D, tensors, block);
        mode.onStatistics(block.norm, statistics);
        x = output;
      } else x = convBlockInference(x as tf.Tensor5D, tensors, mode.running.get(block.norm)!, block);
    } else if (block.kind === 'flatten') {
      x = tf.reshape(x, [x.shape[0], x.size / x.shape[0]]);
    } else if (block.kind === 'dropout') {
      const mask = mode.kind === 'training' ? mode.masks.get(block.name) : undefined;
      if (mask !== undefined) x = tf.mul(x, mask);
    } else {
      const product = tf.matMul(x as tf.Tensor2D, parameters.get(`${block.name}.weight`) as tf.Tensor2D, false, true);
      x = tf.add(product, tf.reshape(parameters.get(`${block.name}.bias`)!, [1, block.outFeatures]));
      if (block.relu) x = tf.relu(x);
    }
  }
  return x as tf.Tensor2D;
}

/** Mean over the batch of −log softmax(logits)[label]. `hot`: 1 at the label of each row, [n, classes]. */
export function crossEntropy(logits: tf.Tensor2D, hot: tf.Tensor2D): tf.Scalar {
  const total = tf.sum(tf.mul(tf.logSoftmax(logits, 1), hot));
  return tf.div(total, -logits.shape[0]) as tf.Scalar;
}
