/** @file Chains of operations that a backend computes as one. */
import type { Graph, GraphNode, Value } from '../networks/graph';
import type { Op } from '../networks/operations';

/** A row of a backend's table: one operation, or a chain of them of which each reads the one before. */
export interface Chain<Row extends string = string> {
  readonly row: Row;
  readonly ops: readonly Op[];
  /** False where the kernels of the row cannot do it; then a shorter chain is tried. Absent: always. */
  readonly takes?: (nodes: readonly GraphNode[]) => boolean;
}

/** What one row computes. */
export interface Fused<Row extends string = string> {
  readonly row: Row | Op;
  readonly nodes: readonly GraphNode[];
  /** Of its nodes; the last is its result, the others exist nowhere. */
  readonly values: readonly Value[];
  /** Of its first node. */
  readonly inputs: readonly Value[];
}

/** The result of a row. */
export const resultOf = ({ values }: Pick<Fused, 'values'>): Value => values[values.length - 1];

/**
 * Joins chains, the longest first as they stand in `chains`, where nothing else reads or asks for (`keep`) an inner value. What is in no
 * chain becomes a row of its own, by the name of its operation; what is in `skipped` is left out.
 */
export function fuse<Row extends string>(
  graph: Graph,
  chains: readonly Chain<Row>[],
  keep: ReadonlySet<Value>,
  skipped: ReadonlySet<Value> = new Set(),
): Fused<Row>[] {
  const readers = graph.nodes.map((): Value[] => []);
  graph.nodes.forEach((node, value) => {
    if (!skipped.has(value)) for (const input of node.inputs) readers[input].push(value);
  });
  const follow = ({ ops, takes }: Chain<Row>, first: Value): Value[] | null => {
    if (graph.nodes[first].op !== ops[0]) return null;
    const values = [first];
    for (const op of ops.slice(1)) {
      const last = values[values.length - 1];
      const [next] = readers[last];
      const inner = !keep.has(last) && readers[last].length === 1;
      if (!inner || graph.nodes[next].op !== op || graph.nodes[next].inputs[0] !== last) return null;
      values.push(next);
    }
    return takes === undefined || takes(values.map((value) => graph.nodes[value])) ? values : null;
  };
  const taken = new Set<Value>();
  const result: Fused<Row>[] = [];
  graph.nodes.forEach((node, value) => {
    if (taken.has(value) || skipped.has(value) || node.op === 'input') return;
    let found: { readonly row: Row | Op; readonly values: readonly Value[] } = { row: node.op, values: [value] };
    for (const chain of chains) {
      const values = follow(chain, value);
      if (values === null) continue;
      found = { row: chain.row, values };
      break;
    }
    for (const one of found.values) taken.add(one);
    result.push({ ...found, nodes: found.values.map((one) => graph.nodes[one]), inputs: node.inputs });
  });
  return result;
}
