/**
 * @file A network of one's own: a file that lists layers by the names of the graph's operations (public/guide/networks.md). Python's
 * ClinicaDL cannot open a MAPS of such a network; its weights are ordinary tensors under `layers.<name>`.
 */
import { appError } from '../base/errors';
import { product } from '../base/shape';
import { Construction, Forward, module, network } from './construct';
import type { Layer, Network, Tree, Value } from './graph';
import type { Attributes, Shape } from './operations';
import {
  choice,
  type Fields,
  flag,
  LayerFault,
  type LayerOp,
  layerFields,
  perAxis,
  real,
  sizes,
  whole,
  window,
} from './own-fields';

export interface OwnNetworkOptions {
  /** [c, h, w] or [c, d, h, w]. */
  readonly inputSize: readonly number[];
  /** What the last layer has to give: the number of classes, 1 for regression; null: the input's own shape (reconstruction). */
  readonly outputSize: number | null;
}

const mostLayers = 1000;
const times = (shape: Shape): string => shape.join(' × ');

/** Layers so far, by name; what `from` may name. */
class Builder {
  readonly c = new Construction();
  readonly g = new Forward();
  readonly children: [string, Layer | Tree][] = [];
  readonly #values = new Map<string, Value>();
  readonly #options: OwnNetworkOptions;

  constructor(options: OwnNetworkOptions) {
    this.#options = options;
    this.#values.set('input', this.g.input(options.inputSize));
  }

  get rank(): number {
    return this.#options.inputSize.length - 1;
  }

  find(name: unknown): Value {
    // A layer without a name is called by its number.
    const value = typeof name === 'string' || typeof name === 'number' ? this.#values.get(`${name}`) : undefined;
    if (value === undefined)
      throw new LayerFault(
        `it reads ${JSON.stringify(name)}, and before it there are only ${[...this.#values.keys()].join(', ')}`,
      );
    return value;
  }

  /** The first layer whose result nothing reads, but for `output`; its number is counted from 1. */
  unread(output: Value): { readonly name: string; readonly number: number } | undefined {
    const read = new Set(this.g.nodes.flatMap(({ inputs }) => inputs)).add(output);
    const [, ...layers] = this.#values;
    const number = layers.findIndex(([, value]) => !read.has(value)) + 1;
    return number === 0 ? undefined : { name: layers[number - 1][0], number };
  }

