/** @file The loss of a pass: its value, and its gradients where the backward steps begin. */
import { isClassLoss, isVariational } from '../../vocabulary/losses';
import type { HeadLoss, InputTensor, LossOptions, Target } from '../executor';
import { classLoss, divergence, type ElementLoss, elementLoss, normalisers } from './losses';
import { toPyTorch, type Volume } from './volume';

/** An output and where its gradient goes. */
export interface Output {
  readonly value: Volume;
  readonly gradient: Volume;
}

/** What is compared with the output, in its order. */
function targetOf(target: Target, input: InputTensor, output: Volume, n: number): Float32Array {
  if (target.kind === 'numbers') return target.values;
  if (target.kind !== 'input') throw new Error('this loss compares with numbers, not classes');
  // A row of numbers is in PyTorch's order.
  const flat = output.channels === output.length;
  return flat ? toPyTorch(input.data, n, input.shape[input.shape.length - 1]) : input.data;
}

/**
 * Mean loss of n samples. The gradients are those of the whole batch. A sum over the batch is taken as if the samples of the whole batch
 * were like these.
 */
export function trainingLoss(
  { loss, recons_weight, kl_weight, perSample = false, heads }: LossOptions,
  target: Target,
  input: InputTensor,
  outputs: readonly Output[],
): number {
  const n = input.shape[0];
  const whole = target.wholeBatch ?? n;
  if (heads !== undefined) return lossOfHeads(heads, target, outputs, n);
  const [main, mu, logVar] = outputs;
  const output = main.value.read(n);
  const gradient = new Float32Array(output.length);
  if (isClassLoss(loss)) {
    if (target.kind !== 'class') throw new Error(`${loss} compares with classes`);
    const sum = classLoss(loss, output, target.labels, gradient, 1 / whole);
    main.gradient.write(gradient, n);
    return sum / n;
  }
  const expected = targetOf(target, input, main.value, n);
  if (expected.length !== output.length) throw new Error(`${expected.length} values are compared with ${output.length} outputs`);
  if (!isVariational(loss)) {
    const each = output.length / n;
    const sum = elementLoss(loss, output, expected, gradient, 1 / (whole * each));
    main.gradient.write(gradient, n);
    return sum / output.length;
  }
  return variationalLoss(loss);

  function variationalLoss(name: ElementLoss): number {
    if (logVar === undefined) throw new Error(`${name} needs the outputs mu and logVar`);
    const share = perSample ? 1 / whole : 1;
    let sum = recons_weight * elementLoss(name, output, expected, gradient, recons_weight * share);
    if (name === 'VAEContinuousBernoulliLoss') sum += normalisers(output, gradient, share);
    main.gradient.write(gradient, n);
    const [means, variances] = [mu.value.read(n), logVar.value.read(n)];
    const backs = [new Float32Array(means.length), new Float32Array(means.length)] as const;
    const apart = divergence(means, variances, ...backs, kl_weight / whole);
    mu.gradient.write(backs[0], n);
    logVar.gradient.write(backs[1], n);
    return (sum * share * whole + kl_weight * apart) / n;
  }
}

/** The weighted sum of the heads' mean cross entropies, and its gradients. */
function lossOfHeads(heads: readonly HeadLoss[], target: Target, outputs: readonly Output[], n: number): number {
  if (target.kind !== 'heads') throw new Error('a loss of several heads compares each with classes of its own');
  const whole = target.wholeBatch ?? n;
  return heads.reduce((total, { weight }, i) => {
    const values = outputs[i].value.read(n);
    const gradient = new Float32Array(values.length);
    const sum = classLoss('CrossEntropyLoss', values, target.labels[i], gradient, weight / whole);
    outputs[i].gradient.write(gradient, n);
    return total + (weight * sum) / n;
  }, 0);
}
