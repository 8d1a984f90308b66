/** @file What the layers of a network keep in its state dict: names, shapes and meanings, in PyTorch's registration order. */
import { type Layer, type Network, namedLayers, rankOf } from './graph';
import type { Attributes, ConvAttributes, Op } from './operations';

export type StateRole = 'weight' | 'bias' | 'norm-weight' | 'norm-bias' | 'running-mean' | 'running-var' | 'batches';

export interface Parameter {
  /** Within its layer, e.g. `weight`. */
  readonly name: string;
  /** PyTorch's axis order. */
  readonly shape: readonly number[];
  readonly role: StateRole;
  /** Inputs of one output: the bound of the values that are drawn. Absent: nothing is drawn. */
  readonly fanIn?: number;
}

export interface StateEntry extends Parameter {
  /** In the state dict, e.g. `convolutions.0.weight`. */
  readonly name: string;
  readonly layer: Layer;
}

/** `first` and `second`: the leading axes of the weight. PyTorch takes fan in from the second, for transposed convolutions too. */
function convolution(a: ConvAttributes, rank: number, first: number, second: number): Parameter[] {
  const fanIn = second * a.kernel ** rank;
  const shape = [first, second, ...new Array<number>(rank).fill(a.kernel)];
  const weight: Parameter = { name: 'weight', shape, role: 'weight', fanIn };
  return a.bias ? [weight, { name: 'bias', shape: [a.outChannels], role: 'bias', fanIn }] : [weight];
}

const rules: { readonly [K in Op]?: (attributes: Attributes[K], rank: number) => readonly Parameter[] } = {
  conv: (a, rank) => convolution(a, rank, a.outChannels, a.inChannels),
  'conv-transpose': (a, rank) => convolution(a, rank, a.inChannels, a.outChannels),
  linear: ({ inFeatures, outFeatures }) => [
    { name: 'weight', shape: [outFeatures, inFeatures], role: 'weight', fanIn: inFeatures },
    { name: 'bias', shape: [outFeatures], role: 'bias', fanIn: inFeatures },
  ],
  'batch-norm': ({ channels }) => [
    { name: 'weight', shape: [channels], role: 'norm-weight' },
    { name: 'bias', shape: [channels], role: 'norm-bias' },
    { name: 'running_mean', shape: [channels], role: 'running-mean' },
    { name: 'running_var', shape: [channels], role: 'running-var' },
    { name: 'num_batches_tracked', shape: [], role: 'batches' },
  ],
};

/** What a layer of a network with so many spatial axes keeps. */
export function parametersOf(layer: Layer, rank: number): readonly Parameter[] {
  const rule = rules[layer.op] as ((attributes: Attributes[Op], rank: number) => readonly Parameter[]) | undefined;
  return rule?.(layer.attributes, rank) ?? [];
}

/** Parameters and buffers of a network, in the order of the file. */
export function stateEntries(network: Pick<Network, 'tree' | 'inputSize'>): StateEntry[] {
  return namedLayers(network.tree).flatMap(([path, layer]) =>
    parametersOf(layer, rankOf(network)).map((parameter) => ({ ...parameter, name: `${path}.${parameter.name}`, layer })),
  );
}

/** True for what the optimiser changes. */
export function isParameter({ role }: Pick<Parameter, 'role'>): boolean {
  return role === 'weight' || role === 'bias' || role === 'norm-weight' || role === 'norm-bias';
}
