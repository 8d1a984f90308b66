/** @file The list of all kernels; the suite runs over it. */
import type { KernelSpec } from '../kernel';
import { activation, activationGradient } from './activation';
import { blockInference, blockInferenceStem } from './block-inference';
import { broadcast, channelMeans, channelSums, channelTotal, moveChannels } from './channels';
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
import {
  crossEntropy,
  flatten,
  linearFinish,
  linearInputFinish,
  linearInputParts,
  linearOutputGradient,
  linearParts,
  unflatten,
} from './linear';
import { divergence, headEntropy, lossFinish, lossParts, multiMargin } from './loss';
import { maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient } from './max-pool';
import { normFinish, normInference, normStatistics } from './norm';
import { normActivation, normActivationGradient, normActivationInPlace, normActivationSums } from './norm-activation';
import { normGradient, normGradientFinish, normGradientSums, normReluPool } from './norm-pool';
import { linearStep, optimizerStep } from './optimizers/optimizers';
import { maxPool, maxPoolGradient } from './overlapping-pool';
import { add, biasActivation, copy, multiply, times } from './pointwise';
import { sample, sampleGradient } from './sample';
import { upsample, upsampleGradient } from './upsample';
import { blockInferenceF16, blockInferenceNarrow } from './variants/block-inference';
import { convBroadcast, convF16, convRows, convShared, convStemRow, convStemShared } from './variants/convolution';
import {
  filterGradientBroadcast,
  filterGradientF16,
  filterGradientNarrow,
  stemFilterGradientNarrow,
} from './variants/filter-gradient';
import { linearInputPartsBroadcast, linearInputPartsSingle, linearPartsQuad, linearPartsSingle } from './variants/linear';

export const kernels: readonly KernelSpec[] = [
  convTile8,
  convTile4,
  convStem,
  filterGradient,
  stemFilterGradient,
  filterFlip,
  convRows,
  convShared,
  convBroadcast,
  convF16,
  convStemRow,
  convStemShared,
  filterGradientNarrow,
  filterGradientBroadcast,
  filterGradientF16,
  stemFilterGradientNarrow,
  blockInferenceNarrow,
  blockInferenceF16,
  linearPartsSingle,
  linearPartsQuad,
  linearInputPartsSingle,
  linearInputPartsBroadcast,
  convStrided,
  convStridedAny,
  convStridedInputGradient,
  convStridedInputGradientAny,
  convStridedFilterGradient,
  convStridedFilterGradientAny,
  normFinish,
  normInference,
  blockInference,
  blockInferenceStem,
  normReluPool,
  normGradientSums,
  normGradientFinish,
  normGradient,
  flatten,
  unflatten,
  linearParts,
  linearFinish,
  linearInputParts,
  linearInputFinish,
  linearOutputGradient,
  crossEntropy,
  multiMargin,
  headEntropy,
  lossParts,
  lossFinish,
  divergence,
  channelTotal,
  channelMeans,
  sample,
  sampleGradient,
  // AdamW and NAdam have the kernels of Adam.
  ...[optimizerStep, linearStep].flatMap((specs) => Object.values(specs)),
  instanceFinish,
  instanceGradientFinish,
  ...[sumParts, normStatistics, normActivation, normActivationInPlace, normActivationSums, normActivationGradient].flatMap(
    Object.values<KernelSpec>,
  ),
  ...[instanceStatistics, instanceNorm, instanceGradientSums, instanceGradient].flatMap(Object.values<KernelSpec>),
  ...[copy, add, multiply, times, biasActivation].flatMap(Object.values<KernelSpec>),
  ...[channelSums, broadcast, moveChannels, upsample, upsampleGradient].flatMap(Object.values<KernelSpec>),
  ...[activation, activationGradient].flatMap(Object.values<KernelSpec>),
  ...[maxPoolIndices, maxUnpoolCrop, maxUnpoolGradient, maxPool, maxPoolGradient].flatMap(Object.values<KernelSpec>),
];
