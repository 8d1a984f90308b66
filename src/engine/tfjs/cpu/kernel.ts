/** @file What a kernel of TensorFlow.js' cpu backend is given and gives. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Numbers } from './walk';

/** What the kernels use of the cpu backend. */
interface Backend {
  readonly data: { get(dataId: object): { values: Numbers } };
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values: Numbers): tf.TensorInfo;
}

export interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: Backend;
}
export type Kernel = (call: Call) => tf.TensorInfo | tf.TensorInfo[];

export const valuesOf = (backend: Backend, { dataId }: tf.TensorInfo): Numbers => backend.data.get(dataId).values;

export function zeros(dtype: tf.DataType, size: number): Numbers {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
