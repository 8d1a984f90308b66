/** @file What a row of the table is. */
import type { GraphNode } from '../../../networks/graph';
import type { RowNeeds } from '../../plan';
import type { Command } from '../command';
import type { Site } from '../site';

export interface Row {
  readonly needs: RowNeeds;
  forward(site: Site): Command[];
  backward(site: Site): Command[];
  /** True if the activations of such nodes may be stored as f16. Absent: never. */
  readonly half?: (nodes: readonly GraphNode[]) => boolean;
}
