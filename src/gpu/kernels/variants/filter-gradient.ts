/** @file Other ways to compute the filter gradients of `convolution.ts`. */
import type { Constants, KernelSpec } from '../../kernel';
import { filterThreads, firstFilterGradient, innerFilterGradient, stemFilterThreads } from '../convolution';
import broadcastText from './filter-gradient-broadcast.wgsl?raw';
import f16Text from './filter-gradient-f16.wgsl?raw';
import narrowText from './filter-gradient-narrow.wgsl?raw';
import stemNarrowText from './stem-filter-gradient-narrow.wgsl?raw';

const twice = (threads: (c: Constants) => number) => (c: Constants) => 2 * threads(c);

/** Another register tile: half of the sums, twice the threads. */
export const filterGradientNarrow = innerFilterGradient('filter-gradient-narrow', narrowText, twice(filterThreads), [4, 4]);
/** Output gradients given from thread to thread; input channels are multiples of 16. */
export const filterGradientBroadcast: KernelSpec = {
  ...innerFilterGradient('filter-gradient-broadcast', broadcastText, filterThreads, [16, 8]),
  needs: ['subgroups'],
};
/** Products of 16 bits, sums of 32. */
export const filterGradientF16: KernelSpec = {
  ...innerFilterGradient('filter-gradient-f16', f16Text, filterThreads),
  needs: ['shader-f16'],
  tolerance: 2e-3,
};

/** Another register tile: half of the sums, twice the threads. */
export const stemFilterGradientNarrow = firstFilterGradient(
  'stem-filter-gradient-narrow',
  stemNarrowText,
  twice(stemFilterThreads),
);
