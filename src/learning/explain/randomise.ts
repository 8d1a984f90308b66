/** @file Networks whose last layers are drawn anew, for the randomisation test of Adebayo 2018. */
import { type Layer, layerNames, type Network } from '../../networks/graph';
import { stateEntries } from '../../networks/parameters';
import type { StateDict } from '../../networks/state-dict';

export interface RandomisedLayer {
  /** PyTorch's name. */
  readonly name: string;
  /** What is drawn anew with it: a norm right behind a convolution belongs to the convolution. */
  readonly layers: readonly Layer[];
}

/** Layers with weights, from the last of the forward pass to the first. */
export function cascade(network: Network): RandomisedLayer[] {
  const { nodes } = network.graph;
  const names = layerNames(network);
  const groups = new Map<Layer, Layer[]>();
  nodes.forEach(({ op, layer, inputs }) => {
    if (layer === null) return;
    if (op === 'conv' || op === 'conv-transpose' || op === 'linear') groups.set(layer, [layer]);
    if (op !== 'batch-norm') return;
    const before = nodes[inputs[0]].layer;
    const group = before === null ? undefined : groups.get(before);
    if (group === undefined) groups.set(layer, [layer]);
    else group.push(layer);
  });
  return [...groups].reverse().map(([layer, layers]) => ({ name: names.get(layer)!, layers }));
}

/** The trained state, in which the first `count` layers of the cascade are those of another, as `initialState` draws it. */
export function randomised(network: Network, trained: StateDict, fresh: StateDict, count: number): StateDict {
  const drawn = new Set(
    cascade(network)
      .slice(0, count)
      .flatMap(({ layers }) => layers),
  );
  return new Map(
    stateEntries(network).map(({ name, layer }) => [name, (drawn.has(layer) ? fresh : trained).get(name)!] as const),
  );
}
