import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type ConvolutionCase, convolutionCases, relativeDifference, type Values } from '../../../test/convolution-cases';
import { wasmFile } from '../../../test/tfjs-node';
import { openTfjsBackend } from './backend';
import { convolution, transposedConvolution } from './convolution';

const tensorOf = ({ data, shape }: Values): tf.Tensor5D => tf.tensor5d(data, shape);

/** The operation of a case, as a function of input and filter. */
function operation({ rank, stride, padding, outputPadding }: ConvolutionCase): (x: tf.Tensor, weight: tf.Tensor) => tf.Tensor5D {
  const window = { stride, padding, rank };
  return (x, weight) =>
    outputPadding === undefined
      ? convolution(x as tf.Tensor5D, weight as tf.Tensor5D, window)
      : transposedConvolution(x as tf.Tensor5D, weight as tf.Tensor5D, { ...window, outputPadding });
}

const backends = ['cpu', 'wasm'] as const;
const cases = backends.flatMap((name) => convolutionCases.map((one) => [`${one.title} (${name})`, name, one] as const));

describe('convolutions composed of TensorFlow.js operations', () => {
  it.each(cases)('give values and gradients of PyTorch: %s', async (_title, name, one) => {
    const backend = await openTfjsBackend(name, { wasmUrl: wasmFile });
    await backend.run(() =>
      tf.tidy(() => {
        const [x, weight] = [tensorOf(one.x), tensorOf(one.filter)];
        const y = operation(one)(x, weight);
        expect(y.shape).toEqual(one.y.shape);
        expect(relativeDifference(y.dataSync(), one.y.data)).toBeLessThan(1e-6);
        const [dx, dWeight] = tf.grads(operation(one))([x, weight], tensorOf(one.dy));
        expect(relativeDifference(dx.dataSync(), one.dx.data)).toBeLessThan(1e-6);
        expect(relativeDifference(dWeight.dataSync(), one.dFilter.data)).toBeLessThan(1e-6);
      }),
    );
  });

  it.each(
    convolutionCases.filter(({ filter, stride }) => filter.shape[0] > 1 && stride === 2).map((one) => [one.title, one] as const),
  )('have the gradients that finite differences give: %s', async (_title, one) => {
    const backend = await openTfjsBackend('cpu');
    await backend.run(() =>
      tf.tidy(() => {
        const dy = tensorOf(one.dy);
        const loss = (x: Float32Array, f: Float32Array): number =>
          tf.tidy(() => {
            const y = operation(one)(tf.tensor5d(x, one.x.shape), tf.tensor5d(f, one.filter.shape));
            return y.dataSync<'float32'>().reduce((sum, value, i) => sum + value * one.dy.data[i], 0);
          });
        const [dx, dFilter] = tf.grads(operation(one))([tensorOf(one.x), tensorOf(one.filter)], dy);
        const moved = (data: Float32Array, i: number, step: number): Float32Array => data.map((v, k) => (k === i ? v + step : v));
        // The loss is linear in either, so that a long step costs no accuracy.
        for (let i = 0; i < one.x.data.length; i += 7) {
          const slope = (loss(moved(one.x.data, i, 1), one.filter.data) - loss(moved(one.x.data, i, -1), one.filter.data)) / 2;
          expect(slope).toBeCloseTo(dx.dataSync()[i], 3);
        }
        for (let i = 0; i < one.filter.data.length; i += 11) {
          const slope = (loss(one.x.data, moved(one.filter.data, i, 1)) - loss(one.x.data, moved(one.filter.data, i, -1))) / 2;
          expect(slope).toBeCloseTo(dFilter.dataSync()[i], 3);
        }
      }),
    );
  });
});
