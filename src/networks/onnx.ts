/**
 * @file A network as an ONNX graph, in evaluation: dropout and gradient reversal do nothing, and a variational autoencoder passes the
 * mean of its code on without a draw.
 */
import { contiguousStrides, product } from '../base/shape';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../formats/onnx';
import { type GraphNode, layerNames, type Network, rankOf, type Value } from './graph';
import type { Attributes, Op, Shape, Window } from './operations';
import type { StateDict } from './state-dict';

const EPSILON = { float: 1e-5 } as const;

/** What a row makes its nodes with. */
interface Site<K extends Op> {
  readonly attributes: Attributes[K];
  /** Names of the inputs, and of what the node makes. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** Without the batch. */
  readonly shape: Shape;
  readonly from: readonly Shape[];
  readonly sources: readonly Value[];
  readonly rank: number;
  /** A `max-unpool` reads the places of its maxima. */
  readonly isUnpooled: boolean;
  /** Name of a tensor of its layer. */
  parameter(name: string): string;
  /** Name of a tensor of this node alone. */
  constant(name: string, shape: readonly number[], data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>): string;
  emit(op: string, inputs: readonly string[], outputs: readonly string[], attributes?: OnnxNode['attributes']): void;
}

/** Makes nodes; a text: it is another value, and nothing is computed. */
type Row<K extends Op> = (site: Site<K>) => string | undefined;

const times = (value: number, count: number): number[] => new Array<number>(count).fill(value);
const whole = (values: readonly number[]): BigInt64Array<ArrayBuffer> => BigInt64Array.from(values, BigInt);

const windowOf = ({ kernel, stride, padding }: Window, rank: number): OnnxNode['attributes'] => ({
  kernel_shape: times(kernel, rank),
  strides: times(stride, rank),
  pads: times(padding, 2 * rank),
});

const activations: Readonly<Record<Attributes['activation']['kind'], string>> = {
  relu: 'Relu',
  leaky: 'LeakyRelu',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
};

/** The places of the maxima that a pool kept, in its padded input. */
const placesOf = (pool: Value): string => `value${pool}_places`;

/** Space with an even number of voxels along each axis, as a `pad-max-pool` pads it. */
const even = ([, ...space]: Shape): number[] => space.map((n) => n + (n % 2));

/** 0 in the first plane of each padded axis, where a window reaches over the border; the least number elsewhere. */
function zerosInFront(space: readonly number[], front: readonly number[]): Float32Array<ArrayBuffer> {
  const strides = contiguousStrides(space);
  const isBorder = (i: number): boolean => space.some((n, axis) => front[axis] > 0 && Math.floor(i / strides[axis]) % n === 0);
  return Float32Array.from({ length: product(space) }, (_, i) => (isBorder(i) ? 0 : -3.4028234663852886e38));
}

const rows: { readonly [K in Op]: Row<K> } = {
  input: () => undefined,
  conv: ({ attributes, inputs: [x], output, rank, parameter, emit }) => {
    const parameters = [parameter('weight'), ...(attributes.bias ? [parameter('bias')] : [])];
    emit('Conv', [x, ...parameters], [output], windowOf(attributes, rank));
    return undefined;
  },
  'conv-transpose': ({ attributes, inputs: [x], output, rank, parameter, emit }) => {
    const parameters = [parameter('weight'), ...(attributes.bias ? [parameter('bias')] : [])];
    const window = { ...windowOf(attributes, rank), output_padding: [...attributes.outputPadding] };
    emit('ConvTranspose', [x, ...parameters], [output], window);
    return undefined;
  },
  linear: ({ inputs: [x], output, parameter, emit }) => {
    emit('Gemm', [x, parameter('weight'), parameter('bias')], [output], { transB: 1 });
    return undefined;
  },
  'batch-norm': ({ inputs: [x], output, parameter, emit }) => {
    const names = ['weight', 'bias', 'running_mean', 'running_var'].map(parameter);
    emit('BatchNormalization', [x, ...names], [output], { epsilon: EPSILON });
    return undefined;
  },
  'instance-norm': ({ attributes: { channels }, inputs: [x], output, constant, emit }) => {
    const one = constant('scale', [channels], new Float32Array(channels).fill(1));
    const zero = constant('shift', [channels], new Float32Array(channels));
    emit('InstanceNormalization', [x, one, zero], [output], { epsilon: EPSILON });
    return undefined;
  },
  activation: ({ attributes: { kind, slope }, inputs: [x], output, emit }) => {
    emit(activations[kind], [x], [output], slope === undefined ? {} : { alpha: { float: slope } });
    return undefined;
  },
  dropout: ({ inputs: [x] }) => x,
  'pad-max-pool': ({ inputs: [x], output, from: [shape], isUnpooled, rank, constant, emit }) => {
    // A pool of ONNX pads with −∞; here it is zeros, and only in front.
    const front = shape.slice(1).map((n) => n % 2);
    const window = { kernel_shape: times(2, rank), strides: times(2, rank) };
    if (front.every((n) => n === 0)) {
      emit('MaxPool', [x], [output, `${output}_places`], window);
    } else if (isUnpooled) {
      const pads = constant('pads', [2 * (rank + 2)], whole([0, 0, ...front, ...times(0, rank + 2)]));
      emit('Pad', [x, pads], [`${output}_padded`]);
      emit('MaxPool', [`${output}_padded`], [output, `${output}_places`], window);
    } else {
      // ONNX Runtime joins a Pad with the pool behind it, and its zeros become −∞: so they are put in behind.
      emit('MaxPool', [x], [`${output}_inside`], { ...window, pads: [...front, ...times(0, rank)] });
      const space = shape.slice(1).map((n) => Math.ceil(n / 2));
      const zeros = constant('zeros', [1, 1, ...space], zerosInFront(space, front));
      emit('Max', [`${output}_inside`, zeros], [output]);
    }
    return undefined;
  },
  'max-unpool': ({ attributes: { like }, inputs: [x], sources: [, pool], output, rank, constant, emit }) => {
    const front = like.slice(1).map((n) => n % 2);
    const isWhole = front.every((n) => n === 0);
    const unpooled = isWhole ? output : `${output}_padded`;
    emit('MaxUnpool', [x, placesOf(pool)], [unpooled], { kernel_shape: times(2, rank), strides: times(2, rank) });
    if (isWhole) return undefined;
    const starts = constant('starts', [rank], whole(front));
    const ends = constant('ends', [rank], whole(even(like)));
    const axes = constant('axes', [rank], whole(front.map((_, i) => i + 2)));
    emit('Slice', [unpooled, starts, ends, axes], [output]);
    return undefined;
  },
  'max-pool': ({ attributes, inputs: [x], output, rank, emit }) => {
    emit('MaxPool', [x], [output], windowOf(attributes, rank));
    return undefined;
  },
  mean: ({ inputs: [x], output, from: [shape], emit }) => {
    emit('ReduceMean', [x], [output], { axes: shape.slice(1).map((_, i) => i + 2), keepdims: 0 });
    return undefined;
  },
  reshape: ({ inputs: [x], output, shape, constant, emit }) => {
    // 0 keeps the batch as it is.
    emit('Reshape', [x, constant('shape', [shape.length + 1], whole([0, ...shape]))], [output]);
    return undefined;
  },
  upsample: ({ attributes: { by }, inputs: [x], output, rank, constant, emit }) => {
    const scales = constant('scales', [rank + 2], Float32Array.from([1, 1, ...times(by, rank)]));
    const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    emit('Resize', [x, '', scales], [output], nearest);
    return undefined;
  },
  add: ({ inputs, output, emit }) => {
    emit('Add', inputs, [output]);
    return undefined;
  },
  concat: ({ inputs, output, emit }) => {
    emit('Concat', inputs, [output], { axis: 1 });
    return undefined;
  },
  scale: ({ inputs: [x, factor], output, from: [, [channels]], rank, constant, emit }) => {
    const shaped = `${output}_factor`;
    emit('Reshape', [factor, constant('shape', [rank + 2], whole([0, channels, ...times(1, rank)]))], [shaped]);
    emit('Mul', [x, shaped], [output]);
    return undefined;
  },
  sample: ({ inputs: [mu] }) => mu,
  'reverse-gradient': ({ inputs: [x] }) => x,
};

