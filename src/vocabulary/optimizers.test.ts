import { describe, expect, it } from 'vitest';
import type { Arithmetic } from './formula';
import { type OptimizerName, optimizerRow } from './optimizers';

const doubles: Arithmetic<number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  max: Math.max,
  abs: Math.abs,
  sqrt: Math.sqrt,
};

/**
 * PyTorch 1.13 in float64: two parameters, 0.5 with the gradients 1e-9 · t, beside which ε is large, and −0.25 with 0.5 / t; learning rate
 * 0.01, eight steps. ASGD is told before the third that it has made a million, after which it averages. NAdam is another one there.
 */
const expected: readonly [OptimizerName, parameters: [number, number], slot: string, kept: [number, number]][] = [
  ['Adadelta', [0.49999999963999997, -0.25011127659401355], 'acc_delta', [1.7390107089933674e-17, 1.151005309447627e-6]],
  ['Adagrad', [0.44306110781414026, -0.274615770232274], 'sum', [2.0400000000000004e-16, 0.38185551303854876]],
  ['Adam', [0.48245322863422685, -0.31488797749647707], 'exp_avg_sq', [2.0366437770615617e-19, 0.0003794867188517358]],
  ['AdamW', [0.48245322863422685, -0.31488797749647707], 'exp_avg', [2.8742048899999995e-9, 0.08196219142857142]],
  ['Adamax', [0.48442677281131846, -0.2921968982913018], 'exp_inf', [1.8000000000000002e-8, 0.49651049244769924]],
  ['ASGD', [0.4999970132632504, -0.26179482802295073], 'ax', [0.49999760794631576, -0.26092588583834686]],
  ['RAdam', [0.499964272873875, -0.2668392605204547], 'exp_avg', [2.8742048899999995e-9, 0.08196219142857142]],
  ['RMSprop', [0.46696083664938287, -0.49806637319261177], 'square_avg', [2.006775075546112e-18, 0.0035875105965372358]],
];

/** A parameter and what is kept of it after eight steps. */
function trained(name: OptimizerName, start: number, gradient: (t: number) => number): readonly [number, number[]] {
  const { tensors, first, step, formula } = optimizerRow(name);
  let [parameter, kept, memory] = [start, tensors.map(() => 0), first?.(0.01) ?? {}];
  for (let k = 1; k <= 8; k++) {
    const t = name === 'ASGD' && k > 2 ? 1e6 + k - 2 : k;
    const { numbers = {}, keep = 1, rate = 0, along = 0, root = 1 } = step(t, 0.01, 0, memory);
    const w = keep * parameter;
    const [change, ...after] = formula<number>(doubles, { g: gradient(k), w, kept, rate, along, root });
    [parameter, kept, memory] = [w - change, after, numbers];
  }
  return [parameter, kept];
}

describe('optimizers', () => {
  it.each(expected)('%s is PyTorch’s, where ε counts and where it does not', (name, parameters, slot, slots) => {
    const of = [trained(name, 0.5, (t) => 1e-9 * t), trained(name, -0.25, (t) => 0.5 / t)] as const;
    for (const [i, [parameter, kept]] of of.entries()) {
      const start = [0.5, -0.25][i];
      // Numbers that PyTorch keeps as float32 were doubles there.
      expect((parameter - start) / (parameters[i] - start)).toBeCloseTo(1, 6);
      expect(kept[optimizerRow(name).tensors.indexOf(slot)] / slots[i]).toBeCloseTo(1, 6);
    }
  });
});
