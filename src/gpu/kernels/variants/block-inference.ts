/** @file Other ways to compute a block in evaluation mode at once. */
import type { KernelSpec } from '../../kernel';
import { blockSpec, innerBlocks } from '../block-inference';
import f16Text from './block-inference-f16.wgsl?raw';
import narrowText from './block-inference-narrow.wgsl?raw';

/** Another register tile: half of the sums, twice the threads. */
export const blockInferenceNarrow = blockSpec('block-inference-narrow', narrowText, ['x', 'p'], innerBlocks(2));
/** Products of 16 bits, sums of 32. */
export const blockInferenceF16: KernelSpec = {
  ...blockSpec('block-inference-f16', f16Text, ['x', 'p'], innerBlocks(2)),
  needs: ['shader-f16'],
  tolerance: 2e-3,
};
