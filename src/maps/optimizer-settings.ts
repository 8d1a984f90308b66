/** @file What PyTorch's optimisers write of themselves into a state dict: the keys of `param_groups` with their defaults, in their order. */
import { pyFloat } from '../base/python-number';
import { PyTuple, type TorchValue } from '../formats/torch';
import type { OptimizerName } from '../vocabulary/optimizers';

interface Settings {
  /** `lr` comes before, `params` after; `weight_decay` stands where a training's own goes. */
  readonly group: readonly (readonly [key: string, value: TorchValue])[];
  /** How a parameter's steps are counted: as float32 tensor, as integer, or not. */
  readonly step: 'tensor' | 'integer' | 'none';
  /** Kept of each parameter besides, and without a value in trainings of ClinicaDL. */
  readonly empty?: readonly string[];
}

const betas: [string, TorchValue] = ['betas', new PyTuple([pyFloat(0.9), pyFloat(0.999)])];
const weightDecay: [string, TorchValue] = ['weight_decay', null];
const eps = (value: number): [string, TorchValue] => ['eps', pyFloat(value)];
const off = (...keys: readonly string[]): [string, TorchValue][] => keys.map((key) => [key, false]);
const foreach: [string, TorchValue] = ['foreach', null];

/** As PyTorch 1.13 has them; 2.x fills in what it added. */
export const optimizerSettings: Readonly<Record<OptimizerName, Settings>> = {
  Adadelta: {
    group: [['rho', pyFloat(0.9)], eps(1e-6), weightDecay, ...off('maximize'), foreach],
    step: 'integer',
  },
  Adagrad: {
    group: [['lr_decay', 0], eps(1e-10), weightDecay, ['initial_accumulator_value', 0], foreach, ...off('maximize')],
    step: 'tensor',
  },
  Adam: {
    group: [
      betas,
      eps(1e-8),
      weightDecay,
      ...off('amsgrad', 'maximize'),
      foreach,
      ...off('capturable', 'differentiable', 'fused'),
    ],
    step: 'tensor',
  },
  AdamW: {
    group: [betas, eps(1e-8), weightDecay, ...off('amsgrad'), foreach, ...off('maximize', 'capturable')],
    step: 'tensor',
  },
  Adamax: { group: [betas, eps(1e-8), weightDecay, foreach, ...off('maximize')], step: 'tensor' },
  ASGD: {
    group: [['lambd', pyFloat(1e-4)], ['alpha', pyFloat(0.75)], ['t0', pyFloat(1e6)], weightDecay, foreach, ...off('maximize')],
    step: 'tensor',
  },
  NAdam: { group: [betas, eps(1e-8), weightDecay, ['momentum_decay', pyFloat(4e-3)], foreach], step: 'tensor' },
  RAdam: { group: [betas, eps(1e-8), weightDecay, foreach], step: 'tensor' },
  RMSprop: {
    group: [
      ['momentum', 0],
      ['alpha', pyFloat(0.99)],
      eps(1e-8),
      ...off('centered'),
      weightDecay,
      foreach,
      ...off('maximize', 'differentiable'),
    ],
    step: 'integer',
  },
  SGD: {
    group: [['momentum', 0], ['dampening', 0], weightDecay, ...off('nesterov', 'maximize'), foreach, ...off('differentiable')],
    step: 'none',
    empty: ['momentum_buffer'],
  },
};
