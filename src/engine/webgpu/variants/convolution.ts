/** @file Kernels of convolutions with filters of 3 that keep the size, and of their input gradients. */
import type { Constants, KernelSpec } from '../../../gpu/kernel';
import { convStem, convTile4, convTile8, tileThreads } from '../../../gpu/kernels/convolution';
import {
  convBroadcast,
  convF16,
  convRows,
  convShared,
  convStemRow,
  convStemShared,
  rowsThreads,
  sameChannelThreads,
  stemRowThreads,
} from '../../../gpu/kernels/variants/convolution';
import { channelsNear, convolutionGroup } from '../lanes';
import type { Numbers, RowShape, Threads, Variant } from './variant';

export type PlainGeometry = Numbers<'D' | 'H' | 'W' | 'CI' | 'CO' | 'KD' | 'XS' | 'YS'>;

export interface ConvolutionShape {
  readonly g: PlainGeometry;
  /** Activations are stored as f16. */
  readonly half: boolean;
}

export interface ConvolutionVariant extends Variant<ConvolutionShape> {
  /** For some planes of y. */
  make(g: PlainGeometry, planes: number): Threads;
}

type ThreadsOf = (g: PlainGeometry, planes: number) => number;

/** `stands`: the kernel is told where its threads stand. */
function variant(name: string, spec: KernelSpec, threadsOf: ThreadsOf, stands: boolean, applies = (_: ConvolutionShape) => true) {
  return {
    name,
    spec,
    applies,
    make: (g: PlainGeometry, planes: number): Threads => {
      const threads = threadsOf(g, planes);
      const order: Constants = stands ? { GROUP: convolutionGroup(threads), NEAR: channelsNear(g.D * g.H * g.W) } : {};
      return { spec, constants: { ...g, ...order }, threads };
    },
  } satisfies ConvolutionVariant;
}

/** Of inner blocks: input channels are multiples of 4, output channels of 8. */
export const innerConvolutions: readonly ConvolutionVariant[] = [
  variant('tile8', convTile8, tileThreads(8), true),
  variant('tile4', convTile4, tileThreads(4), true),
  variant('rows', convRows, rowsThreads, true),
  variant('shared', convShared, sameChannelThreads, false),
  variant('broadcast', convBroadcast, sameChannelThreads, false),
  variant('f16', convF16, tileThreads(4), true, ({ half }) => half),
];

const stemThreads: ThreadsOf = ({ H, W, CO }, planes) => Math.ceil(W / 8) * Math.ceil(H / 2) * planes * (CO / 4);

/** Of the network's input: any number of input channels, output channels are multiples of 4. */
export const firstConvolutions: readonly ConvolutionVariant[] = [
  variant('stem', convStem, stemThreads, false),
  variant('row', convStemRow, stemRowThreads, false),
  variant('shared', convStemShared, sameChannelThreads, false, ({ g }) => g.CO % 8 === 0),
];

/** A shape for people and for choices: `8-16 85x104x90`. */
export const shapeText = ({ D, H, W, CI, CO, KD }: PlainGeometry, half: boolean): string =>
  `${CI}-${CO} ${KD === 1 ? `${H}x${W}` : `${D}x${H}x${W}`}${half ? ' f16' : ''}`;

/** Multiplications of one sample. */
export const workOf = ({ D, H, W, CI, CO, KD }: PlainGeometry): number => D * H * W * CI * CO * KD * 9;

/** Twice the tile is a third cheaper per voxel, if the row is long enough to fill it. */
export function innerRow(row: 'convolution' | 'input gradient', g: PlainGeometry, half: boolean): RowShape<ConvolutionShape> {
  const short = Math.ceil(g.W / 4) * 4 * 1.4 < Math.ceil(g.W / 8) * 8;
  const standard = short ? 'tile4' : 'tile8';
  return { key: `${row} ${shapeText(g, half)}`, shape: { g, half }, standard, work: workOf(g) };
}

export const firstRow = (g: PlainGeometry, half: boolean): RowShape<ConvolutionShape> => ({
  key: `first convolution ${shapeText(g, half)}`,
  shape: { g, half },
  standard: 'stem',
  work: workOf(g),
});