  /** One layer. Throws `LayerFault`. */
  add(fields: Fields, name: string): void {
    const { op } = fields;
    if (typeof op !== 'string' || !Object.hasOwn(layerFields, op))
      throw new LayerFault(`"op" is ${JSON.stringify(op)}; ${Object.keys(layerFields).join(', ')} are possible`);
    const known: readonly string[] = ['op', 'name', 'from', ...layerFields[op as LayerOp]];
    const stray = Object.keys(fields).find((key) => !known.includes(key));
    if (stray !== undefined) throw new LayerFault(`${op} has no "${stray}"; it has ${known.slice(1).join(', ')}`);
    if (!/^\w+$/.test(name)) throw new LayerFault('a name is made of letters, digits and _');
    if (this.#values.has(name)) throw new LayerFault('another layer has this name');
    const from = fields.from ?? [...this.#values.keys()].at(-1);
    const inputs = (Array.isArray(from) ? from : [from]).map((one: unknown) => this.find(one));
    const two = op === 'add' || op === 'concat' || op === 'scale';
    if (two ? inputs.length < 2 || (op !== 'concat' && inputs.length > 2) : inputs.length !== 1)
      throw new LayerFault(`${op} reads ${two ? 'two layers' : 'one layer'}; "from" names ${inputs.length}`);
    const value = this.#compute(op as LayerOp, fields, inputs, name);
    const shape = this.g.shape(value);
    if (shape.some((size) => !(size >= 1)))
      throw new LayerFault(
        `it would leave ${times(shape)} of ${times(this.g.shape(inputs[0]))}; the window is larger than its input`,
      );
    if (product(shape) > 2 ** 31) throw new LayerFault(`its result of ${times(shape)} values is too large`);
    this.#values.set(name, value);
  }

  /** Adds a module with a name in the state dict, and runs it. */
  #run(layer: Layer, name: string, inputs: readonly Value[]): Value {
    this.children.push([name, layer]);
    return this.g.run(layer, inputs[0], ...inputs.slice(1));
  }

  #compute(op: LayerOp, fields: Fields, inputs: readonly Value[], name: string): Value {
    const { c, g, rank } = this;
    const shape = g.shape(inputs[0]);
    const spatial = shape.length === rank + 1;
    const needsSpace = (): void => {
      if (!spatial) throw new LayerFault(`it reads ${times(shape)} values, which have no ${rank} spatial axes any more`);
    };
    switch (op) {
      case 'conv': {
        needsSpace();
        const { kernel, ...rest } = window(fields);
        const bias = flag(fields, 'bias', true);
        return this.#run(c.conv(shape[0], whole(fields, 'outChannels', 1), kernel, { ...rest, bias }), name, inputs);
      }
      case 'conv-transpose': {
        needsSpace();
        const { kernel, ...rest } = window(fields);
        const padding = perAxis(fields, 'outputPadding', rank, 0);
        if (padding.some((n) => n >= rest.stride))
          throw new LayerFault(`"outputPadding" is ${padding.join(', ')}; it must be smaller than the stride`);
        const bias = flag(fields, 'bias', true);
        return this.#run(
          c.transposed(shape[0], whole(fields, 'outChannels', 1), kernel, padding, { ...rest, bias }),
          name,
          inputs,
        );
      }
      case 'linear': {
        if (shape.length !== 1) throw new LayerFault(`it reads ${times(shape)} values; put a flatten or a mean before it`);
        const { outputSize } = this.#options;
        const asked = fields.outFeatures === 'outputs' && outputSize !== null;
        return this.#run(c.linear(shape[0], asked ? outputSize : whole(fields, 'outFeatures', 1)), name, inputs);
      }
      case 'batch-norm':
        needsSpace();
        return this.#run(c.norm(shape[0]), name, inputs);
      case 'instance-norm':
        needsSpace();
        return this.#run(c.plain('instance-norm', { channels: shape[0] }), name, inputs);
      case 'activation': {
        const kind = choice(fields, 'kind', ['relu', 'leaky', 'elu', 'sigmoid', 'tanh']);
        if (kind !== 'leaky' && fields.slope !== undefined) throw new LayerFault('only leaky has a "slope"');
        const layer = kind === 'leaky' ? c.activation(kind, real(fields, 'slope', 0, 1, 0.01)) : c.activation(kind);
        return this.#run(layer, name, inputs);
      }
      case 'dropout':
        return this.#run(c.plain('dropout', { probability: real(fields, 'probability', 0, 0.999) }), name, inputs);
      case 'pad-max-pool':
        needsSpace();
        return this.#run(c.plain('pad-max-pool', {}), name, inputs);
      case 'max-unpool': {
        needsSpace();
        const pool = this.find(fields.of);
        const { op: pooled, inputs: before } = g.nodes[pool];
        if (pooled !== 'pad-max-pool') throw new LayerFault(`"of" names ${String(fields.of)}, which is no pad-max-pool`);
        if (times(g.shape(pool)) !== times(shape))
          throw new LayerFault(`it reads ${times(shape)} values, and the pool that it undoes gave ${times(g.shape(pool))}`);
        return this.#run(c.plain('max-unpool', { like: g.shape(before[0]) }), name, [inputs[0], pool]);
      }
      case 'max-pool': {
        needsSpace();
        const pool = window(fields);
        if (pool.padding * 2 > pool.kernel)
          throw new LayerFault(`"padding" is ${pool.padding}; at most half the kernel is possible`);
        return this.#run(c.plain('max-pool', pool), name, inputs);
      }
      case 'mean':
        needsSpace();
        return this.#run(c.plain('mean', { space: shape.slice(1) }), name, inputs);
      case 'flatten':
        return this.#run(c.plain('reshape', { shape: [product(shape)] }), name, inputs);
      case 'reshape': {
        const wanted = sizes(fields, 'shape');
        if (product(wanted) !== product(shape))
          throw new LayerFault(`"shape" is ${times(wanted)}, which are not the ${product(shape)} values that it reads`);
        if (wanted.length !== 1 && wanted.length !== rank + 1)
          throw new LayerFault(`"shape" is ${times(wanted)}; one number, or channels and ${rank} axes are expected`);
        return this.#run(c.plain('reshape', { shape: wanted }), name, inputs);
      }
      case 'upsample':
        needsSpace();
        return this.#run(c.plain('upsample', { by: whole(fields, 'by', 2) }), name, inputs);
      case 'add':
      case 'concat':
      case 'scale':
        return g.node(op, {} as Attributes['add'], this.#joined(op, inputs));
    }
  }

