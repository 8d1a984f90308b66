/** @file The list of all kernels; the suite runs over it. */
import type { KernelSpec } from '../kernel';
import { convStem, convTile4, convTile8, filterFlip, filterGradient, stemFilterGradient, sumParts } from './convolution';

export const kernels: readonly KernelSpec[] = [
  convTile8,
  convTile4,
  convStem,
  filterGradient,
  stemFilterGradient,
  sumParts,
  filterFlip,
];
