/** @file Random numbers on the device: of each node that draws, a buffer of one value for every element of the batch. */
import type { GraphNode, Value } from '../../networks/graph';
import type { Source } from './command';
import type { Group } from './layout';
import { type Volume, volumeOf } from './volume';

/** Nodes that may draw, and how their numbers lie: as their value does. */
export function drawnVolumes(nodes: readonly GraphNode[]): ReadonlyMap<Value, Volume> {
  return new Map(
    nodes.flatMap((node, value): [Value, Volume][] =>
      (node.op === 'dropout' && node.attributes.probability > 0) || node.op === 'sample' ? [[value, volumeOf(node.shape)]] : [],
    ),
  );
}

export const drawBuffer = (node: Value): string => `draw.${node}`;

/** The numbers of a group of samples, from an element on. */
export function drawnSource(node: Value, { stride }: Volume, { first, size }: Group, from = 0): Source {
  return { buffer: drawBuffer(node), offset: first * stride + from, floats: size * stride - from };
}
