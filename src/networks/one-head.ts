/** @file A network with several heads as one that has only one of them: what predicts, and what is explained and exported. */
import type { GraphNode, Network, Value } from './graph';

/** Without the nodes that this output does not need; the weights stay those of the whole network. */
export function oneHead(network: Network, name: string): Network {
  const { nodes, outputs } = network.graph;
  const needed = new Set<Value>([outputs[name]]);
  for (let value = nodes.length - 1; value >= 0; value--)
    if (needed.has(value)) for (const input of nodes[value].inputs) needed.add(input);
  const kept = [...needed].sort((a, b) => a - b);
  const place = new Map(kept.map((value, i) => [value, i]));
  const { probe } = network;
  return {
    ...network,
    graph: {
      nodes: kept.map((value): GraphNode => ({ ...nodes[value], inputs: nodes[value].inputs.map((input) => place.get(input)!) })),
      outputs: { output: place.get(outputs[name])! },
    },
    probe: probe && { ...probe, through: place.get(probe.through)! },
  };
}
