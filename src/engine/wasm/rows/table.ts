/** @file The complete table of operations, and the chains that are computed as one. */
import type { GraphNode } from '../../../networks/graph';
import type { Op } from '../../../networks/operations';
import type { Rows } from '../../plan';
import type { WasmRow } from '../row';
import { activation } from './activation';
import { add, concat, mean, reshape, reverseGradient, scale, upsample } from './arithmetic';
import { convPool } from './conv-pool';
import { convolution, transposedConvolution } from './convolution';
import { firstBlock, isLargeFirst } from './first-block';
import { linear } from './linear';
import { batchNorm, instanceNorm, normPool } from './norm';
import { maxPool, maxUnpool, padMaxPool } from './pool';
import { dropout, sample } from './random';

type ChainRow = 'conv-norm-relu-pool' | 'first-block' | 'batch-norm-activation' | 'instance-norm-activation' | 'norm-relu-pool';

const isRelu = (node: GraphNode): boolean => node.op === 'activation' && node.attributes.kind === 'relu';

const blockOps: readonly Op[] = ['conv', 'batch-norm', 'activation', 'pad-max-pool'];

const input: WasmRow = {
  backwardReads: { inputs: false, output: false },
  forward: () => () => {},
  backward: () => () => {},
};

export const rowTable: Readonly<Record<Op | ChainRow, WasmRow>> = {
  input,
  conv: convolution,
  'conv-transpose': transposedConvolution,
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
  'batch-norm-activation': batchNorm,
  'instance-norm-activation': instanceNorm,
  'norm-relu-pool': normPool,
  'conv-norm-relu-pool': convPool,
  'first-block': firstBlock,
};

const normChains: Rows<ChainRow>['chains'] = [
  { row: 'norm-relu-pool', ops: ['batch-norm', 'activation', 'pad-max-pool'], takes: ([, node]) => isRelu(node) },
  { row: 'batch-norm-activation', ops: ['batch-norm', 'activation'] },
  { row: 'instance-norm-activation', ops: ['instance-norm', 'activation'] },
];

/** For training, which needs the result of each convolution. */
export const trainingRows: Rows<ChainRow> = {
  chains: [{ row: 'first-block', ops: blockOps, takes: (nodes) => isRelu(nodes[2]) && isLargeFirst(nodes) }, ...normChains],
  needs: rowTable,
};

/** For gradients in evaluation mode. */
export const explainingRows: Rows<ChainRow> = { chains: normChains, needs: rowTable };

export const evaluationRows: Rows<ChainRow> = {
  chains: [{ row: 'conv-norm-relu-pool', ops: blockOps, takes: ([, , node]) => isRelu(node) }, ...normChains],
  needs: rowTable,
};
