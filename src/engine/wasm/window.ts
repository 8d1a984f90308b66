/** @file Where a convolution reads and where its transposed one writes, as the kernels take it. */
import type { Window } from '../../networks/operations';
import type { WasmMemory } from '../../wasm/kernels';
import type { Halo, Space } from './volume';

/** Along one axis: output i, of `count`, lies at `at` + i·`stride` and reads `taps` positions from `start` + i·`step` on. */
export interface Axis {
  readonly taps: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly at: number;
  readonly stride: number;
}

export type Axes = readonly [Axis, Axis, Axis];

interface AxisWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** In 2D windows are flat. */
export function axisWindows({ kernel, stride, padding }: Window, rank: number): readonly [AxisWindow, AxisWindow, AxisWindow] {
  const all = { kernel, stride, padding };
  return [rank === 3 ? all : { kernel: 1, stride: 1, padding: 0 }, all, all];
}

/** A convolution (or a pool) to an output of this size. */
export function readingAxes(window: Window, rank: number, output: Space): Axes {
  const [d, h, w] = axisWindows(window, rank).map(
    ({ kernel, stride, padding }, axis): Axis => ({
      taps: kernel,
      start: -padding,
      step: stride,
      count: output[axis],
      at: 0,
      stride: 1,
    }),
  );
  return [d, h, w];
}

/** The voxels of a transposed convolution's output that the taps r, r + s, r + 2s, … reach: a convolution of its input. */
export interface Class {
  readonly axes: Axes;
  /** r of each axis. */
  readonly residues: Space;
}

function axisClasses(
  { kernel, stride, padding }: AxisWindow,
  length: number,
): { readonly residue: number; readonly axis: Axis }[] {
  return Array.from({ length: stride }, (_, residue) => {
    const at = (((residue - padding) % stride) + stride) % stride;
    const taps = Math.max(0, Math.ceil((kernel - residue) / stride));
    const start = (at + padding - residue) / stride - taps + 1;
    return { residue, axis: { taps, start, step: 1, count: Math.max(0, Math.ceil((length - at) / stride)), at, stride } };
  });
}

/** Of a transposed convolution (the input gradient of a convolution) to an output of this size. */
export function transposedClasses(window: Window, rank: number, output: Space): Class[] {
  const [ds, hs, ws] = axisWindows(window, rank).map((one, axis) => axisClasses(one, output[axis]));
  const all = ds.flatMap((d) =>
    hs.flatMap((h) => ws.map((w): Class => ({ axes: [d.axis, h.axis, w.axis], residues: [d.residue, h.residue, w.residue] }))),
  );
  return all.filter(({ axes }) => axes.every(({ count }) => count > 0));
}

export const tapsOf = (axes: Axes): number => axes[0].taps * axes[1].taps * axes[2].taps;

/** Zeros that must lie around an input of this size. */
export function haloOf(windows: readonly Axes[], input: Space): Halo {
  const read = windows.filter((axes) => tapsOf(axes) > 0);
  const of = (axis: number): readonly [number, number] => {
    const low = Math.max(0, ...read.map((axes) => -axes[axis].start));
    const ends = read.map((axes) => axes[axis].start + (axes[axis].count - 1) * axes[axis].step + axes[axis].taps);
    return [low, Math.max(0, ...ends.map((end) => end - input[axis]))];
  };
  const [d, h, w] = [of(0), of(1), of(2)];
  return { low: [d[0], h[0], w[0]], high: [d[1], h[1], w[1]] };
}

/** Address of axes as the kernels read them. */
export function takeWindow(memory: WasmMemory, axes: Axes): number {
  const address = memory.take(72);
  const numbers = axes.flatMap(({ taps, start, step, count, at, stride }) => [taps, start, step, count, at, stride]);
  memory.uint32(address, 18).set(numbers.map((number) => number >>> 0));
  return address;
}
