/** @file Which formula of `optimizer.as.ts` each optimiser is, as numbered there. */
import type { OptimizerName } from '../../vocabulary/optimizers';

export const optimizerKinds: Readonly<Record<OptimizerName, number>> = {
  Adam: 0,
  AdamW: 0,
  NAdam: 0,
  RAdam: 1,
  Adamax: 2,
  RMSprop: 3,
  Adagrad: 4,
  Adadelta: 5,
  ASGD: 6,
  SGD: 7,
};