  /** Checks that the inputs of an operation fit each other. */
  #joined(op: 'add' | 'concat' | 'scale', inputs: readonly Value[]): readonly Value[] {
    const [first, ...others] = inputs.map((value) => this.g.shape(value));
    const compared = (shape: Shape): string => times(op === 'add' ? shape : shape.slice(1));
    const odd = others.find((shape) =>
      op === 'scale'
        ? shape.length !== 1 || shape[0] !== first[0]
        : shape.length !== first.length || compared(shape) !== compared(first),
    );
    if (odd !== undefined) throw new LayerFault(`it reads ${times(first)} and ${times(odd)} values, which do not fit`);
    return inputs;
  }
}

/** The layers that a file lists, as they stand there. Throws `network-file`, `network-key` for something beside them. */
export function layersIn(content: unknown, file: string): readonly unknown[] {
  const isObject = typeof content === 'object' && content !== null;
  const layers: unknown = isObject ? (content as Fields).layers : undefined;
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > mostLayers)
    throw appError('network-file', { path: file, most: mostLayers }, { where: file });
  const stray = Object.keys(content as Fields).find((key) => key !== 'layers');
  if (stray !== undefined) throw appError('network-key', { path: file, key: stray }, { where: file });
  return layers;
}

/**
 * The network that a file describes. `content`: the parsed JSON; `file`: its path, for messages. Throws `network-file` and `network-key` for something
 * that is no list of layers, `network-layer` naming the layer and the reason.
 */
export function ownNetwork(content: unknown, options: OwnNetworkOptions, file: string): Network {
  const where = { where: file };
  const layers = layersIn(content, file);
  const builder = new Builder(options);
  let last = 'input';
  layers.forEach((layer: unknown, i) => {
    const fields = typeof layer === 'object' && layer !== null && !Array.isArray(layer) ? (layer as Fields) : null;
    last = typeof fields?.name === 'string' ? fields.name : `${i}`;
    const refuse = (reason: string): Error =>
      appError('network-layer', { path: file, layer: last, number: i + 1, reason }, where);
    if (fields === null) throw refuse('it is no object with an "op"');
    if (fields.name !== undefined && typeof fields.name !== 'string') throw refuse('its "name" is no text');
    try {
      builder.add(fields, last);
    } catch (error) {
      if (error instanceof LayerFault) throw refuse(error.message);
      throw error;
    }
  });
  const output = builder.find(last);
  const idle = builder.unread(output);
  if (idle !== undefined)
    throw appError(
      'network-layer',
      { path: file, layer: idle.name, number: idle.number, reason: 'no layer reads its result, and it is not the last one' },
      where,
    );
  const found = builder.g.shape(output);
  const wanted = options.outputSize === null ? options.inputSize : [options.outputSize];
  if (times(found) !== times(wanted))
    throw appError(
      'network-layer',
      {
        path: file,
        layer: last,
        number: layers.length,
        reason: `the last layer gives ${times(found)} values, and the task needs ${times(wanted)}`,
      },
      where,
    );
  const tree = module('Network', { layers: module('ModuleDict', builder.children) });
  return network('Network', builder.c, tree, builder.g, { output }, { main: 'output' });
}
