/** @file Which formula of `optimizer.as.ts` each optimiser is. */
import type { OptimizerName } from '../../vocabulary/optimizers';
import type { StepScalars } from '../optimizers';

interface OptimizerKernel {
  /** As numbered there. */
  readonly kind: number;
  /** Its argument of that name. */
  plain(scalars: StepScalars): boolean;
}

const row = (kind: number, plain: OptimizerKernel['plain'] = () => false): OptimizerKernel => ({ kind, plain });

export const optimizerKernels: Readonly<Record<OptimizerName, OptimizerKernel>> = {
  Adam: row(0),
  AdamW: row(0),
  NAdam: row(0),
  RAdam: row(1, ({ root }) => root === 0),
  Adamax: row(2),
  RMSprop: row(3),
  Adagrad: row(4),
  Adadelta: row(5),
  ASGD: row(6, ({ along }) => along === 1),
  SGD: row(7),
};
