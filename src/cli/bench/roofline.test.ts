import { expect, it } from 'vitest';
import { buildNetwork } from '../../networks/registry';
import { boundMs, workOfStep } from './roofline';

const brain = buildNetwork('Conv5_FC3', { inputSize: [1, 169, 208, 179], outputSize: 2, dropout: 0 });

it('a step of Conv5_FC3 on a whole brain is 37.2 GFLOP of convolutions, and 0.25 of linear layers', () => {
  // By layer, forward: 2.72, 5.50, 2.78, 1.46, 0.76 GFLOP.
  expect(workOfStep(brain, 1).flops / 1e9).toBeCloseTo(37.2 + 0.25, 0);
});

it('it moves 1.75 GB per sample, and 1.36 GB for the linear weights whatever the batch', () => {
  const [one, four] = [1, 4].map((batch) => workOfStep(brain, batch).bytes / 1e9);
  expect((four - one) / 3).toBeCloseTo(1.75, 2);
  expect(one - (four - one) / 3).toBeCloseTo(1.36, 1);
});

it('activations in f16 nearly halve what a sample moves, and change nothing else', () => {
  const [one, four] = [1, 4].map((batch) => workOfStep(brain, batch, true));
  const sample = (four.bytes - one.bytes) / 3;
  expect(sample / 1e9).toBeGreaterThan(1.75 / 2);
  expect(sample / 1e9).toBeLessThan(1.75 * 0.55);
  expect(one.flops).toBe(workOfStep(brain, 1).flops);
});

it('takes at least as long as the slower of arithmetic and memory', () => {
  expect(boundMs({ flops: 2e9, bytes: 1e9 }, 1000, 100)).toBe(10);
  expect(boundMs({ flops: 2e9, bytes: 1e6 }, 1000, 100)).toBe(2);
});