function run<K extends Op>(op: K, site: Site<K>): string | undefined {
  return (rows[op] as Row<K>)(site);
}

/** Bytes of the weights in the file. */
export function onnxWeightBytes(state: StateDict): number {
  return [...state.values()].reduce((sum, { shape }) => sum + 4 * product(shape), 0);
}

/**
 * The graph with the weights of `state`. Its input is `input`, [batch, c, …space]; its outputs have the names of the network's, `output`
 * for one alone. What no output needs is left out.
 */
export function onnxGraph(network: Network, state: StateDict): OnnxGraph {
  const { graph } = network;
  const rank = rankOf(network);
  const names = layerNames(network);
  const nodes: OnnxNode[] = [];
  const tensors = new Map<string, OnnxTensor>();
  const values: string[] = [];
  graph.nodes.forEach((node: GraphNode, value) => {
    const output = value === 0 ? 'input' : `value${value}`;
    const site: Site<Op> = {
      attributes: node.attributes,
      inputs: node.inputs.map((input) => values[input]),
      output,
      shape: node.shape,
      from: node.inputs.map((input) => graph.nodes[input].shape),
      sources: node.inputs,
      rank,
      isUnpooled: graph.nodes.some(({ op, inputs }) => op === 'max-unpool' && inputs[1] === value),
      parameter: (name) => {
        const whole = `${names.get(node.layer!)}.${name}`;
        const tensor = state.get(whole);
        if (tensor === undefined) throw new Error(`the state has no ${whole}`);
        tensors.set(whole, { name: whole, ...tensor });
        return whole;
      },
      constant: (name, shape, data) => {
        const whole = `value${value}.${name}`;
        tensors.set(whole, { name: whole, shape, data });
        return whole;
      },
      emit: (op, inputs, outputs, attributes) => void nodes.push({ op, inputs, outputs, attributes }),
    };
    values.push(run(node.op, site as Site<never>) ?? output);
  });
  const outputs = Object.entries(graph.outputs).map(([name, value]) => {
    nodes.push({ op: 'Identity', inputs: [values[value]], outputs: [name] });
    return { name, shape: ['batch', ...graph.nodes[value].shape] };
  });
  return {
    name: network.architecture,
    ...reached(
      nodes,
      tensors,
      outputs.map(({ name }) => name),
    ),
    inputs: [{ name: 'input', shape: ['batch', ...network.inputSize] }],
    outputs,
  };
}

/** Nodes that the outputs need, directly or not, and the tensors that these read. */
function reached(
  nodes: readonly OnnxNode[],
  tensors: ReadonlyMap<string, OnnxTensor>,
  outputs: readonly string[],
): Pick<OnnxGraph, 'nodes' | 'tensors'> {
  const needed = new Set(outputs);
  const kept: OnnxNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.unshift({ ...node, outputs: node.outputs.filter((name, i) => i === 0 || needed.has(name)) });
    for (const name of node.inputs) needed.add(name);
  }
  return { nodes: kept, tensors: [...tensors.values()].filter(({ name }) => needed.has(name)) };
}
