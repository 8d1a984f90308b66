/** @file The list of all kernels; the suite runs over it. */
import type { KernelSpec } from '../kernel';
import { activation, activationGradient } from './activation';
import { adam, linearAdam } from './adam';
import { blockInference, blockInferenceStem } from './block-inference';
import {
  convStrided,
  convStridedAny,
  convStridedFilterGradient,
  convStridedFilterGradientAny,
  convStridedInputGradient,
  convStridedInputGradientAny,
} from './conv-strided';
import { convStem, convTile4, convTile8, filterFlip, filterGradient, stemFilterGradient, sumParts } from './convolution';
import {
  instanceFinish,
  instanceGradient,
  instanceGradientFinish,
  instanceGradientSums,
  instanceNorm,
  instanceStatistics,
} from './instance-norm';
import { biasGradient, crossEntropy, features, linearFinish, linearInputFinish, linearInputParts, linearParts } from './linear';
import { maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient } from './max-pool';
import { normFinish, normInference, normStatistics } from './norm';
import { normGradient, normGradientFinish, normGradientSums, normReluPool } from './norm-pool';
import { maxPool, maxPoolGradient } from './overlapping-pool';

export const kernels: readonly KernelSpec[] = [
  convTile8,
  convTile4,
  convStem,
  filterGradient,
  stemFilterGradient,
  sumParts,
  filterFlip,
  convStrided,
  convStridedAny,
  convStridedInputGradient,
  convStridedInputGradientAny,
  convStridedFilterGradient,
  convStridedFilterGradientAny,
  normStatistics,
  normFinish,
  normInference,
  blockInference,
  blockInferenceStem,
  normReluPool,
  normGradientSums,
  normGradientFinish,
  normGradient,
  features,
  linearParts,
  linearFinish,
  linearInputParts,
  linearInputFinish,
  biasGradient,
  crossEntropy,
  adam,
  linearAdam,
  instanceFinish,
  instanceGradientFinish,
  ...[instanceStatistics, instanceNorm, instanceGradientSums, instanceGradient].flatMap(Object.values<KernelSpec>),
  ...[activation, activationGradient].flatMap(Object.values<KernelSpec>),
  ...[maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient, maxPool, maxPoolGradient].flatMap(Object.values<KernelSpec>),
];
