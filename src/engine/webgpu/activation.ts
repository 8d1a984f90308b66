/** @file Activations as the kernels number them. */
import { activationCodes } from '../../gpu/kernels/activation';
import type { GraphNode } from '../../networks/graph';

export interface Activation {
  /** The constant ACTIVATION; 0: none. */
  readonly code: number;
  /** Of LeakyReLU. */
  readonly slope: number;
}

/** Of an activation node, or of none. */
export function activationOf(node: GraphNode | undefined): Activation {
  if (node?.op !== 'activation') return { code: activationCodes.none, slope: 0 };
  return { code: activationCodes[node.attributes.kind], slope: node.attributes.slope ?? 0 };
}
