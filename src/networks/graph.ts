/**
 * @file A network as data: a tree of layers with PyTorch's names, and a graph of operations over them.
 *
 * The tree says what the weight file holds and how `print` looks; the order of construction says which random numbers are drawn
 * when; the graph says what is computed. Nothing here knows a backend.
 */
import type { Attributes, Op, Shape } from './operations';

/** An operation with parameters of its own (or a place in PyTorch's tree). Compared by identity. */
export type Layer<K extends Op = Op> = {
  readonly [P in K]: {
    readonly op: P;
    readonly attributes: Attributes[P];
    /** The layer whose parameters and statistics it begins with, as PyTorch's `deepcopy` leaves them. */
    readonly copyOf?: Layer<P>;
    /** How PyTorch prints it, where its class is not the usual one of the operation, e.g. `ReLU(inplace=True)`. */
    readonly printed?: string;
  };
}[K];

/** A module with children by PyTorch's names, in registration order. */
export interface Tree {
  /** Class name, as PyTorch prints it. */
  readonly module: string;
  readonly children: ReadonlyMap<string, Layer | Tree>;
}

export const isLayer = (item: Layer | Tree): item is Layer => 'op' in item;

/** The node that makes it, by its number. */
export type Value = number;

/** Nodes are in the order of the forward pass: inputs come before. */
export type GraphNode<K extends Op = Op> = {
  readonly [P in K]: {
    readonly op: P;
    readonly attributes: Attributes[P];
    /** Whose parameters it uses. */
    readonly layer: Layer<P> | null;
    readonly inputs: readonly Value[];
    readonly shape: Shape;
  };
}[K];

export interface Graph {
  /** Node 0 is the input. */
  readonly nodes: readonly GraphNode[];
  /** `output`, or `code` and `output`, or `mu`, `logVar` and `reconstruction`, … */
  readonly outputs: Readonly<Record<string, Value>>;
}

/**
 * What ClinicaDL's constructor does after drawing the weights: nothing; or one pass of a zero image in training mode, which moves the
 * statistics of the BatchNorm layers up to the value `through`, and draws the masks of dropout layers after it.
 */
export type Probe = null | {
  readonly through: Value;
  readonly dropouts: readonly { readonly size: number; readonly probability: number }[];
};

/** What a constructor draws: the default values of a new layer, or kaiming normal values (fan out) of convolutions over their old ones. */
export type Draw = Layer | { readonly redrawn: readonly Layer<'conv'>[] };

export interface Network {
  /** ClinicaDL's class name. */
  readonly architecture: string;
  /** [c, h, w] or [c, d, h, w], as in maps.json. */
  readonly inputSize: readonly number[];
  /** Values that the network gives for one sample, of its main output. */
  readonly outputSize: number;
  readonly tree: Tree;
  /** Every layer that was constructed, kept or thrown away, in the order of the draws. */
  readonly constructed: readonly Draw[];
  readonly graph: Graph;
  readonly probe: Probe;
  /** False for classes without `layers`, of which `information.log` prints `None`. */
  readonly printed: boolean;
}

/** Number of spatial axes. */
export const rankOf = (network: Pick<Network, 'inputSize'>): number => network.inputSize.length - 1;

/** Name of every layer in the tree, in registration order, e.g. `convolutions.0`. */
export function namedLayers(tree: Tree, path = ''): [string, Layer][] {
  return [...tree.children].flatMap(([name, item]): [string, Layer][] => {
    const own = path === '' ? name : `${path}.${name}`;
    return isLayer(item) ? [[own, item]] : namedLayers(item, own);
  });
}

/** Names by layer; a node without a layer has none. */
export function layerNames(network: Pick<Network, 'tree'>): ReadonlyMap<Layer, string> {
  return new Map(namedLayers(network.tree).map(([name, layer]) => [layer, name]));
}
