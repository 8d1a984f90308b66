/** @file How a block is computed in evaluation mode: at once, by one of several kernels, or its convolution and its pool apart. */
import { blockInference, blockInferenceStem } from '../../../gpu/kernels/block-inference';
import { blockInferenceF16, blockInferenceNarrow } from '../../../gpu/kernels/variants/block-inference';
import { type ConvolutionShape, type PlainGeometry, shapeText, workOf } from './convolution';
import type { RowShape, Variant } from './variant';

export interface BlockVariant extends Variant<ConvolutionShape> {
  /** Pooled voxels along w that a thread makes. */
  readonly together: 2 | 4;
}

/** Convolution, then norm, ReLU and pool. */
export const apart = 'apart';
const inParts: BlockVariant = { name: apart, together: 2, applies: () => true };

export const innerBlocks: readonly BlockVariant[] = [
  { name: 'once', spec: blockInference, together: 4, applies: () => true },
  { name: 'narrow', spec: blockInferenceNarrow, together: 2, applies: () => true },
  { name: 'f16', spec: blockInferenceF16, together: 2, applies: ({ half }) => half },
  inParts,
];

export const firstBlocks: readonly BlockVariant[] = [
  { name: 'once', spec: blockInferenceStem, together: 2, applies: () => true },
  inParts,
];

/**
 * On software adapters one operation takes about as long as two from 2,000 voxels on, and longer below, where its threads are few; it
 * never moves the convolution's output, which graphics memory feels.
 */
export function blockRow(first: boolean, g: PlainGeometry, half: boolean): RowShape<ConvolutionShape> {
  const standard = g.D * g.H * g.W >= 2000 ? 'once' : apart;
  return { key: `${first ? 'first block' : 'block'} ${shapeText(g, half)}`, shape: { g, half }, standard, work: workOf(g) };
}
