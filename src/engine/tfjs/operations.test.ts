import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { differenceCases, expectDifferences } from '../../../test/finite-differences';
import { expectLayerToMatch, layerCases } from '../../../test/layer-cases';
import { indexCases, normCases, poolCases, relativeError } from '../../../test/operation-cases';
import { nodeExecutors, wasmFile } from '../../../test/tfjs-node';
import { openTfjsBackend } from './backend';
import { maxPoolWithIndices } from './pool';

const backends = ['cpu', 'wasm'] as const;
const cases = backends.flatMap((name) =>
  [...poolCases, ...normCases].map((one) => [`${one.title} (${name})`, name, one] as const),
);

describe('pools, InstanceNorm and activations composed of TensorFlow.js operations', () => {
  it.each(cases)('give values and gradients of PyTorch, and keep no tensor: %s', async (_title, name, one) => {
    const backend = await openTfjsBackend(name, { wasmUrl: wasmFile });
    await backend.run(() => {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const x = tf.tensor5d(one.x, [...one.shape]);
        const y = one.run(x);
        expect(relativeError(y.dataSync(), one.y)).toBeLessThanOrEqual(one.tolerance);
        const dx = tf.grad((input) => one.run(input as tf.Tensor5D))(x, tf.tensor(one.dy, y.shape));
        expect(dx.shape).toEqual(x.shape);
        expect(relativeError(dx.dataSync(), one.dx)).toBeLessThanOrEqual(one.tolerance);
      });
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it.each(backends.flatMap((name) => indexCases.map((one) => [`${one.title} (${name})`, name, one] as const)))(
    'find the indices of PyTorch, ties and winning zeros included: %s',
    async (_title, name, { x, shape, axes, indices }) => {
      const backend = await openTfjsBackend(name, { wasmUrl: wasmFile });
      await backend.run(() =>
        tf.tidy(() => {
          expect(maxPoolWithIndices(tf.tensor5d(x, [...shape]), axes).indices.dataSync()).toEqual(indices);
        }),
      );
    },
  );

  const smooth = normCases.filter(({ norm, activation }) => norm && !['relu', 'leaky'].includes(activation?.kind ?? ''));
  const unequal = poolCases.filter(({ title }) => !title.includes('input b'));
  it.each([
    ...unequal.map((one) => [one.title, one, 2 ** -13] as const),
    ...smooth.map((one) => [one.title, one, 2 ** -5 * Math.max(...one.x.map(Math.abs))] as const),
  ])('have the gradients that finite differences give: %s', async (_title, one, step) => {
    const backend = await openTfjsBackend('cpu');
    await backend.run(() =>
      tf.tidy(() => {
        const loss = (i: number, change: number): number => {
          const x = one.x.map((value, k) => (k === i ? value + change : value));
          const y = one.run(tf.tensor5d(x, [...one.shape])).dataSync<'float32'>();
          return y.reduce((sum, value, k) => sum + value * one.dy[k], 0);
        };
        const y = one.run(tf.tensor5d(one.x, [...one.shape]));
        const dx = tf.grad((x) => one.run(x as tf.Tensor5D))(tf.tensor5d(one.x, [...one.shape]), tf.tensor(one.dy, y.shape));
        const gradient = dx.dataSync<'float32'>();
        const scale = gradient.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
        for (let i = 0; i < one.x.length; i += 3) {
          // At zero, a voxel and the padding are equal.
          if (Math.abs(one.x[i]) < 2 * step && unequal.includes(one)) continue;
          // Of second order in two ways: together they leave an error of fourth order.
          const [near, far] = [1, 2].map((k) => (loss(i, k * step) - loss(i, -k * step)) / (2 * k * step));
          expect(Math.abs((4 * near - far) / 3 - gradient[i]), `element ${i}`).toBeLessThan(2e-3 * scale);
        }
      }),
    );
  });
});

it.each(differenceCases)('operations have the gradients of finite differences in double: %s', async (_, one) => {
  await expectDifferences(one, nodeExecutors.cpu, 1e-5);
});

it.each(layerCases)('single layers have the outputs, gradients and statistics of PyTorch: %s', async (_, one) => {
  await expectLayerToMatch(one, nodeExecutors.cpu);
});
