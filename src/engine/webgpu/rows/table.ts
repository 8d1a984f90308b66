/** @file The rows of this backend: one for every operation, and the chains that are computed as one. */
import type { Op } from '../../../networks/operations';
import type { Chain } from '../../fuse';
import type { Rows } from '../../plan';
import { batchNorm } from './batch-norm';
import { convNorm, transposedNorm } from './conv-norm';
import { convNormActivationPool, takes } from './conv-norm-activation-pool';
import { convolution, convolutionActivation } from './convolution';
import { convInstance, instanceNorm } from './instance-norm';
import { linear, linearActivation } from './linear';
import { activation, add, dropout, reverseGradient } from './pointwise';
import { maxPool, maxUnpool, padMaxPool } from './pools';
import { isFlattening, reshape } from './reshape';
import type { Row } from './row';
import { sample } from './sample';
import { concat, mean, scale, upsample } from './spatial';

/** Rows of chains, the longest first. */
const fused = {
  'conv-norm-activation-pool': convNormActivationPool,
  'conv-norm-activation': convNorm,
  'transposed-norm-activation': transposedNorm,
  'conv-instance-activation': convInstance,
  'transposed-instance-activation': convInstance,
  'conv-norm': convNorm,
  'transposed-norm': transposedNorm,
  'conv-instance': convInstance,
  'transposed-instance': convInstance,
  'conv-activation': convolutionActivation,
  'transposed-activation': convolutionActivation,
  'norm-activation': batchNorm,
  'instance-activation': instanceNorm,
  'linear-activation': linearActivation,
  'reshape-dropout': reshape,
} as const satisfies Readonly<Record<string, Row>>;

type Fused = keyof typeof fused;

export const rows: Readonly<Record<Op | Fused, Row>> = {
  ...fused,
  // The input is there: no step makes it.
  input: { needs: { backwardReads: { inputs: false, output: false } }, forward: () => [], backward: () => [] },
  conv: convolution,
  'conv-transpose': convolution,
  linear,
  'batch-norm': batchNorm,
  'instance-norm': instanceNorm,
  activation,
  dropout,
  'pad-max-pool': padMaxPool,
  'max-unpool': maxUnpool,
  'max-pool': maxPool,
  mean,
  reshape,
  upsample,
  add,
  concat,
  scale,
  sample,
  'reverse-gradient': reverseGradient,
};

/** Operations that the words of a chain's name stand for. */
const ops: Readonly<Record<string, Op>> = {
  conv: 'conv',
  transposed: 'conv-transpose',
  norm: 'batch-norm',
  instance: 'instance-norm',
  activation: 'activation',
  pool: 'pad-max-pool',
  linear: 'linear',
  reshape: 'reshape',
  dropout: 'dropout',
};

const conditions: { readonly [row in Fused]?: Chain['takes'] } = {
  'conv-norm-activation-pool': takes,
  'reshape-dropout': isFlattening,
};

const chains = (Object.keys(fused) as Fused[]).map((row): Chain<Fused> => {
  const condition = conditions[row];
  const chain = { row, ops: row.split('-').map((word) => ops[word]) };
  return condition === undefined ? chain : { ...chain, takes: condition };
});

/** What `plan` asks of this backend. */
export const table: Rows<Fused> = {
  chains,
  needs: Object.fromEntries(Object.entries(rows).map(([name, { needs }]) => [name, needs])) as Rows<Fused>['needs'],
};
