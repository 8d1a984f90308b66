/** @file Kernels of the gradients of filters of 3 that keep the size. */
import type { KernelSpec } from '../../../gpu/kernel';
import { filterGradient, stemFilterGradient } from '../../../gpu/kernels/convolution';
import {
  filterGradientBroadcast,
  filterGradientF16,
  filterGradientNarrow,
  stemFilterGradientNarrow,
} from '../../../gpu/kernels/variants/filter-gradient';
import { type ConvolutionShape, type PlainGeometry, shapeText, workOf } from './convolution';
import type { RowShape, Variant } from './variant';

export interface FilterVariant extends Variant<ConvolutionShape> {
  readonly spec: KernelSpec;
  /** Threads of a lane. */
  perLane(g: PlainGeometry): number;
}

type PerLane = FilterVariant['perLane'];
const inner: PerLane = ({ CI, CO, KD }) => (CO / 8) * (CI / 4) * KD * 3;
const first: PerLane = ({ CI, CO, KD }) => (CO / 8) * CI * KD;
const twice =
  (perLane: PerLane): PerLane =>
  (g) =>
    2 * perLane(g);

const always = (): boolean => true;

/** Of inner blocks: input channels are multiples of 4, output channels of 8. */
export const innerFilterGradients: readonly FilterVariant[] = [
  { name: 'wide', spec: filterGradient, perLane: inner, applies: always },
  { name: 'narrow', spec: filterGradientNarrow, perLane: twice(inner), applies: always },
  { name: 'broadcast', spec: filterGradientBroadcast, perLane: inner, applies: ({ g }) => g.CI % 16 === 0 },
  { name: 'f16', spec: filterGradientF16, perLane: inner, applies: ({ half }) => half },
];

/** Of the network's input. */
export const firstFilterGradients: readonly FilterVariant[] = [
  { name: 'wide', spec: stemFilterGradient, perLane: first, applies: always },
  { name: 'narrow', spec: stemFilterGradientNarrow, perLane: twice(first), applies: always },
];

export const filterRow = (
  row: 'filter gradient' | 'first filter gradient',
  g: PlainGeometry,
  half: boolean,
): RowShape<ConvolutionShape> => ({
  key: `${row} ${shapeText(g, half)}`,
  shape: { g, half },
  standard: 'wide',
  work: workOf(g),
});
