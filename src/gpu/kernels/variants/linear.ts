/** @file Other ways to compute the products of linear layers. */
import type { KernelSpec } from '../../kernel';
import { type LinearWork, linearInputSpec, linearInputWork, linearPartsSpec, linearWork } from '../linear';
import inputBroadcastText from './linear-input-parts-broadcast.wgsl?raw';
import inputSingleText from './linear-input-parts-single.wgsl?raw';
import quadText from './linear-parts-quad.wgsl?raw';
import singleText from './linear-parts-single.wgsl?raw';

/** Sample by sample: nothing is computed in vain for small batches. */
export const singleWork: LinearWork = { ...linearWork, samples: 1 };
export const linearPartsSingle = linearPartsSpec('linear-parts-single', singleText, singleWork);

/** Four threads add up what they have of one output. */
export const quadWork: LinearWork = { samples: 4, threads: (c) => 4 * linearWork.threads(c) };
export const linearPartsQuad: KernelSpec = {
  ...linearPartsSpec('linear-parts-quad', quadText, quadWork, 16),
  needs: ['subgroups'],
};

/** Sample by sample. */
export const inputSingleWork: LinearWork = { ...linearInputWork, samples: 1 };
export const linearInputPartsSingle = linearInputSpec('linear-input-parts-single', inputSingleText, inputSingleWork);

/** Output gradients given from thread to thread. */
export const inputBroadcastWork: LinearWork = {
  samples: 4,
  threads: ({ S, I }) => S * Math.ceil(Math.ceil(I / 4) / 64) * 64,
};
export const linearInputPartsBroadcast: KernelSpec = {
  ...linearInputSpec('linear-input-parts-broadcast', inputBroadcastText, inputBroadcastWork),
  needs: ['subgroups'],
};
