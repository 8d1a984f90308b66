/** @file How an architecture is written: layers in the order of PyTorch's constructor, then the forward pass. */
import { product } from '../base/shape';
import { type Draw, type Graph, type GraphNode, isLayer, type Layer, type Network, type Tree, type Value } from './graph';
import { type Attributes, type ConvAttributes, type Op, type Shape, shapeOf } from './operations';

type ConvRest = Partial<Omit<ConvAttributes, 'inChannels' | 'outChannels' | 'kernel'>>;

/** PyTorch's slope of LeakyReLU where none is given: backends have none of their own. */
const activationOf = (kind: Attributes['activation']['kind'], slope = 0.01): Attributes['activation'] =>
  kind === 'leaky' ? { kind, slope } : { kind };

/** Makes layers and remembers in which order. */
export class Construction {
  readonly constructed: Draw[] = [];

  /** A layer whose parameters are drawn now. */
  layer<K extends Op>(op: K, attributes: Attributes[K]): Layer<K> {
    const made = { op, attributes } as Layer<K>;
    this.constructed.push(made as Layer);
    return made;
  }

  conv(inChannels: number, outChannels: number, kernel: number, rest: ConvRest = {}): Layer<'conv'> {
    return this.layer('conv', { inChannels, outChannels, kernel, stride: 1, padding: 0, bias: true, ...rest });
  }

  /** `outputPadding`: one number per spatial axis. */
  transposed(
    inChannels: number,
    outChannels: number,
    kernel: number,
    outputPadding: readonly number[],
    rest: ConvRest = {},
  ): Layer<'conv-transpose'> {
    const window = { kernel, stride: 1, padding: 0, bias: true, ...rest };
    return this.layer('conv-transpose', { inChannels, outChannels, outputPadding, ...window });
  }

  linear(inFeatures: number, outFeatures: number): Layer<'linear'> {
    return this.layer('linear', { inFeatures, outFeatures });
  }

  norm(channels: number): Layer<'batch-norm'> {
    return this.layer('batch-norm', { channels });
  }

  /** Draws the weights of convolutions anew, as torchvision's resnet does. */
  redraw(layers: readonly Layer<'conv'>[]): void {
    this.constructed.push({ redrawn: layers });
  }

  /** A layer without parameters. */
  plain<K extends Op>(op: K, attributes: Attributes[K], printed?: string): Layer<K> {
    return { op, attributes, ...(printed === undefined ? {} : { printed }) } as Layer<K>;
  }

  activation(kind: Attributes['activation']['kind'], slope?: number): Layer<'activation'> {
    return this.plain('activation', activationOf(kind, slope));
  }

  /** ReLU that PyTorch applies in place; the same numbers. */
  reluInPlace(): Layer<'activation'> {
    return this.plain('activation', { kind: 'relu' }, 'ReLU(inplace=True)');
  }

  /** All values of a sample in a row. `ownClass`: ClinicaDL's module, not PyTorch's. */
  flatten(features: number, ownClass = false): Layer<'reshape'> {
    return this.plain('reshape', { shape: [features] }, ownClass ? 'Flatten()' : undefined);
  }
}

/** Children by name, in this order. */
export function module(
  name: string,
  children: Readonly<Record<string, Layer | Tree>> | Iterable<readonly [string, Layer | Tree]>,
): Tree {
  const entries =
    Symbol.iterator in children ? (children as Iterable<readonly [string, Layer | Tree]>) : Object.entries(children);
  return { module: name, children: new Map(entries) };
}

/** Children numbered as in PyTorch's Sequential. */
export function sequential(...children: readonly (Layer | Tree)[]): Tree {
  return module(
    'Sequential',
    children.map((child, i) => [`${i}`, child] as const),
  );
}

/** Records what a forward pass computes. */
export class Forward {
  readonly nodes: GraphNode[] = [];

  input(shape: Shape): Value {
    return this.nodes.push({ op: 'input', attributes: {}, layer: null, inputs: [], shape }) - 1;
  }

  node<K extends Op>(op: K, attributes: Attributes[K], inputs: readonly Value[], layer: Layer<K> | null = null): Value {
    const shapes = inputs.map((value) => this.shape(value));
    const shape = shapeOf(op, shapes, attributes);
    return this.nodes.push({ op, attributes, layer, inputs, shape } as unknown as GraphNode) - 1;
  }

  /** A layer, or a tree run as PyTorch's Sequential. */
  run(what: Layer | Tree, x: Value, ...more: readonly Value[]): Value {
    if (isLayer(what)) return this.node<Op>(what.op, what.attributes as Attributes[Op], [x, ...more], what);
    return [...what.children.values()].reduce<Value>((value, child) => this.run(child, value), x);
  }

  activate(kind: Attributes['activation']['kind'], x: Value, slope?: number): Value {
    return this.node('activation', activationOf(kind, slope), [x]);
  }

  shape(value: Value): Shape {
    return this.nodes[value].shape;
  }

  /** All values of a sample in a row. */
  flatten(x: Value): Value {
    return this.node('reshape', { shape: [product(this.shape(x))] }, [x]);
  }

  add(a: Value, b: Value): Value {
    return this.node('add', {}, [a, b]);
  }
}

/** Puts a network together. `main`: the output whose size is the network's. */
export function network(
  architecture: string,
  construction: Construction,
  tree: Tree,
  forward: Forward,
  outputs: Graph['outputs'],
  rest: Partial<Pick<Network, 'probe' | 'printed'>> & { readonly main: string },
): Network {
  return {
    architecture,
    inputSize: forward.shape(0),
    outputSize: product(forward.shape(outputs[rest.main])),
    tree,
    constructed: construction.constructed,
    graph: { nodes: forward.nodes, outputs },
    probe: rest.probe ?? null,
    printed: rest.printed ?? true,
  };
}
