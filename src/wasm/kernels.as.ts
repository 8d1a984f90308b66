/**
 * @file SIMD kernels in AssemblyScript for every operation of a network, both ways. Compiled to WebAssembly by the build
 * (vite.config.ts); no allocation, memory belongs to the caller. Float32, channels last; tensors are told by views (`view.as.ts`).
 * Pointers are byte addresses. Vectors are read up to twelve bytes behind the last value. Every sum has one fixed order.
 */
export { activate, activateGradient } from './activation.as';
export { convolve, fillBias } from './convolution.as';
export {
  add,
  channelDots,
  copyChannels,
  multiply,
  reshape,
  sample,
  sampleGradient,
  scaleChannels,
  spread,
  times,
  upsample,
  upsampleGradient,
} from './elementwise.as';
export { clearHalo } from './halo.as';
export { linear, linearBiasGradient, linearInputGradient, linearWeightGradient } from './linear.as';
export { biasGradient, channelStatistics, normalize, normGradient, normSums } from './norm.as';
export { linearStep, optimizerStep } from './optimizer.as';
export { convolvePool, normalizePool, normalizePoolGradient, padMaxPool, poolSums, unpool, unpoolGradient } from './pad-max-pool.as';
export { commandAddress, dissolve, fail, finish, join, open, publish, stillOpen, teamBytes, waitForCall } from './team.as';
export { turnWeights, weightGradient } from './weight-gradient.as';
export { maxPool, maxPoolGradient } from './window-pool.as';

/** First address that no constant of the kernels uses. */
export function firstFree(): usize {
  return __heap_base;
}
