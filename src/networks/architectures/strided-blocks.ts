/** @file Blocks of the variational and the convolutional autoencoders: strided convolution and norm, and the way back. */
import { type Construction, type Forward, module, sequential } from '../construct';
import type { Layer, Tree, Value } from '../graph';

/** 4: sizes are halved and rounded down. 3: halved and rounded up. */
export type StridedKernel = 3 | 4;

export const halved = (length: number, kernel: StridedKernel): number =>
  kernel === 4 ? Math.floor(length / 2) : Math.ceil(length / 2);

/** Sizes of space before each of `count` halvings, and after the last. */
export function halvings(space: readonly number[], count: number, kernel: StridedKernel): number[][] {
  const sizes = [[...space]];
  for (let k = 0; k < count; k++) sizes.push(sizes[k].map((length) => halved(length, kernel)));
  return sizes;
}

/** What a transposed convolution must add to come back to these lengths: 0 or 1 per axis. */
export function outputPadding(lengths: readonly number[], kernel: StridedKernel): number[] {
  return lengths.map((length) => (kernel === 4 ? length % 2 : 1 - (length % 2)));
}

export interface StridedDesign {
  readonly kernel: StridedKernel;
  readonly rank: number;
}

/** Convolution of stride 2 without bias, and norm; `runEncoderBlock` adds the activation. */
export function encoderBlock(c: Construction, { kernel, rank }: StridedDesign, from: number, to: number): Tree {
  const conv = c.conv(from, to, kernel, { stride: 2, padding: 1, bias: false });
  return module(`EncoderLayer${rank}D`, { layer: sequential(conv, c.norm(to)) });
}

export function runEncoderBlock(g: Forward, block: Tree, x: Value): Value {
  return g.activate('leaky', g.run(block, x), 0.2);
}

/** Transposed convolution without bias that gives `lengths`. */
export function transposedTo(
  c: Construction,
  kernel: StridedKernel,
  from: number,
  to: number,
  lengths: readonly number[],
): Layer<'conv-transpose'> {
  return c.transposed(from, to, kernel, outputPadding(lengths, kernel), { stride: 2, padding: 1, bias: false });
}

/** `transposedTo` and norm; `runDecoderBlock` adds the activation. */
export function decoderBlock(
  c: Construction,
  { kernel, rank }: StridedDesign,
  from: number,
  to: number,
  lengths: readonly number[],
): Tree {
  return module(`DecoderLayer${rank}D`, { layer: sequential(transposedTo(c, kernel, from, to, lengths), c.norm(to)) });
}

export function runDecoderBlock(g: Forward, block: Tree, x: Value): Value {
  return g.activate('relu', g.run(block, x));
}
