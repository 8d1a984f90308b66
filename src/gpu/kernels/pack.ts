/**
 * @file Kernels that come in two widths: one channel a thread, for any number of channels, and four a thread, which is faster where
 * the number of channels is a multiple of 4. The body is the same; `pack` is what it calls the channels of a thread.
 */
import type { KernelExample, KernelSpec } from '../kernel';
import pack1 from './pack1.wgsl?raw';
import pack4 from './pack4.wgsl?raw';

/** A kernel by the channels that a thread handles: 4 asks that constants which count elements are multiples of 4. */
export type PackedKernel = Readonly<Record<1 | 4, KernelSpec>>;

/** An example, and whether four channels at a time may run it. */
export interface PackedExample extends KernelExample {
  readonly channels: number;
}

/** Both widths of a kernel; the name of the wide one ends in `-4`. */
export function packed(spec: Omit<KernelSpec, 'examples' | 'workgroupSize'>, examples: readonly PackedExample[]): PackedKernel {
  const workgroupSize = 64;
  const wide = examples.filter(({ channels }) => channels % 4 === 0);
  return {
    1: {
      ...spec,
      workgroupSize,
      wgsl: `${spec.wgsl}\n${pack1}`,
      examples: examples.filter((example) => !wide.includes(example)),
    },
    4: { ...spec, workgroupSize, name: `${spec.name}-4`, wgsl: `${spec.wgsl}\n${pack4}`, examples: wide },
  };
}

/** The fastest width for so many channels. */
export const packFor = (channels: number): 1 | 4 => (channels % 4 === 0 ? 4 : 1);

/** Packs of so many channels. */
export const packs = (channels: number): number => channels / packFor(channels);
