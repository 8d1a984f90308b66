/** @file Every loss against PyTorch's value. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isClassLoss, isVariational, type LossName, losses } from '../../vocabulary/losses';
import { classLosses } from './classes';
import { numberLosses } from './numbers';
import { variationalLoss } from './variational';

interface Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Case {
  readonly loss: LossName;
  readonly note?: string;
  readonly input: Tensor;
  readonly target: Tensor;
  readonly value: number | 'nan';
  readonly reconstruction: readonly number[];
  readonly mu: Tensor;
  readonly logVar: Tensor;
  /** In the order of 1.6.1. */
  readonly returned: readonly number[];
  readonly returned_f64: readonly number[];
}
const { cases } = JSON.parse(readFileSync('test/golden/networks/losses.json', 'utf8')) as { readonly cases: readonly Case[] };

const floats = (values: readonly number[]): Float32Array => Float32Array.from(values);
const plain = cases.filter(({ loss }) => !isVariational(loss));
const variational = cases.filter(({ loss }) => isVariational(loss));

/** Within 1e-6 of the number, relatively. */
function expectClose(found: number, expected: number): void {
  expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
}

describe('losses', () => {
  it('every loss of the vocabulary has cases', () => {
    expect([...new Set(cases.map(({ loss }) => loss))].sort()).toEqual(Object.keys(losses).sort());
  });

  it.each(plain.map((c, i) => [`${c.loss} ${i} ${c.note ?? ''}`, c] as const))('%s', (_, { loss, input, target, value }) => {
    const [found, labels] = [floats(input.values), floats(target.values)];
    if (isVariational(loss)) throw new Error(loss);
    const result = isClassLoss(loss) ? classLosses[loss](found, target.values) : numberLosses[loss](found, labels);
    if (value === 'nan') expect(result).toBeNaN();
    else expectClose(result, value);
  });

  it.each(variational.map((c, i) => [`${c.loss} ${i} ${c.note ?? ''}`, c] as const))('%s', (_, c) => {
    const { loss } = c;
    if (!isVariational(loss)) throw new Error(loss);
    const outputs = {
      reconstruction: floats(c.reconstruction),
      mu: floats(c.mu.values),
      logVar: floats(c.logVar.values),
    };
    const input = floats(c.input.values);
    const n = c.input.shape[0];
    // The continuous Bernoulli loss comes with its first two terms exchanged there, and with a constant of its own.
    const order = loss === 'VAEContinuousBernoulliLoss' ? [1, 0] : [0, 1];
    const [recon, kl] = order.map((at) => c.returned_f64[at]);
    const constant = c.returned_f64[2] ?? 0;
    const found = variationalLoss({ loss, recons_weight: 3, kl_weight: 0.5 }, outputs, input, n);
    expectClose(found.recon_loss, recon);
    expectClose(found.kl_loss, kl);
    expectClose(found.loss, 3 * recon + 0.5 * kl + constant);
  });
});
