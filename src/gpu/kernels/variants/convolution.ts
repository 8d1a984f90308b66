/** @file Other ways to compute the convolutions of `convolution.ts`: which is the fastest depends on the device, and is tried there. */
import type { Constants, KernelSpec } from '../../kernel';
import { firstConvolution, innerConvolution, tileThreads } from '../convolution';
import broadcastText from './conv-broadcast.wgsl?raw';
import f16Text from './conv-f16.wgsl?raw';
import rowsText from './conv-rows.wgsl?raw';
import sharedText from './conv-shared.wgsl?raw';
import stemRowText from './conv-stem-row.wgsl?raw';
import stemSharedText from './conv-stem-shared.wgsl?raw';

/** Workgroups of 64 threads that all make the same 8 channels. */
export const sameChannelThreads = ({ H, W, CO }: Constants, planes: number): number =>
  Math.ceil((Math.ceil(W / 4) * H * planes) / 64) * 64 * (CO / 8);

export const rowsThreads = ({ H, W, CO }: Constants, planes: number): number =>
  Math.ceil(W / 4) * Math.ceil(H / 2) * planes * (CO / 4);

export const stemRowThreads = ({ H, W, CO }: Constants, planes: number): number => Math.ceil(W / 8) * H * planes * (CO / 4);

/** Without the constants that say where threads stand. */
function standing(spec: KernelSpec): KernelSpec {
  const examples = spec.examples.map(({ constants: { GROUP: _, NEAR: __, ...constants }, ...example }) => ({
    ...example,
    constants,
  }));
  return { ...spec, constants: spec.constants.filter((name) => name !== 'GROUP' && name !== 'NEAR'), examples };
}

/** Another register tile: two rows, and half of the sums. */
export const convRows = innerConvolution('conv-rows', rowsText, 4, rowsThreads);
/** Weights in workgroup memory. */
export const convShared = standing(innerConvolution('conv-shared', sharedText, 4, sameChannelThreads));
/** Weights given from thread to thread. */
export const convBroadcast: KernelSpec = {
  ...standing(innerConvolution('conv-broadcast', broadcastText, 4, sameChannelThreads)),
  needs: ['subgroups'],
};
/** Products of 16 bits, sums of 32. */
export const convF16: KernelSpec = {
  ...innerConvolution('conv-f16', f16Text, 4, tileThreads(4)),
  needs: ['shader-f16'],
  tolerance: 2e-3,
};

/** Another register tile: one row, and half of the sums. */
export const convStemRow = firstConvolution('conv-stem-row', stemRowText, stemRowThreads);
/** Weights in workgroup memory. */
export const convStemShared = firstConvolution('conv-stem-shared', stemSharedText, sameChannelThreads);
