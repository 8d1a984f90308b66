/** @file All buffers of a network by name, with their bytes: the list that is allocated is the list that is estimated. */
import type { Buffers } from '../../gpu/buffers';
import { sizeOf } from '../../gpu/buffers';
import type { Network } from '../../networks/graph';
import { blocksOf } from '../legacy/blocks';
import { filterSize, scratchSize } from './lanes';
import { type Layout, type LayoutLimits, layoutOf } from './layout';

/** Losses that are kept on the device before they are read. */
export const lossSlots = 1024;

/** Kinds of buffers; the parts of an estimate. */
export type BufferKind = 'parameters' | 'activations' | 'scratch' | 'rows';

export interface BufferPlan {
  readonly kind: BufferKind;
  readonly bytes: number;
}

/** Rows of the linear layers' matrices: inputs `x.j` (the last is the output), output gradients `g.j`. `capacity` rows each. */
export function rowBuffers({ linear }: Layout, capacity: number): Map<string, number> {
  const result = new Map<string, number>();
  for (const [j, { I, OUT }] of linear.entries()) {
    result.set(`rows.${j}`, capacity * I * 4);
    result.set(`rows-gradient.${j}`, capacity * OUT * 4);
  }
  result.set(`rows.${linear.length}`, capacity * linear[linear.length - 1].OUT * 4);
  return result;
}

/** Every storage buffer of a network: k is the block, g the group of samples, j the linear layer, c its chunk. */
export function bufferPlan(layout: Layout): Map<string, BufferPlan> {
  const plan = new Map<string, BufferPlan>();
  const add = (kind: BufferKind, name: string, floats: number): void => void plan.set(name, { kind, bytes: sizeOf(floats * 4) });
  const stored = (name: string, elements: number): void => add('activations', name, layout.half ? elements / 2 : elements);
  for (const [g, { size }] of layout.groups.entries()) {
    add('activations', `x.${g}`, size * layout.conv[0].XS);
    for (const [k, { YS, ZS, CS }] of layout.conv.entries()) {
      if (k > 0) stored(`y.${k}.${g}`, size * YS);
      stored(`p.${k}.${g}`, size * ZS);
      stored(`peak.${k}.${g}`, size * ZS);
      stored(`dp.${k}.${g}`, size * ZS);
      add('activations', `code.${k}.${g}`, size * CS);
    }
  }
  const slabSamples = Math.max(...layout.slabs.flat().map(({ n }) => n));
  stored('slab', slabSamples * layout.conv[0].YS);
  for (const [k, { CO }] of layout.conv.entries()) add('scratch', `norm.${k}`, 4 * CO);
  add('scratch', 'line', 3 * Math.max(...layout.conv.map(({ CO }) => CO)));
  add('scratch', 'parts', scratchSize(layout));
  add('scratch', 'flip', Math.max(...layout.conv.map(filterSize)));
  add('scratch', 'labels', layout.batchSize);
  add('scratch', 'losses', lossSlots);
  for (const name of ['w', 'g', 'm', 'v']) add('parameters', `arena.${name}`, layout.arena);
  add('parameters', 'running', layout.running);
  for (const [j, { I, chunks }] of layout.linear.entries()) {
    for (const [c, { count }] of chunks.entries())
      for (const name of ['w', 'm', 'v']) add('parameters', `${name}.${j}.${c}`, count * I);
    add('rows', `mask.${j}`, layout.linear[j].dropout === undefined ? 1 : layout.batchSize * I);
  }
  for (const [name, bytes] of rowBuffers(layout, layout.batchSize)) plan.set(name, { kind: 'rows', bytes: sizeOf(bytes) });
  return plan;
}

export interface MemoryEstimate {
  /** Bytes on the device during a training step. */
  readonly bytes: number;
  readonly parts: Readonly<Record<BufferKind, number>>;
}

/** Peak device memory of training a network with batches of `batchSize`. Throws what `layoutOf` throws. */
export function estimateMemory(network: Network, batchSize: number, limits: LayoutLimits): MemoryEstimate {
  const parts = { parameters: 0, activations: 0, scratch: 0, rows: 0 };
  for (const { kind, bytes } of bufferPlan(layoutOf(blocksOf(network), batchSize, limits)).values()) parts[kind] += bytes;
  return { bytes: parts.parameters + parts.activations + parts.scratch + parts.rows, parts };
}

/** Allocates the plan. Throws `gpu-buffer-limit`. */
export function allocate(buffers: Buffers, layout: Layout): Map<string, GPUBuffer> {
  return new Map([...bufferPlan(layout)].map(([name, { bytes }]) => [name, buffers.storage(name, bytes)]));
}
